#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The end: of the module under traffic, of a namespace with live peers, of an
# uplink with cached routes. Nothing hangs, and nothing is left.

. "$(dirname "$0")/lib.sh"

ROUNDS=${ROUNDS:-200}

# Slab merging hides caches.
sees_slabs() {
	[ "$(grep -cE '^(ip_dst_cache|net_namespace) ' /proc/slabinfo)" = 2 ] ||
		skip "cannot count objects: boot with slab_nomerge"
}

# objects CACHE: objects in use, after the free ones were given back.
objects() {
	echo 1 >"/sys/kernel/slab/$1/shrink"
	awk -v name="$1" '$1 == name { print $2 }' /proc/slabinfo
}

# settled: wait for RCU and the workers that free namespaces and routes.
settled() {
	sleep 3
	objects ip_dst_cache
	objects net_namespace
}

# nothing_left ROUTES NAMESPACES: one more a round than before would be a leak.
nothing_left() {
	local now
	mapfile -t now < <(settled)
	note "routes in use: $1 before, ${now[0]} after $ROUNDS rounds"
	note "namespaces in use: $2 before, ${now[1]} after"
	[ "${now[0]}" -lt $(($1 + ROUNDS / 2)) ] || fail "routes leak"
	[ "${now[1]}" -lt $(($2 + ROUNDS / 2)) ] || fail "namespaces leak"
	! grep -q pptpgw_peer /proc/slabinfo || fail "the peer cache is left"
	! dmesg | grep -E "waiting for|BUG|WARNING|refcount" ||
		fail "the kernel complains"
}

test_rmmod_under_traffic() {
	local before=()
	sees_slabs
	mapfile -t before < <(settled)
	while :; do
		send isp -n 200 -s 198.18.0.0/24 -d "$WAN0" -c 6 "$TCP_ACK"
		send gw -n 200 -s "$WAN0" -d 198.18.0.0/24 -c 6 "$TCP_REPLY"
		send gw -n 200 -s "$WAN0" -d 198.18.0.0/24 47 "$GRE_DATA"
	done >/dev/null 2>&1 &
	local traffic=$! steered=0 round
	for ((round = 0; round < ROUNDS; round++)); do
		load internet=nosuch0
		in_ns gw sh -c 'cd /sys/class/net &&
			echo internet >wan0/pptpgw/role &&
			echo corporate >corp0/pptpgw/role'
		wait_for 20 counts wan0 steered 1 && steered=$((steered + 1))
		rmmod pptpgw || fail "rmmod failed in round $round"
	done
	kill "$traffic"
	wait "$traffic" || true
	is "rounds in which replies were steered" "$steered" "$ROUNDS"
	nothing_left "${before[@]}"
}

# A gateway of one uplink, and one peer with a cached route.
small_gateway() {
	ip netns add pgw-t
	ip link add wan0 netns pgw-t type veth peer name u netns pgw-c2
	ip_batch t <<-END
		link set lo up
		link set wan0 up
		addr add $WAN0/24 dev wan0
		link add corp0 type dummy
		link set corp0 up
		addr add 10.1.0.2/24 dev corp0
		route add default via 10.1.0.1 metric 100
		route add default via 198.51.100.1 metric 200
	END
	ip -n pgw-c2 link set u up
	in_ns t sh -c "echo internet >/sys/class/net/wan0/pptpgw/role"
	send c2 -s "$C1" -d "$WAN0" -l "u,$(mac t wan0)" -c 6 "$TCP_ACK"
	send t -s "$WAN0" -d "$C1" -c 6 "$TCP_REPLY"
	send t -n 3 -s "$WAN0" -d "$C1" 47 "$GRE_DATA"
	is "peers" "$(in_ns t cat /sys/class/net/wan0/pptpgw/peers)" 1
	# The stack's own RST, the segment, and the GRE.
	is "steered" "$(in_ns t cat /sys/class/net/wan0/pptpgw/steered)" 5
}

# The other end of wan0 goes when its namespace has really been taken apart.
small_gateway_is_gone() { ! ip -n pgw-c2 link show u; }

# end_rounds COMMAND...: make a small gateway and end it by COMMAND, many times.
end_rounds() {
	local before=() round
	sees_slabs
	ip netns del pgw-t 2>/dev/null || true
	load
	mapfile -t before < <(settled)
	for ((round = 0; round < ROUNDS; round++)); do
		small_gateway
		"$@"
		wait_for 20 small_gateway_is_gone || fail "round $round: wan0 hangs"
	done
	rmmod pptpgw
	nothing_left "${before[@]}"
}

test_namespace_deleted() { end_rounds ip netns del pgw-t; }

delete_uplink() {
	ip -n pgw-t link del wan0
	ip netns del pgw-t
}

test_uplink_deleted() { end_rounds delete_uplink; }

run_tests rmmod_under_traffic namespace_deleted uplink_deleted
