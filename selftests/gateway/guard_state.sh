#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The guard's settings, and what no program asks for: routes that are there
# already, are promoted, or are the kernel's own.

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/../lib/guard.sh"

test_guard_off() {
	needs_deny
	no_corporate_default
	guarded off
	gw_ip route add default via 10.1.0.1 dev corp0 2>"$WORK/err"
	is "said" "$(cat "$WORK/err")" ""
	check "refused" leaves_by corp0
	gw_ip route del default via 10.1.0.1 dev corp0
	setting corp0 guard deny
	! gw_ip route add default via 10.1.0.1 dev corp0 2>/dev/null ||
		fail "not refused"
	setting corp0 role none
	gw_ip route add default via 10.1.0.1 dev corp0 2>"$WORK/err"
	is "said" "$(cat "$WORK/err")" ""
	is "warned" "$(value corp0 guard_warned)" 0
	is "denied" "$(value corp0 guard_denied)" 1
}

# What is there when the role or the guard is set is reported, and stays.
test_existing() {
	load
	listen
	setting corp0 role corporate
	told guard_warned guard_violation "default 10.1.0.1"
	is "warned" "$(value corp0 guard_warned)" 1
	dmesg | tail -n 3 | grep -q 'corp0: pptpgw: default route 0.0.0.0/0' ||
		fail "the kernel's log says nothing"
	setting corp0 guard deny
	is "warned" "$(value corp0 guard_warned)" 2
	setting corp0 guard off
	setting corp0 policy observe
	is "warned" "$(value corp0 guard_warned)" 2
	setting corp0 guard warn
	is "warned" "$(value corp0 guard_warned)" 3
	is "denied" "$(value corp0 guard_denied)" 0
	check "the route went" leaves_by corp0
	gw_ip route add 0.0.0.0/1 via 10.1.0.1 2>/dev/null
	setting corp0 role none
	setting corp0 role corporate
	is "warned of both" "$(value corp0 guard_warned)" 6
	is "events" "$(events guard_violation | wc -l)" 6
}

# A default route through wan0 hides the topology's, through corp0.
hidden() {
	gw_ip route add default via 198.51.100.1 dev wan0 metric 50
	guarded "$1"
	gw_ip route add default via 10.1.0.9 dev corp0 metric 150
	check "the corporate route is hidden" leaves_by wan0
	is "warned of what is hidden" "$(value corp0 guard_warned)" 0
}

now_ms() { date +%s%3N; }

