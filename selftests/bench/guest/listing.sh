#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What it costs to look at 10,000 tunnels, beside conntrack -L with as many
# entries, and what a listener that never reads costs the packet path. Prints
# numbers without a verdict. Run it like a test: in a VM, or as root.

. "$(dirname "$0")/../../lib/gateway.sh"

N=10000
TIMEFORMAT="%U %S"

# cpu COMMAND...: seconds of CPU time, user and system, of one run.
cpu() {
	{ time "$@" >/dev/null 2>&1; } 2>&1 | awk '{ printf "%.2f s", $1 + $2 }'
}

in_gw() { nsenter --net=/run/netns/pgw-gw "$@"; }

row() { printf '%-40s %s\n' "$@"; }

# peak COMMAND...: the resident set, KiB, of a command that has written so much
# that it has to wait for its reader.
peak() {
	in_gw "$@" > >(sleep 3; cat >/dev/null) &
	sleep 2
	awk '/VmHWM/ { print $2 }' "/proc/$!/status"
	wait $!
}

make_conntrack_entries() {
	in_ns gw nft -f - <<-END
		table ip track {
			chain input {
				type filter hook input priority 0;
				ct state new accept
			}
		}
	END
	send isp -n $N -s 10.128.0.0/16 -d "$WAN0" 17 9c4006bb000c000061626364
}

send_gre() { in_gw "$TOOLS/ipsend" -n 50000 -s "$WAN0" -d "$C1" 47 "$GRE_DATA"; }

requires
WORK=$(mktemp -d)
trap 'teardown; rm -rf "$WORK"' EXIT
teardown
setup >/dev/null 2>&1
load_with_roles
meet "$C1" 1
row "50,000 replies steered" "$(cpu send_gre)"
"$PPTPGW" -n pgw-gw monitor >/dev/null &
kill -STOP $!
row "the same, beside a stopped monitor" "$(cpu send_gre)"
disown
kill -KILL $!

meet 10.192.0.0/16 1000
row "memory of tunnel show, 1,001 tunnels" \
	"$(peak "$PPTPGW" -j tunnel show) KiB"
in_gw "$PPTPGW" tunnel flush >/dev/null
meet 10.64.0.0/16 $N
row "tunnels" "$(value wan0 peers)"
make_conntrack_entries
row "conntrack entries" "$(in_ns gw conntrack -C)"
for _ in 1 2 3; do
	row "conntrack -L" "$(cpu in_gw conntrack -L)"
	row "pptpgw tunnel show" "$(cpu in_gw "$PPTPGW" tunnel show)"
	row "pptpgw -j tunnel show" "$(cpu in_gw "$PPTPGW" -j tunnel show)"
done
row "memory of tunnel show, 10,000 tunnels" \
	"$(peak "$PPTPGW" -j tunnel show) KiB"
