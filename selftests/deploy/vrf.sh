#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two uplinks in VRFs: both in one, with the files of Documentation/examples/vrf, or each in
# one of its own; the corporate side in none, or in another. What cannot work must fail
# closed: a client by a VRF without a server, an uplink without a default route, a server
# outside the VRF, the role of the VRF's own interface.
#
# vm: --timeout 2400

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/../lib/servers.sh"
. "$(dirname "$0")/recipe_lib.sh"

export RECIPE_PROGRAMS=ip
export GATEWAYS=gw
FILES=$EXAMPLES/vrf

# The gateway has no routes but those of its interfaces.
setup() {
	make_topology
	isps_check_sources
	ip_batch gw <<-END
		route del default via 10.1.0.1
		route del default via 198.51.100.1
		route del default via 192.0.2.1
		route del 10.20.0.0/16
	END
	no_pptpgw gw
}

corporate_route() { ip -n pgw-gw route add 10.20.0.0/16 via 10.1.0.1 dev corp0; }

one_vrf() { ip_batch gw <"$FILES/vrf.ip"; }

# vrf NAME UPLINK GATEWAY TABLE: an uplink in a VRF of its own.
vrf() {
	ip_batch gw <<-END
		link add $1 type vrf table $4
		link set $1 up
		link set $2 master $1
		route add default via $3 dev $2 table $4
		route add unreachable default table $4 metric 4278198272
	END
}

two_vrfs() {
	vrf red wan0 198.51.100.1 100
	vrf blue wan1 192.0.2.1 101
}

listens_in() { in_ns gw ss -Hltn sport = :1723 | grep -q "%$1:1723"; }

# pptpd_in VRF [NETWORK]: as the drop-in has it, with a file of its own.
pptpd_in() {
	local dir=$WORK/pptpd-$1 command
	pptpd_conf "$dir" "${2:-10.250.0}"
	command=$(sed -n 's/^ExecStart=\(.\)/\1/p' "$FILES/pptpd-vrf.conf")
	command=${command/ red / $1 }
	# shellcheck disable=SC2086
	bg gw ${command% *} --conf "$dir/conf" --pidfile "$dir/pid" >"$dir/log" 2>&1
	wait_for 20 listens_in "$1" || fail "pptpd does not listen in $1"
}

with_pptpgw() {
	example gw vrf/pptpgw.conf pptpgw/pptpgw.conf
	start_pptpgw gw
}

# -- both in one VRF ---------------------------------------------------------------

test_one_without() {
	corporate_route
	one_vrf
	pptpd_in red
	dial c1 "$WAN0"
	wait_for 30 reaches 1 crossed || fail "no reply took the wrong uplink"
	check "c1 has a tunnel" no_tunnel c1 5
	is "replies by wan0" "$(by wan0)" 0
	record "two uplinks in one VRF" without "no tunnel, $(crossed) replies by the wrong"
}

test_one_with() {
	one_vrf
	pptpd_in red
	with_pptpgw
	tunnel c1 "$WAN0"
	tunnel c2 "$WAN1"
	is "replies by the wrong uplink" "$(crossed)" 0
	is "leaked" "$(leaked)" 0
	at_least "steered" "$(value wan0 steered)" 10
	is "steered to the uplink that the table has" "$(value wan1 steered)" 0
	record "two uplinks in one VRF" with "tunnels by both, 0 replies by the wrong"
}

# explains CLIENT LOCAL VERDICT DEV TABLE_DEV
explains() {
	is "explain $1" "$(in_ns gw pptpgw -j explain "$1" from "$2" |
		jq -r '.verdict + " " + .dev + " " + .table_dev')" "$3 $4 $5"
}

# The table that replies follow without pptpgw is the VRF's.
test_one_explain() {
	one_vrf
	pptpd_in red
	with_pptpgw
	explains "$C1" "$WAN0" steer wan0 wan1
	explains "$C1" "$WAN1" keep wan1 wan1
}

# The server runs in the VRF, and table main has no default route: nothing is wrong.
test_one_doctor() {
	one_vrf
	pptpd_in red
	with_pptpgw
	in_ns gw pptpgw doctor >"$WORK/doctor.log" 2>&1 || fail "$(cat "$WORK/doctor.log")"
}

