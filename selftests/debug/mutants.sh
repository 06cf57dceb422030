#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# mutants.sh MUTANT...: the detectors are proven. In a debug kernel, the module as it is
# runs through a client's life, and nothing is found; then each mutant, and its detector
# finds it. Some mutants cannot be followed by another: see run.

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/lib.sh"

# As much of the topology as a life takes, and once for all of them: it takes minutes here.
# shellcheck disable=SC2034
ALL_NS="gw isp c1 crt"

plug_uplink() {
	link gw wan0 isp wan0
	ip -n pgw-isp addr add 198.51.100.1/24 dev wan0
}

make_small_topology() {
	make_namespaces net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
		net.ipv4.ip_forward=1 net.ipv6.conf.default.disable_ipv6=1
	plug_uplink
	link gw wan1 isp wan1
	link gw corp0 crt gw
	link c1 eth0 isp c1
	ip -n pgw-isp addr add 192.0.2.1/24 dev wan1
	ip -n pgw-isp addr add 203.0.113.1/25 dev c1
	ip -n pgw-crt addr add 10.1.0.1/24 dev gw
	ip -n pgw-c1 addr add "$C1/25" dev eth0
	ip -n pgw-c1 route add default via 203.0.113.1
	setup_gw
}

# The uplink is what a life leaves without.
setup() {
	if [ ! -e /run/netns/pgw-gw ]; then
		make_small_topology
	elif ! in_ns gw test -e /sys/class/net/wan0; then
		plug_uplink
		ip -n pgw-gw addr add "$WAN0/24" dev wan0
		ip -n pgw-gw route add default via 198.51.100.1 metric 200
	fi
}

teardown() {
	hang_up_all
	unload
}

# Clients that meet the gateway, each by another route, and are forgotten. Other routes
# are cached already.
part_often() {
	local i
	for i in 1 2 3 4 5 6 7 8; do
		meet 198.18.0.0/24 1
		pg tunnel flush
		ip -n pgw-gw route add blackhole 172.16.0.0/12 metric "$i"
	done
	ip -n pgw-gw route flush 172.16.0.0/12
}

# A server, a client whose call begins and ends, a listener, a dump, an uplink that goes.
# Sets routes, the cached ones before those of clients who are forgotten.
live_a_life() {
	load_with_roles
	watch events
	local listener=$!
	start_pptpd gw
	dial c1 "$WAN0"
	wait_for 90 counts wan0 calls_opened 1 || fail "no call"
	send gw -n 5 -s "$WAN0" -d "$C1" 47 "$GRE_DATA"
	pg tunnel show
	hang_up c1
	wait_for 60 counts wan0 calls_closed 1 || fail "the call stays"
	pg tunnel show
	pg tunnel flush
	kill "$listener"
	hang_up_all
	routes=$(routes_alive)
	part_often
	sleep 2
	ip -n pgw-gw link del wan0
	rmmod pptpgw
}

# find_in_life MODULE: sets found.
find_in_life() {
	MODULE=$1
	local routes
	dmesg -C
	[ -z "$SCAN" ] || forget_leaks
	live_a_life
	sleep 1
	note "cached routes: $routes, then $(routes_alive)"
	compare_routes "$routes" 30
	[ -z "$SCAN" ] || report_leaks
	dmesg >"$WORK/dmesg"
	mapfile -t found < <(found_in "$WORK/dmesg")
	note "found by: ${found[*]:-none}"
}

# Going through all memory for leaks takes longer than a life.
SCAN=

test_none() {
	SCAN=yes
	find_in_life "$MODULE"
	is "detectors that found something" "${#found[@]}" 0
}

# by DETECTOR MUTANT
by() {
	find_in_life "$SELFTESTS/debug/mutants/$2.ko"
	grep -aE -m 1 "$(awk -v name="$1" '$1 == name { $1 = ""; print substr($0, 2) }' \
		"$DETECTORS")" "$WORK/dmesg" | sed 's/^/# /'
	[[ " ${found[*]} " = *" $1 "* ]] || fail "$1 did not find $2"
}

test_access-without-rcu() { by lockdep-rcu access-without-rcu; }
test_route-borrowed() { by other route-borrowed; }
test_sleep-under-rcu() { by atomic-sleep sleep-under-rcu; }
test_sleep-under-lock() { by atomic-sleep sleep-under-lock; }
test_counter-torn() { by preempt counter-torn; }
test_call-kept() { SCAN=yes by kmemleak call-kept; }
test_work-kept() { by debugobjects work-kept; }
test_lock-order() { by lockdep lock-order; }
test_use-after-free() { by kasan use-after-free; }
test_route-kept() { by routes route-kept; }
test_device-kept() { by references device-kept; }
test_put-twice() { by refcount put-twice; }
test_interface-kept() { by slab interface-kept; }

# The mutants must not end the machine.
sysctl -qw kernel.panic_on_warn=0 kernel.panic_on_oops=0
run_tests "$@"
