#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A gateway whose corporate networks are known to a routing daemon, with the files of
# Documentation/examples/frr-* and bird-*. The corporate router runs BIRD; it also
# originates a default route. Nothing else makes a route on either side.
#
# vm: --daemons --timeout 2400

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/recipe_lib.sh"

export RECIPE_PROGRAMS="bird vtysh"
export GATEWAYS=gw

setup() {
	make_topology
	ip -n pgw-gw link del wan1
	ip_batch gw <<-END
		route del 10.20.0.0/16
		route del default via 10.1.0.1
	END
	ip_batch crt <<-END
		route del 10.250.0.0/24
		route del 203.0.113.0/24
		route del 198.51.100.0/24
	END
	start_pptpd gw
	example gw frr-ospf/pptpgw.conf pptpgw/pptpgw.conf
}

# Foreign routes, which nobody may hear of.
foreign_routes() {
	ip_batch gw <<-END
		route add 10.50.0.0/16 via 10.1.0.9 proto static
		route add 10.51.0.0/16 via 10.1.0.9 proto boot metric 216
		route add 10.52.0.0/16 via 10.1.0.9 proto dhcp
	END
}

# -- the corporate router --------------------------------------------------------

# start_router PROTOCOL: BIRD, with this protocol's part of the configuration.
start_router() {
	cat >"$WORK/crt.conf" <<-END
		router id 10.1.0.1;
		protocol device { scan time 1; }
		protocol direct { ipv4; interface "br0"; }
		protocol static { ipv4; route 0.0.0.0/0 unreachable; }
		protocol kernel { ipv4 { export where source != RTS_STATIC && source != RTS_DEVICE; }; }
		$1
	END
	bg crt bird -f -c "$WORK/crt.conf" -s "$WORK/crt.ctl" >"$WORK/crt.log" 2>&1
}

OSPF='protocol ospf v2 {
	ipv4 { import all; export all; };
	area 0 { interface "gw" { }; };
}'
RIP='protocol rip {
	ipv4 { import all; export all; };
	interface "gw" { };
}'
BGP='protocol bgp {
	local 10.1.0.1 as 65002;
	neighbor 10.1.0.2 as 65001;
	connect delay time 1;
	ipv4 { import all; export all; next hop self; };
}'

# What the router has learned, in one line; but for the network that it shares.
learned() {
	ip -n pgw-crt route show proto bird | awk '$1 != "10.1.0.0/24" { printf "%s ", $1 }'
}

has_learned() { [ "$(learned)" = "$1" ]; }

OURS="10.40.0.0/16 10.250.0.0/24 "

# -- the gateway's daemon ----------------------------------------------------------

use_frr() { # EXAMPLE DAEMON
	example gw "$1/frr.conf" frr/frr.conf
	start_frr gw "$2"
}

start_bird() { # EXAMPLE
	example gw "$1/bird.conf" bird/bird.conf
	bg gw bird -f -s "$WORK/gw.ctl" >"$WORK/bird.log" 2>&1
}

# -- tests -----------------------------------------------------------------------

corporate_is_known() { in_ns gw ip route get "$CHOST" | grep -q ' via 10.1.0.1 dev corp0 '; }

defaults_by_corp0() { ip -n pgw-gw route show default | grep -c ' dev corp0 '; }

# ours_alone: the router learns the routes of pptpgw, those that come and go, and no others.
ours_alone() {
	wait_for 90 has_learned "$OURS" || fail "the router has learned: $(learned)"
	sed -i 's/10.40.0.0/10.43.0.0/' /etc/netns/pgw-gw/pptpgw/pptpgw.conf
	in_ns gw pptpgw route apply >"$WORK/apply.log"
	wait_for 40 has_learned "${1-10.43.0.0/16 10.250.0.0/24 }" ||
		fail "after a change: $(learned)"
	sleep 3
	is "learned" "$(learned)" "${1-10.43.0.0/16 10.250.0.0/24 }"
}

# The uplink loses its link for a second, and the kernel its default route.
flap() {
	ip -n pgw-isp link set wan0 down
	sleep 1
	ip -n pgw-isp link set wan0 up
	ip -n pgw-gw link set wan0 down
	ip -n pgw-gw link set wan0 up
}

