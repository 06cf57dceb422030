# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the benchmarks that run in a virtual machine share: a gateway whose default
# route is the wrong one, the remedies to measure, and how to ask pgwbench.ko. Each
# configuration has a machine of its own, as rules and static keys stay behind.
# Sourced.

set -euo pipefail
shopt -s inherit_errexit
top=$(dirname "$(realpath "${BASH_SOURCE[0]}")")/../..

die() {
	echo "$*" >&2
	exit 1
}

run=/sys/module/pgwbench/parameters/run

# A script that sources this may set
#
#   LINKS      the function that makes wan0 and corp0, where packets must arrive
#   BUILT_IN   that the kernel has all modules built in
LINKS=make_dummies
BUILT_IN=

need_module() { [ -n "$BUILT_IN" ] || modprobe "$@"; } # NAME [PARAMETER=VALUE...]

make_dummies() {
	need_module dummy numdummies=0
	ip link add wan0 type dummy
	ip link add corp0 type dummy
}

# IPv6, where it is, sends on its own, which is not to be counted with replies.
setup_gateway() {
	sysctl -eqw net.ipv6.conf.default.disable_ipv6=1
	sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.default.rp_filter=0
	"$LINKS"
	ip -batch - <<-END
		addr add 198.51.100.2/24 dev wan0
		addr add 10.1.0.2/24 dev corp0
		link set wan0 up
		link set corp0 up
		route add 10.20.0.0/16 via 10.1.0.1
		route add default via 198.51.100.1 metric 200
	END
	begin_wrong_default
	need_module pptp
}

# The second default route is the right one: no reply needs a remedy without the first.
end_wrong_default() { ip route del default via 10.1.0.1 metric 100; }

begin_wrong_default() { ip route add default via 10.1.0.1 metric 100; }

# -- configurations --------------------------------------------------------------

# configure NAME: what a gateway of that kind has.
configure() {
	# shellcheck disable=SC2034
	configuration=$1
	echo "kernel $(uname -v | sed 's/.*Debian \([^ ]*\).*/\1/')"
	setup_gateway
	"configure_$1"
}

configure_none() { insmod "$top/pgwbench.ko"; }

configure_empty() { insmod "$top/pgwbench.ko" empty=1; }

configure_pptpgw() {
	configure_none
	insmod "$top/pptpgw.ko" internet=wan0 corporate=corp0 \
		max_peers=1048576 peer_timeout=604800
}

# pptpgw for servers behind this host, too.
configure_pptpgw_forward() {
	configure_none
	insmod "$top/pptpgw.ko" internet=wan0 corporate=corp0 forward=always
}

via_table_100() { # SELECTOR...
	ip route add default via 198.51.100.1 dev wan0 table 100
	ip rule add "$@" lookup 100
}

configure_rule() {
	configure_none
	via_table_100 from 198.51.100.2
}

# The device number is in the program.
configure_tc_bpf() {
	configure_none
	[ "$(cat /sys/class/net/wan0/ifindex)" = 2 ] || die "wan0 is not device 2"
	tc qdisc add dev corp0 clsact
	tc filter add dev corp0 egress bpf direct-action \
		object-file "$top/redirect.o" section tc
}

configure_nft_stateless() {
	configure_none
	via_table_100 fwmark 1
	nft -f - <<-END
		table ip steer {
			chain output {
				type route hook output priority mangle;
				ip saddr 198.51.100.2 ip protocol gre meta mark set 1
				ip saddr 198.51.100.2 tcp sport 1723 meta mark set 1
			}
		}
	END
}

# What conntrack needs for many tunnels, which say nothing while others are made.
tune_conntrack() {
	need_module nf_conntrack hashsize=65536
	need_module nf_conntrack_pptp
	sysctl -qw net.netfilter.nf_conntrack_max=262144 \
		net.netfilter.nf_conntrack_expect_max=65536 \
		net.netfilter.nf_conntrack_tcp_be_liberal=1 \
		net.netfilter.nf_conntrack_gre_timeout=604800 \
		net.netfilter.nf_conntrack_gre_timeout_stream=604800
}

configure_nft_ct_mark() {
	tune_conntrack
	configure_none
	via_table_100 fwmark 1
	nft -f - <<-END
		table ip steer {
			ct helper pptp {
				type "pptp" protocol tcp;
			}
			chain prerouting {
				type filter hook prerouting priority mangle;
				iif wan0 ct state new ct mark set 1
				tcp dport 1723 ct helper set "pptp"
			}
			chain output {
				type route hook output priority mangle;
				meta mark set ct mark
			}
		}
	END
}

configure_iptables_connmark() {
	tune_conntrack
	configure_none
	via_table_100 fwmark 1
	iptables -t raw -A PREROUTING -p tcp --dport 1723 -j CT --helper pptp
	iptables -t mangle -A PREROUTING -i wan0 -m conntrack --ctstate NEW \
		-j CONNMARK --set-mark 1
	iptables -t mangle -A OUTPUT -j CONNMARK --restore-mark
}

# -- pgwbench.ko -------------------------------------------------------------------

# With one neighbour only, as two may share a chain of the neighbours' table, which is
# hashed with a number that each boot draws: 5 instructions a packet.
tell() { # COMMAND TUNNELS
	ip neigh flush nud noarp 2>/dev/null
	echo "$1 $2" >"$run"
	cat "$run"
}

# Of many tunnels only the clients are made, without calls.
make_tunnels() { # TUNNELS
	if [ "$1" -le 10000 ]; then
		tell meet "$1" >/dev/null
	else
		tell greet "$1" >/dev/null
	fi
}

left_by() { cat "/sys/class/net/$1/statistics/tx_packets"; }

# Replies: they must leave by the uplink, but for the two that have no remedy.
measure_replies() { # NAME TUNNELS
	local before
	before=$(left_by wan0)
	tell "$1" "$2"
	case $configuration:$(($(left_by wan0) - before)) in
	none:0 | empty:0) ;;
	none:* | empty:* | *:0) die "$1: replies left by the wrong device" ;;
	*:2100) ;;
	*) die "$1: $(($(left_by wan0) - before)) of 2100 replies left by the uplink" ;;
	esac
}
