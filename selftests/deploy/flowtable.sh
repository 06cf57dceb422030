#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A server behind DNAT, on a gateway that has a flowtable: with Documentation/examples,
# flowtable/flowtable.nft, dnat.nft and uplink-probe/pptpgw.conf. A flowtable that has the
# control connections, too, takes them past the FORWARD hook, when the server sends an echo
# after a minute of silence.
#
# vm: --timeout 2400

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/../lib/servers.sh"
. "$(dirname "$0")/recipe_lib.sh"

export RECIPE_PROGRAMS="conntrack socat"
export GATEWAYS=gw
FILE=$EXAMPLES/flowtable/flowtable.nft

# The default route leads to the corporate side. What is silent leaves the flowtable after
# two seconds, rather than after 30.
setup() {
	make_topology
	no_pptpgw gw
	in_ns gw nft -f "$EXAMPLES/dnat.nft"
	in_ns gw sysctl -qw net.ipv4.conf.all.send_redirects=0 \
		net.ipv4.conf.corp0.send_redirects=0
	ip -n pgw-chost route add 10.250.0.0/24 via "$CSRV"
	start_pptpd csrv
}

# flowtable [MATCH]: the file, or with that in place of its own match.
flowtable() {
	sed "${1:+s/^\t\t.* flow add/\t\t$1 flow add/}" "$FILE" >"$WORK/flowtable.nft"
	in_ns gw nft -f "$WORK/flowtable.nft" || skip "this kernel has no flowtables"
	in_ns gw sysctl -qw net.netfilter.nf_flowtable_tcp_timeout=2
}

# flows PORT: connections of it that are in the flowtable.
flows() {
	in_ns gw conntrack -L -p tcp --dport "$1" 2>/dev/null | grep -c OFFLOAD || true
}

has_flows() { [ "$(flows "$1")" -gt 0 ]; }

# Another service of the server's is in the flowtable: that works.
other_service() {
	in_ns gw nft add rule ip pptp_dnat prerouting iifname wan0 tcp dport 8080 dnat to "$CSRV"
	in_ns gw ip route replace "$C2" via 198.51.100.1 dev wan0
	bg csrv socat TCP-LISTEN:8080,reuseaddr PIPE
	bg c2 bash -c "while echo; do sleep 0.2; done | socat - TCP:$WAN0:8080 >/dev/null"
	wait_for 10 has_flows 8080 || fail "nothing is in the flowtable"
}

# dial_silent: the client sends no echoes of its own.
dial_silent() {
	dial c1 "$WAN0" --idle-wait 1000
	wait_for 60 up c1 || fail "no tunnel"
	pings c1 || fail "$(tail -n 2 "$WORK/ping")"
	is "leaked" "$(leaked)" 0
}

# -- tests -----------------------------------------------------------------------------

test_without() {
	flowtable
	dial c1 "$WAN0"
	wait_for 30 leaks || fail "nothing leaked"
	check "c1 has a tunnel" no_tunnel c1 5
	record "DNAT and a flowtable" without "no tunnel, $(leaked) replies leaked"
}

# Two echoes of the server's.
test_with() {
	flowtable
	start_with_defaults
	other_service
	dial_silent
	sleep 130
	check "c1 has lost its tunnel" up c1
	pings c1 || fail "$(tail -n 2 "$WORK/ping")"
	is "leaked" "$(leaked)" 0
	is "control connections in the flowtable" "$(flows 1723)" 0
	record "DNAT and a flowtable" with "tunnel, $(leaked) replies leaked in 130 s"
}

# The server's echo leaves by the uplink, and puts its connection into the flowtable with the
# routing table's route. What it sends next leaks, until the connection is silent again.
test_with_all_in_the_flowtable() {
	local began=$SECONDS
	flowtable "meta l4proto { tcp, udp }"
	start_with_defaults
	dial_silent
	wait_for 90 leaks || fail "nothing leaked"
	began=$((SECONDS - began))
	sleep 10
	record "DNAT, PPTP in the flowtable" with "$(leaked) replies leaked, first after $began s"
}

# nft makes one comparison of both, which is true for all that has not both ports 1723.
test_with_both_ports() {
	flowtable "tcp sport != 1723 tcp dport != 1723"
	start_with_defaults
	dial c1 "$WAN0" --idle-wait 1
	wait_for 60 up c1 || fail "no tunnel"
	wait_for 20 has_flows 1723 || fail "control connections stay out of the flowtable"
}

[ $# -gt 0 ] || set -- without with with_all_in_the_flowtable with_both_ports
run_tests "$@"
