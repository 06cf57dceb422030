#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Uplinks that are made of others: a VLAN, a bond, a bridge, a macvlan, a member of a VRF; one
# alone, whose replies would leave by the corporate side, and two of them. The role is that
# of the interface that packets come in by, see pptpgw.conf(5); of a VRF, that of its
# member.
#
# vm: --daemons --timeout 2400

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/../lib/servers.sh"
. "$(dirname "$0")/recipe_lib.sh"

export RECIPE_PROGRAMS=ip
export GATEWAYS=gw

setup() {
	make_topology
	ip -n pgw-gw link del wan1
	ip -n pgw-gw addr flush dev wan0
	no_pptpgw gw
}

# uplink IF: it has wan0's address and default route.
uplink() {
	ip_batch gw <<-END
		link set $1 up
		addr add $WAN0/24 dev $1
		route add default via 198.51.100.1 dev $1 metric 200
	END
}

conf() {
	mkdir -p /etc/netns/pgw-gw/pptpgw
	cat >/etc/netns/pgw-gw/pptpgw/pptpgw.conf
}

# without_and_with CASE IF
without_and_with() {
	start_pptpd gw
	dial c1 "$WAN0"
	wait_for 30 leaks || fail "nothing leaked"
	check "c1 has a tunnel" no_tunnel c1 5
	record "$1" without "no tunnel, $(leaked) replies leaked"
	hang_up c1
	printf '%s\n' "dev $2 role internet" "dev corp0 role corporate" | conf
	start_pptpgw gw
	is "warnings" "$(grep -c 'needs the role' "$WORK/up-gw.log")" 0
	reset_evidence
	tunnel c1 "$WAN0"
	is "leaked" "$(leaked)" 0
	at_least "steered" "$(value "$2" steered)" 10
	record "$1" with "tunnel, 0 replies leaked"
}

# vlan CABLE ID BRIDGE: a VLAN of that cable, which the ISP has in that bridge.
vlan() {
	ip -n pgw-isp link set "$1" nomaster
	ip -n pgw-isp link add link "$1" name "$1.$2" type vlan id "$2"
	ip -n pgw-isp link set "$1.$2" up master "$3"
	ip -n pgw-gw link add link "$1" name "$1.$2" type vlan id "$2"
}

test_vlan() {
	vlan wan0 7 br0
	uplink wan0.7
	without_and_with "uplink is a VLAN" wan0.7
}

bond() {
	ip -n pgw-gw link set "$1" down
	ip -n pgw-gw link add bond0 type bond mode active-backup miimon 100
	ip -n pgw-gw link set "$1" master bond0
}

test_bond() {
	bond wan0
	uplink bond0
	without_and_with "uplink is a bond" bond0
}

test_bridge() {
	ip -n pgw-gw link add br0 type bridge
	ip -n pgw-gw link set wan0 master br0
	uplink br0
	without_and_with "uplink is a bridge" br0
}

test_macvlan() {
	ip -n pgw-gw link add link wan0 name isp0 type macvlan mode private
	uplink isp0
	without_and_with "uplink is a macvlan" isp0
}

# The server runs in the VRF, whose table its replies follow: there is nothing to steer, and
# nothing to break.
test_vrf() {
	ip_batch gw <<-END
		link add red type vrf table 100
		link set red up
		link set wan0 master red
		addr add $WAN0/24 dev wan0
		route add default via 198.51.100.1 dev wan0 table 100
	END
	pptpd_conf "$WORK/pptpd-gw" 10.250.0
	bg gw ip vrf exec red pptpd --conf "$WORK/pptpd-gw/conf" --fg >"$WORK/pptpd-gw/log" 2>&1
	wait_for 20 listens gw || fail "pptpd does not listen"
	tunnel c1 "$WAN0"
	record "uplink in a VRF" without "tunnel, $(leaked) replies leaked"
	hang_up c1
	printf '%s\n' "dev wan0 role internet" "dev corp0 role corporate" | conf
	start_pptpgw gw
	tunnel c1 "$WAN0"
	is "leaked" "$(leaked)" 0
	is "peers" "$(value wan0 peers)" 1
	at_least "already right" "$(value wan0 already_right)" 10
	record "uplink in a VRF" with "tunnel, 0 replies leaked"
}

# -- two uplinks -----------------------------------------------------------------------

# uplinks CASE IF0 IF1 [ISP0 ISP1]: they have the addresses of wan0 and wan1. The default
# route of the second is the better one, and a client comes in by the first.
uplinks() {
	isps_check_sources "${@:4}"
	uplink "$2"
	ip_batch gw <<-END
		link set $3 up
		addr add $WAN1/24 dev $3
		route del default via 10.1.0.1
		route add default via 192.0.2.1 dev $3 metric 100
	END
	start_pptpd gw
	dial c1 "$WAN0"
	wait_for 30 reaches 1 crossed || fail "no reply took the wrong uplink"
	check "c1 has a tunnel" no_tunnel c1 5
	record "$1" without "no tunnel, $(crossed) replies by the wrong"
	hang_up c1
	printf '%s\n' "dev $2 role internet" "dev $3 role internet" "dev corp0 role corporate" |
		conf
	start_pptpgw gw
	is "warnings" "$(grep -c 'needs the role' "$WORK/up-gw.log")" 0
	in_ns isp nft reset counters table netdev uplinks >/dev/null
	tunnel c1 "$WAN0"
	tunnel c2 "$WAN1"
	is "replies by the wrong uplink" "$(crossed)" 0
	is "leaked" "$(leaked)" 0
	at_least "steered" "$(value "$2" steered)" 10
	record "$1" with "tunnels by both, $(crossed) replies by the wrong"
}

# The second cable, which setup() has taken away.
second_cable() {
	link gw wan1 isp wan1
	ip -n pgw-isp link set wan1 master br1
}

test_two_vlans() {
	vlan wan0 7 br0
	vlan wan0 8 br1
	uplinks "uplinks are VLANs of one cable" wan0.7 wan0.8 wan0.7 wan0.8
}

test_bond_and_bridge() {
	second_cable
	bond wan0
	ip -n pgw-gw link add br0 type bridge
	ip -n pgw-gw link set wan1 master br0
	uplinks "uplinks are a bond and a bridge" bond0 br0
}

test_macvlan_and_vlan() {
	second_cable
	ip -n pgw-gw link add link wan0 name isp0 type macvlan mode private
	vlan wan1 7 br1
	uplinks "uplinks are a macvlan and a VLAN" isp0 wan1.7 wan0 wan1.7
}

[ $# -gt 0 ] || set -- vlan bond bridge macvlan vrf two_vlans bond_and_bridge macvlan_and_vlan
run_tests "$@"
