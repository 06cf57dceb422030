#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The end: of the module under traffic, of a namespace with live peers, of an
# uplink with cached routes. Nothing hangs, and nothing is left.

. "$(dirname "$0")/../lib/gateway.sh"

# make check-memory has a thousand.
ROUNDS=${ROUNDS:-60}

# Slab merging hides caches.
sees_slabs() {
	grep -q '^net_namespace ' /proc/slabinfo ||
		skip "cannot count namespaces: boot with slab_nomerge"
}

# Those in use, after the free ones were given back.
namespaces_alive() {
	echo 1 >/sys/kernel/slab/net_namespace/shrink
	awk '$1 == "net_namespace" { print $2 }' /proc/slabinfo
}

# settled: wait for RCU and the workers that free namespaces and routes.
settled() {
	sleep $((3 * ${PATIENCE:-1}))
	routes_alive
	namespaces_alive
	dmesg | wc -l
}

# nothing_left ROUTES NAMESPACES LINES: one more a round than before would be a leak, and no
# line after those that the kernel had said a complaint.
nothing_left() {
	local now
	mapfile -t now < <(settled)
	note "routes in use: $1 before, ${now[0]} after $ROUNDS rounds"
	note "namespaces in use: $2 before, ${now[1]} after"
	[ "${now[0]}" -lt $(($1 + ROUNDS / 2)) ] || fail "routes leak"
	[ "${now[1]}" -lt $(($2 + ROUNDS / 2)) ] || fail "namespaces leak"
	! grep -q pptpgw_peer /proc/slabinfo || fail "the peer cache is left"
	! dmesg | tail -n +$(($3 + 1)) | grep -E "waiting for|BUG|WARNING|refcount" ||
		fail "the kernel complains"
}

# What the server's own sockets send takes the right route, so that clients get through
# without the module, too. What raw sockets send does not.
let_handshakes_pass() {
	ip_batch gw <<-END
		route add default via 198.51.100.1 table 100
		rule add ipproto tcp sport 1723 lookup 100
	END
}

# Clients come, and are sent both kinds of replies, which must be steered.
traffic() {
	meet 198.18.0.0/24 50
	send gw -n 50 -s "$WAN0" -d 198.18.0.0/24 -c 6 "$TCP_REPLY"
	send gw -n 200 -s "$WAN0" -d 198.18.0.0/24 47 "$GRE_DATA"
}

endless_traffic() {
	while :; do
		traffic
	done
}

# A tunnel's replies were steered.
steers_tunnels() { [ "$(json 'map(.steered) | add > 0' tunnel show)" = true ]; }

test_rmmod_under_traffic() {
	local before=()
	sees_slabs
	let_handshakes_pass
	traffic >/dev/null 2>&1		# the kernel keeps some routes itself
	mapfile -t before < <(settled)
	endless_traffic >/dev/null 2>&1 &
	local traffic=$! steered=0 round
	for ((round = 0; round < ROUNDS; round++)); do
		load internet=nosuch0
		in_ns gw sh -c 'cd /sys/class/net &&
			echo internet >wan0/pptpgw/role &&
			echo corporate >corp0/pptpgw/role'
		wait_for 20 steers_tunnels && steered=$((steered + 1))
		rmmod pptpgw || fail "rmmod failed in round $round"
	done
	kill "$traffic"
	wait "$traffic" || true
	is "rounds in which tunnels' replies were steered" "$steered" "$ROUNDS"
	nothing_left "${before[@]}"
}

# small_gateway N: a gateway of two uplinks, which lead to aN and bN, their next hops.
small_gateway() {
	ip -batch - <<-END
		netns add pgw-t
		link add wan0 netns pgw-t type veth peer name a$1 netns pgw-c2
		link add wan1 netns pgw-t type veth peer name b$1 netns pgw-c2
		link add corp0 netns pgw-t type dummy
	END
	ip_batch t <<-END
		link set lo up
		link set wan0 up
		link set wan1 up
		link set corp0 up
		addr add $WAN0/24 dev wan0
		addr add $WAN1/24 dev wan1
		addr add 10.1.0.2/24 dev corp0
		route add default via 10.1.0.1 metric 100
		route add default via 198.51.100.1 metric 200
		route add default via 192.0.2.1 metric 300
	END
	ip_batch c2 <<-END
		addr add 198.51.100.1/24 dev a$1
		addr add 192.0.2.1/24 dev b$1
		link set a$1 up
		link set b$1 up
	END
}

# A client comes in by each uplink and is answered. Prints peers and steered of both.
use_small_gateway() {
	# shellcheck disable=SC2016
	in_ns t bash -c 'for i in wan0 wan1; do
		echo internet >/sys/class/net/$i/pptpgw/role
	done'
	in_ns c2 "$TOOLS/meet" /run/netns/pgw-t "$WAN0" "$C1" 1
	in_ns c2 "$TOOLS/meet" /run/netns/pgw-t "$WAN1" "$C2" 1
	send t -n 3 -s "$WAN0" -d "$C1" 47 "$GRE_DATA"
	send t -n 3 -s "$WAN1" -d "$C2" 47 "$GRE_DATA"
	in_ns t bash -c 'cat /sys/class/net/wan[01]/pptpgw/{peers,steered}'
}

# The other ends of its cables go when a namespace has really been taken apart.
small_gateways_are_gone() { ! ip -n pgw-c2 -br link | grep '^b'; }

# An uplink is deleted under its peer, then the namespace under all of them.
test_uplink_and_namespace_deleted() {
	local before=() round
	sees_slabs
	ip netns del pgw-t 2>/dev/null || true
	ip -n pgw-c2 route add local "$C1" dev lo
	load
	mapfile -t before < <(settled)
	for ((round = 0; round < ROUNDS; round++)); do
		small_gateway "$round"
		# Steered by each: SYN-ACK, data, an ACK, and three times GRE.
		is "peers and replies" \
			"$(use_small_gateway 2>&1 | tr '\n' ' ')" "1 1 6 6 "
		ip -n pgw-t link del wan0
		ip netns del pgw-t
	done
	wait_for 60 small_gateways_are_gone || fail "namespaces hang"
	rmmod pptpgw
	nothing_left "${before[@]}"
}

run_tests rmmod_under_traffic uplink_and_namespace_deleted