# without CASE: nobody puts the uplink's default route back.
without() {
	wait_for 90 corporate_is_known || fail "gw has no corporate route"
	flap
	dial c1 "$WAN0"
	check "c1 has a tunnel" no_tunnel c1 20
	record "$1" without "no tunnel after a flap, $(leaked) replies leaked"
}

# The daemon's default route takes the replies.
without_leaks() {
	without "$1"
	at_least "default routes by corp0" "$(defaults_by_corp0)" 1
	at_least "leaked" "$(leaked)" 1
}

# Before the routing daemon: the guard refuses routes, and takes none away.
with_pptpgw() {
	ip -n pgw-gw route del default via 198.51.100.1
	start_pptpgw gw
	foreign_routes
}

has_default() { ip -n pgw-gw route show default | grep -q ' via 198.51.100.1 dev wan0 '; }

# Until the gateway's end of the tunnel is up, too, its blackhole route takes the replies.
with() {
	local began
	wait_for 90 corporate_is_known || fail "gw has no corporate route"
	flap
	began=$(milliseconds)
	wait_for 30 has_default || fail "the default route does not come back"
	record "$1" recovery "$(seconds_since "$began") s to the uplink's default route"
	wait_for 90 has_learned "$OURS" || fail "the router has learned: $(learned)"
	dial c1 "$WAN0"
	wait_for 60 up c1 || fail "no tunnel"
	wait_for 20 pings c1 || fail "c1: $(tail -n 2 "$WORK/ping")"
	is "leaked" "$(leaked)" 0
	is "default routes by corp0" "$(defaults_by_corp0)" 0
	record "$1" with "tunnel, 0 replies leaked"
}

# The guard refuses the daemon's default route, and the daemon goes on.
refused() { at_least "refused" "$(value corp0 guard_denied)" 1; }

# zebra prefers the kernel's default route, and holds it for active when it is gone.
test_frr_ospf_without() {
	start_router "$OSPF"
	use_frr frr-ospf ospfd
	without "FRR, OSPF"
}

# A new prefix is announced when frr.conf has it, too.
test_frr_ospf() {
	with_pptpgw
	start_router "$OSPF"
	use_frr frr-ospf ospfd
	with "FRR, OSPF"
	ours_alone "10.250.0.0/24 "
}

test_frr_bgp_without() {
	start_router "$BGP"
	use_frr frr-bgp bgpd
	without "FRR, BGP"
}

test_frr_bgp() {
	with_pptpgw
	start_router "$BGP"
	use_frr frr-bgp bgpd
	with "FRR, BGP"
	ours_alone
}

test_bird_ospf_without() {
	start_router "$OSPF"
	start_bird bird-ospf
	without_leaks "BIRD, OSPF"
}

test_bird_ospf() {
	with_pptpgw
	start_router "$OSPF"
	start_bird bird-ospf
	with "BIRD, OSPF"
	refused
	ours_alone
}

test_bird_rip_without() {
	start_router "$RIP"
	start_bird bird-rip
	without_leaks "BIRD, RIP"
}

test_bird_rip() {
	with_pptpgw
	start_router "$RIP"
	start_bird bird-rip
	with "BIRD, RIP"
	refused
	ours_alone
}

# ospfd does not know "match metric", leaves the map without a match, and takes that as
# "permit all": the map for bgpd must not be used with it.
test_frr_ospf_matches_no_metric() {
	ip -n pgw-gw route del default via 198.51.100.1
	in_ns gw pptpgw route apply >"$WORK/apply.log"
	foreign_routes
	start_router "$OSPF"
	use_frr frr-ospf ospfd
	printf '%s\n' "no route-map PPTPGW" "route-map PPTPGW permit 10" " match metric 217" \
		"end" >"$WORK/map.conf"
	in_ns gw vtysh --vty_socket "$WORK/frr-gw" -f "$WORK/map.conf" >"$WORK/vtysh.log" 2>&1 || true
	foreign() { learned | grep '10.50.0.0/16'; }
	check "foreign routes are passed on" wait_for 90 foreign
}

run_tests frr_ospf_without frr_ospf frr_ospf_matches_no_metric frr_bgp_without frr_bgp \
	bird_ospf_without bird_ospf bird_rip_without bird_rip
