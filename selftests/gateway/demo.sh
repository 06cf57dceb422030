#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The KB's case, to be watched: a PPTP server with a second default route on
# its corporate side, without pptpgw and with it.

. "$(dirname "$0")/../lib/gateway.sh"

head() { printf '\n== %s\n' "$*"; }

run() {
	printf '   # %s\n' "$*"
	in_ns gw bash -c "$*" 2>&1 | sed 's/^/     /'
}

# dial_and_see SECONDS: set replies_wan0, replies_corp0, tunnel and ping.
dial_and_see() {
	echo "   a client at $C1 dials $WAN0 ..."
	reset_evidence
	dial c1 "$WAN0"
	tunnel=none ping=-
	if wait_for "$1" up c1; then
		tunnel=up
		ping=failed
		! pings c1 || ping=3/3
	fi
	replies_wan0=$(by wan0) replies_corp0=$(leaked)
	echo "   tunnel: $tunnel; ping to $CHOST behind the corporate router: $ping"
}

row() { printf '   %-16s %10s %10s %8s %8s %8s\n' "$@"; }

watch_corp0() {
	in_ns gw tcpdump -nql -i corp0 -c 3 "host $C1" 2>/dev/null |
		sed 's/^[^ ]* /     corp0: /' &
	watcher=$!
}

demo() {
	ip -n pgw-gw route del default via 192.0.2.1
	head "The gateway has two default routes; DHCP on the corporate side added the first"
	run "ip route show default"
	start_pptpd gw

	head "Without pptpgw: the replies leave by corp0, to the corporate router"
	watch_corp0
	dial_and_see 12
	hang_up c1
	kill "$watcher" 2>/dev/null
	without=("without pptpgw" "$replies_wan0" "$replies_corp0" - "$tunnel" "$ping")

	head "With pptpgw: they leave by wan0, where the client came in"
	printf '   # insmod pptpgw.ko\n'
	insmod "$MODULE" || return 1
	run "echo internet >/sys/class/net/wan0/pptpgw/role"
	run "echo corporate >/sys/class/net/corp0/pptpgw/role"
	dial_and_see 60
	steered=$(value wan0 steered)
	with=("with pptpgw" "$replies_wan0" "$replies_corp0" "$steered" "$tunnel" "$ping")
	run "grep . /sys/class/net/wan0/pptpgw/{role,peers,steered,unroutable_drops}"

	head "Replies of the PPTP server, by the wire they took"
	row "" wan0 corp0 steered tunnel ping
	row "${without[@]}"
	row "${with[@]}"
	[ "${without[1]}" = 0 ] && [ "${without[2]}" -gt 0 ] &&
		[ "${without[4]}" = none ] && [ "${with[1]}" -gt 0 ] &&
		[ "${with[2]}" = 0 ] && [ "${with[3]}" -gt 0 ] &&
		[ "${with[5]}" = 3/3 ]
}

requires
WORK=$(mktemp -d)
trap 'teardown; rm -rf "$WORK"' EXIT
teardown
echo "   making client, Internet, gateway and corporate network (namespaces) ..."
setup >/dev/null
if demo; then
	printf '\nverdict: PASS\n'
else
	printf '\nverdict: FAIL\n'
	show_logs
	exit 1
fi
