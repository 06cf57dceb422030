#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Hosts whose interfaces lie on each other: bridges, bonds, VLANs, macvlans, VRFs, PPP.
# doctor copies them as they are, and finds roles that are on the wrong one.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# -- hosts -----------------------------------------------------------------------

# What wan0 had goes to another one.
wan_moves_to() { # DEV
	ip addr flush dev wan0
	ip link set "$1" up
	ip addr add 198.51.100.2/24 dev "$1"
	ip route add default via 198.51.100.1 dev "$1" metric 200
}

bridge() {
	ip link add br-wan type bridge
	ip link set wan0 master br-wan
	wan_moves_to br-wan
}

vlan() {
	ip link add link wan0 name wan0.34 type vlan id 34
	wan_moves_to wan0.34
}

macvlan() {
	ip link add link wan0 name wan0m type macvlan mode bridge
	wan_moves_to wan0m
}

bond() {
	dev wan2
	ip link add bond0 type bond mode active-backup
	ip link set wan0 down
	ip link set wan0 master bond0
	ip link set wan2 down
	ip link set wan2 master bond0
	wan_moves_to bond0
}

# Of a server with all on one wire.
vlan_on_bridge_on_bond() {
	bond
	ip addr flush dev bond0
	ip link add vmbr0 type bridge
	ip link set bond0 master vmbr0
	ip link set vmbr0 up
	ip link add link vmbr0 name vmbr0.34 type vlan id 34
	wan_moves_to vmbr0.34
}

vrf() {
	ip link add vrf-wan type vrf table 77
	ip link set vrf-wan up
	ip link set wan0 master vrf-wan
	ip addr replace 198.51.100.2/24 dev wan0
	ip route add default via 198.51.100.1 dev wan0 metric 200
	ip route add default via 198.51.100.1 dev wan0 table 77
	sysctl -qw net.ipv4.tcp_l3mdev_accept=1 net.ipv4.raw_l3mdev_accept=1
}

# As far as the kernel goes: a name and a link between two addresses.
pppoe() {
	ip addr flush dev wan0
	dev ppp0
	ip link set ppp0 mtu 1492
	ip addr add 198.51.100.2 peer 198.51.100.1/32 dev ppp0
	ip route add default dev ppp0 metric 200
}

# As keepalived makes it: "use_vmac", and a virtual address.
vrrp() {
	ip link add link wan0 name vrrp.51 address 00:00:5e:00:01:33 type macvlan mode private
	ip link set vrrp.51 up
	ip addr add 198.51.100.9/32 dev vrrp.51
	sysctl -qw net.ipv4.conf.wan0.arp_ignore=1 net.ipv4.conf.wan0.arp_filter=1
	echo 0 >/proc/sys/net/ipv4/conf/vrrp.51/rp_filter
	echo 1 >/proc/sys/net/ipv4/conf/vrrp.51/accept_local
}

uplink() { configure "${CONF[@]/wan0/$1}"; } # DEV

# healthy DEV: silent, as the uplink is DEV; but if DEV drops GRE, that is seen.
healthy() {
	uplink "$1"
	silent
	nft "add table inet x; add chain inet x in { type filter hook input priority 0; };
		add rule inet x in iifname \"$1\" ip protocol gre drop"
	finds firewall-input
	is "what" "$(field what)" "the firewall drops GRE that comes in by uplink $1"
	is "owner" "$(field owner)" "chain in of table inet x: iifname \"$1\" ip protocol gre drop"
	fixed_by_command
}

# below FROM TO: the role is to go there, and no default route is lost by it.
below() {
	local defaults
	defaults=$(ip route show default)
	finds role-below
	is "severity" "$(field severity)" error
	grep -q "role [a-z]* is on $1, but its packets come in by $2," "$WORK/out" ||
		fail "$(field what)"
	is "owner" "$(field owner)" "/etc/pptpgw/pptpgw.conf:${3:-1}"
	remains
	fixed_by_command
	is "default routes" "$(ip route show default)" "$defaults"
	grep -q "^dev $2 role" /etc/pptpgw/pptpgw.conf || fail "the configuration"
}

# -- tests -----------------------------------------------------------------------