# promoted_by COMMAND...: makes the corporate route the active one, which is
# reported within a second, and cannot be refused.
promoted_by() {
	local start
	start=$(now_ms)
	"$@"
	wait_for 5 has_events guard_violation "default 10.1.0.1" ||
		fail "no event: $(cat "$WORK/events")"
	took=$(($(jq -s 'map(select(.event == "guard_violation").time |
		capture("(?<s>.*)[.](?<ms>...)(?<z>.*)") |
		(.s + "Z" | fromdate) * 1000 + (.ms | tonumber))[0]' \
		"$WORK/events") - start))
	note "reported after $took ms"
	[ "$took" -lt 1000 ] || fail "reported after $took ms"
	check "not promoted" leaves_by corp0
	is "warned" "$(value corp0 guard_warned)" 1
	is "events" "$(events guard_violation | wc -l)" 1
	sleep 1
	is "denied" "$(value corp0 guard_denied)" 0
	is "refusals told" "$(events guard_denied)" ""
}

delete_better() {
	gw_ip route del default via 198.51.100.1 metric 50 2>"$WORK/err" ||
		fail "the better route cannot be deleted"
	is "said" "$(cat "$WORK/err")" "$WARNING"
}

test_promoted_by_delete_warn() { hidden warn; promoted_by delete_better; }
test_promoted_by_delete_deny() { hidden deny; promoted_by delete_better; }

# The kernel keeps routes for a TOS before the others, and reports the first only.
test_behind_tos() {
	no_corporate_default
	guarded deny
	gw_ip route add default tos 0x10 via 198.51.100.1
	gw_ip route add default via 10.1.0.1 dev corp0
	wait_for 5 has_events guard_violation "default 10.1.0.1" ||
		fail "no event: $(cat "$WORK/events")"
	gw_ip route del default tos 0x10 via 198.51.100.1 2>"$WORK/err" ||
		fail "the route for a TOS cannot be deleted"
	is "said" "$(cat "$WORK/err")" "$WARNING"
	is "denied" "$(value corp0 guard_denied)" 0
}

# Routes for a TOS that are there already are reported, too.
test_existing_tos() {
	no_corporate_default
	gw_ip route add default tos 0x10 via 10.1.0.9 dev corp0
	load
	listen
	setting corp0 role corporate
	told guard_warned guard_violation "default 10.1.0.9"
}

test_promoted_by_link_down_warn() { hidden warn; promoted_by gw_ip link set wan0 down; }
test_promoted_by_link_down_deny() { hidden deny; promoted_by gw_ip link set wan0 down; }

# With ignore_routes_with_linkdown the route of a dead link stays, unused.
lose_carrier() { ip -n pgw-isp link set wan0 down; }

# Linux 5.10 asks the interface alone.
ignore_dead_links() {
	in_ns gw sysctl -qw net.ipv4.conf.all.ignore_routes_with_linkdown=1 \
		net.ipv4.conf.wan0.ignore_routes_with_linkdown=1
}

test_promoted_by_carrier_warn() {
	ignore_dead_links
	hidden warn
	promoted_by lose_carrier
}

test_promoted_by_carrier_deny() {
	ignore_dead_links
	hidden deny
	promoted_by lose_carrier
	ip -n pgw-isp link set wan0 up
	wait_for 5 leaves_by wan0 || fail "wan0 does not come back"
	lose_carrier
	wait_for 5 counts corp0 guard_warned 2 || fail "not reported again"
}

# The kernel's own route for an address is never refused.
test_kernel_route() {
	no_corporate_default
	guarded deny
	gw_ip addr add 172.16.0.9/1 dev corp0
	gw_ip route show | grep -q '^128.0.0.0/1 dev corp0 proto kernel' ||
		fail "$(gw_ip route show)"
	told guard_warned guard_violation "128.0.0.0/1 -"
	is "denied" "$(value corp0 guard_denied)" 0
}

# Each setting is in force when the write or the command returns.
test_at_once() {
	local i
	needs_deny
	no_corporate_default
	load
	for i in 1 2 3 4 5 6 7 8 9 10; do
		setting corp0 guard deny
		setting corp0 role corporate
		! gw_ip route add default via 10.1.0.1 dev corp0 2>/dev/null ||
			fail "round $i: not refused after a write"
		setting corp0 role none
		gw_ip route add default via 10.1.0.1 dev corp0
		gw_ip route del default via 10.1.0.1 dev corp0
		"$PPTPGW" -n pgw-gw dev set corp0 role corporate guard deny
		! gw_ip route add default via 10.1.0.1 dev corp0 2>/dev/null ||
			fail "round $i: not refused after a command"
		"$PPTPGW" -n pgw-gw dev set corp0 guard off
		gw_ip route add default via 10.1.0.1 dev corp0
		gw_ip route del default via 10.1.0.1 dev corp0
		setting corp0 role none
	done
	is "denied" "$(value corp0 guard_denied)" 20
}

# Routes and roles change while the module and the namespace go.
test_ends() {
	local i churn
	needs_deny
	no_corporate_default
	while :; do
		gw_ip route add default via 10.1.0.1 dev corp0 ||
			gw_ip nexthop replace id 9 via 10.1.0.1 dev corp0
		gw_ip route del default via 10.1.0.1 dev corp0 || true
	done >/dev/null 2>&1 &
	churn=$!
	for ((i = 0; i < 20; i++)); do
		load
		setting corp0 guard deny
		setting corp0 role corporate
		wait_for 20 counts corp0 guard_denied 1 || fail "round $i: none denied"
		rmmod pptpgw || fail "rmmod failed in round $i"
	done
	kill "$churn"
	wait "$churn" || true
	load
	setting corp0 guard deny
	setting corp0 role corporate
	ip netns del pgw-gw
	wait_for 20 [ ! -e /run/netns/pgw-gw ] || fail "the namespace stays"
	rmmod pptpgw || fail "rmmod failed after the namespace went"
	! dmesg | grep -E "BUG|WARNING|waiting for|refcount" ||
		fail "the kernel complains"
}

run_tests guard_off existing promoted_by_delete_warn promoted_by_delete_deny \
	behind_tos existing_tos \
	promoted_by_link_down_warn promoted_by_link_down_deny \
	promoted_by_carrier_warn promoted_by_carrier_deny \
	kernel_route at_once ends