# An address that both ISPs route to the gateway is one of the VRF. Then one has no link.
test_one_carrier() {
	local began
	one_vrf
	ip -n pgw-gw addr add "$SHARED/32" dev red
	pptpd_in red
	with_pptpgw
	tunnel c1 "$SHARED"
	began=$(milliseconds)
	ip -n pgw-isp link set wan0 down
	ip -n pgw-isp route replace "$SHARED" via "$WAN1"
	wait_for 20 works c1 || fail "the tunnel is lost"
	record "two uplinks in one VRF" recovery "$(seconds_since "$began") s from loss of carrier"
	is "leaked" "$(leaked)" 0
	is "moved" "$(value wan1 moved)" 1
}

# -- each in a VRF of its own ---------------------------------------------------------

servers_in_two() {
	two_vrfs
	pptpd_in red
	pptpd_in blue 10.251.0
	ip -n pgw-crt route add 10.251.0.0/24 via 10.1.0.2
}

# Each server's replies follow the table of its VRF: nothing is wrong.
test_two_without() {
	corporate_route
	servers_in_two
	tunnel c1 "$WAN0"
	tunnel c2 "$WAN1"
	is "replies by the wrong uplink" "$(crossed)" 0
	record "each uplink in its own VRF" without "tunnels by both, $(crossed) replies by the wrong"
}

test_two_with() {
	servers_in_two
	with_pptpgw
	tunnel c1 "$WAN0"
	tunnel c2 "$WAN1"
	is "replies by the wrong uplink" "$(crossed)" 0
	is "leaked" "$(leaked)" 0
	is "peers" "$(value wan0 peers) $(value wan1 peers)" "1 1"
	is "steered" "$(value wan0 steered) $(value wan1 steered)" "0 0"
	at_least "already right" "$(value wan0 already_right)" 10
	record "each uplink in its own VRF" with "tunnels by both, $(crossed) replies by the wrong"
}

# A server serves the uplinks of its VRF alone.
test_client_by_the_other_vrf() {
	two_vrfs
	pptpd_in red
	with_pptpgw
	dial c2 "$WAN1"
	check "c2 has a tunnel" no_tunnel c2 15
	at_least "refused by the kernel" "$(by wan1)" 1
	is "replies by wan0" "$(by wan0)" 0
	is "leaked" "$(leaked)" 0
	is "peers" "$(value wan1 peers)" 0
	tunnel c1 "$WAN0"
	record "client by the VRF without a server" with "refused, $(leaked) replies leaked"
}

# -- the corporate side is in a VRF, too -----------------------------------------------

corporate_vrf() {
	ip_batch gw <<-END
		link add corp type vrf table 102
		link set corp up
		link set corp0 master corp
		route add 10.20.0.0/16 via 10.1.0.1 dev corp0 table 102
		route add unreachable default table 102 metric 4278198272
	END
}

# pppd sees the /etc/ppp of its own that is there when pptpd starts.
client_vrf() {
	mkdir -p /etc/netns/pgw-gw/ppp
	write_secrets
	cp -a /etc/ppp/. /etc/netns/pgw-gw/ppp
	example gw vrf/client-vrf ppp/ip-up.d/client-vrf
}

# The routes of the file are for table main, where the corporate side is not.
serve_with_corporate_vrf() {
	one_vrf
	corporate_vrf
	pptpd_in red
	example gw vrf/pptpgw.conf pptpgw/pptpgw.conf
	sed -i '/^route/d' /etc/netns/pgw-gw/pptpgw/pptpgw.conf
	start_pptpgw gw
}

test_corporate_vrf() {
	client_vrf
	serve_with_corporate_vrf
	redial c1 "$WAN0"
	wait_for 60 works c1 || fail "the client does not reach the corporate side"
	is "replies by the wrong uplink" "$(crossed)" 0
	is "leaked" "$(leaked)" 0
	record "corporate side in a VRF, too" with "tunnel, $(crossed) replies by the wrong"
}

# The tunnel's interface is in no VRF: its packets have no route to the corporate side.
test_corporate_vrf_without_script() {
	serve_with_corporate_vrf
	dial c1 "$WAN0"
	wait_for 60 up c1 || fail "no tunnel"
	! works c1 || fail "the client reaches the corporate side"
}