test_healthy_bridge() { bridge; healthy br-wan; }
test_healthy_vlan() { vlan; healthy wan0.34; }
test_healthy_macvlan() { macvlan; healthy wan0m; }
test_healthy_bond() { bond; healthy bond0; }
test_healthy_vlan_on_bridge() { vlan_on_bridge_on_bond; healthy vmbr0.34; }
test_healthy_pppoe() { pppoe; healthy ppp0; }

test_healthy_vrf() {
	vrf
	silent
}

test_port_of_bridge() { bridge; below wan0 br-wan; }
test_parent_of_vlan() { vlan; below wan0 wan0.34; }
test_below_macvlan() { macvlan; below wan0 wan0m; }
test_port_of_bond() { bond; below wan0 bond0; }
test_below_pppoe() { pppoe; below wan0 ppp0; }

test_three_below() {
	vlan_on_bridge_on_bond
	below wan0 vmbr0.34
}

# There is no other way out.
test_only_uplink() {
	ip link del wan1
	vlan
	configure "${CONF[@]:0:1}" "${CONF[@]:2}"
	below wan0 wan0.34
}

# Its routes are to follow.
test_corporate_port() {
	ip link add br-lan type bridge
	ip link set corp0 master br-lan
	ip addr flush dev corp0
	ip addr add 10.1.0.2/24 dev br-lan
	ip link set br-lan up
	below corp0 br-lan 3
	is "route" "$(ip route show proto 217)" "10.20.0.0/16 via 10.1.0.1 dev br-lan "
}

# Both have the role: one is too much.
test_port_and_bridge() {
	bridge
	configure "${CONF[@]}" "dev br-wan role internet"
	below wan0 br-wan
	! grep -q "^dev wan0 " /etc/pptpgw/pptpgw.conf || fail "the configuration"
}

# A VLAN besides is no fault.
test_healthy_other_vlan() {
	ip link add link wan0 name wan0.50 type vlan id 50
	ip link set wan0.50 up
	ip addr add 10.50.0.2/24 dev wan0.50
	silent
}

# Clients dial the virtual address: pptpgw sees them come in by the macvlan.
test_below_vrrp() {
	vrrp
	finds role-below
	is "what" "$(field what)" "clients that dial addresses of vrrp.51 come in by it, but only wan0 has a role"
	is "owner" "$(field owner)" /etc/pptpgw/pptpgw.conf:1
	remains
	fixed_by_command
	ip route show default | grep -q "^default via 198.51.100.1 dev wan0 " ||
		fail "the default route by wan0"
}

# What a bridge or a port drops comes to no chain of IP.
test_firewall_of_bridge() {
	bridge
	uplink br-wan
	nft -f - <<-END
		table bridge filter {
			chain input {
				type filter hook input priority 0; policy accept;
				ether type ip ip protocol gre drop
			}
		}
	END
	finds firewall-input
	is "owner" "$(field owner)" "chain input of table bridge filter: ip protocol gre drop"
	fixed_by_command
}

test_ingress_of_port() {
	bridge
	uplink br-wan
	nft -f - <<-END
		table netdev filter {
			chain input {
				type filter hook ingress device wan0 priority 0; policy accept;
				ip protocol gre drop
			}
		}
	END
	finds firewall-input
	is "owner" "$(field owner)" "chain input of table netdev filter: ip protocol gre drop"
	fixed_by_command
}

# A trial of all kinds leaves nothing behind.
test_killed() {
	local before
	vlan_on_bridge_on_bond
	ip link add link wan1 name wan1m type macvlan mode private
	uplink vmbr0.34
	wait_for 10 is_settled || fail "vmbr0.34 does not come up"
	before=$(state; ip link)
	for delay in 0.02 0.05 0.1 0.2 0.4; do
		"$PPTPGW" doctor >"$WORK/out" 2>&1 &
		sleep "$delay"
		kill -9 $! 2>/dev/null || :
		wait $! || :
	done
	wait_for 10 no_tool_runs
	diff <(echo "$before") <(state; ip link) || fail "the host has changed"
	is "network namespaces" "$(lsns -t net -n -o NS | wc -l)" 1
}

# The kernel says so a moment after the link is up.
is_settled() { ip -br link show vmbr0.34 | grep -q ' UP '; }

no_tool_runs() { ! pgrep -x pptpgw; }

tests=("$@")
[ $# -gt 0 ] || mapfile -t tests < <(sed -n 's/^test_\([a-z0-9_]*\)() {.*/\1/p' "$0")
run_tests "${tests[@]}"