# -- what cannot work ----------------------------------------------------------------

# The uplink that the client comes in by has no default route in the VRF's table.
no_default() {
	one_vrf
	ip -n pgw-gw route del default via 198.51.100.1 dev wan0 table 100
	pptpd_in red
}

test_no_default_without() {
	no_default
	dial c1 "$WAN0"
	wait_for 30 reaches 1 crossed || fail "no reply took the wrong uplink"
	check "c1 has a tunnel" no_tunnel c1 5
	record "uplink without a default route there" without \
		"no tunnel, $(crossed) replies by the wrong"
}

test_no_default_with() {
	no_default
	with_pptpgw
	dial c1 "$WAN0"
	wait_for 30 counts wan0 unroutable_drops 1 || fail "no reply is dropped"
	check "c1 has a tunnel" no_tunnel c1 5
	is "replies by wan1" "$(by wan1)" 0
	is "leaked" "$(leaked)" 0
	record "uplink without a default route there" with \
		"no tunnel, $(value wan0 unroutable_drops) dropped, $(by wan1) by the wrong"
}

# The VRF's table has no default route, and does not end with an unreachable one: the lookup
# goes on in table main, where the corporate router is the best.
falls_through() {
	one_vrf
	ip_batch gw <<-END
		route del default via 198.51.100.1 dev wan0 table 100
		route del default via 192.0.2.1 dev wan1 table 100
		route del unreachable default table 100 metric 4278198272
		route add default via 10.1.0.1 dev corp0
		route add default via 198.51.100.1 dev wan0 onlink metric 200
	END
	pptpd_in red
}

test_table_main_without() {
	corporate_route
	falls_through
	dial c1 "$WAN0"
	wait_for 30 leaks || fail "nothing leaked"
	check "c1 has a tunnel" no_tunnel c1 5
	record "default routes in table main alone" without "no tunnel, $(leaked) replies leaked"
}

test_table_main_with() {
	falls_through
	with_pptpgw
	tunnel c1 "$WAN0"
	is "leaked" "$(leaked)" 0
	at_least "steered" "$(value wan0 steered)" 10
	record "default routes in table main alone" with "tunnel, $(leaked) replies leaked"
}

# With tcp_l3mdev_accept its control connection is accepted, and pptpd cannot bind its socket
# for GRE.
test_server_outside() {
	one_vrf
	in_ns gw sysctl -qw net.ipv4.tcp_l3mdev_accept=1
	start_pptpd gw
	with_pptpgw
	dial c1 "$WAN0"
	wait_for 30 counts wan0 steered 1 || fail "no control connection"
	check "c1 has a tunnel" no_tunnel c1 15
	is "GRE" "$(by wan0 gre)" 0
	is "leaked" "$(leaked)" 0
	is "replies by the wrong uplink" "$(crossed)" 0
	record "server outside the VRF" with "no tunnel, $(leaked) leaked"
}

# The packets come in by the members, which have no role then: there is no route by an
# interface that is none.
test_role_of_the_vrf() {
	one_vrf
	pptpd_in red
	mkdir -p /etc/netns/pgw-gw/pptpgw
	printf '%s\n' "dev red role internet" "dev corp0 role corporate" \
		>/etc/netns/pgw-gw/pptpgw/pptpgw.conf
	start_pptpgw gw
	grep -q "red is a VRF" "$WORK/up-gw.log" || fail "no warning: $(cat "$WORK/up-gw.log")"
	dial c1 "$WAN0"
	wait_for 30 counts red unroutable_drops 1 || fail "no reply is dropped"
	check "c1 has a tunnel" no_tunnel c1 5
	is "replies by either" "$(by wan0) $(by wan1)" "0 0"
	is "leaked" "$(leaked)" 0
	record "role of the VRF, not of its members" with \
		"no tunnel, $(value red unroutable_drops) dropped"
}

[ $# -gt 0 ] || set -- one_without one_with one_explain one_doctor one_carrier two_without \
	two_with client_by_the_other_vrf corporate_vrf corporate_vrf_without_script \
	no_default_without no_default_with table_main_without table_main_with \
	server_outside role_of_the_vrf
run_tests "$@"
