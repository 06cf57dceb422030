#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A gateway is accepted when the kernel accepts it, whatever policy rules there are; and
# the route comes back after its interface was down.

. "$(dirname "$0")/lib.sh"

some() {
	conf <<-END
		route 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50
		route 10.21.0.0/16 via 10.1.0.3
		route 10.22.0.0/16 nexthop via 10.1.0.1 dev corp0 weight 1 nexthop via 198.51.100.7 dev wan0 weight 1
		route 10.23.0.0/16 via inet6 2001:db8:1::1 dev corp0
		route 2001:db8:20::/48 via 2001:db8:1::1 dev corp0 metric 50
		route 2001:db8:21::/48 via fe80::1 dev corp0 metric 50
	END
}

# kernel_takes_all: what ip-route(8) says to each line is no error.
kernel_takes_all() {
	local line
	while read -r line; do
		# shellcheck disable=SC2086
		ip -n pgw-gw route add ${line/ / proto 218 } 2>>"$WORK/err" || return
	done < <(sed -n 's/^route //p' "$WORK/conf")
	route flush proto 218
	route6 flush proto 218
}

# But that rules lead packets elsewhere.
nothing_differs() {
	local lists
	lists=$(pg -j route diff | jq -c '[.add, .change, .delete, .conflict]')
	[ "$lists" = "[[],[],[],[]]" ]
}

# accepted: by diff, apply, up; and reconcile has it back after the links were down.
accepted() {
	check "the kernel takes it" kernel_takes_all
	exits 3 pg route diff
	is "lines of diff" "$(wc -l <"$WORK/out")" 6
	apply
	counted 6 0 0 0
	check "nothing differs" nothing_differs
	apply
	counted 0 0 0 6
	exits 0 pg route flush
	exits 0 pg up
	counted 6 0 0 0
	pg_bg route reconcile
	sleep 0.5
	ip -n pgw-gw link set corp0 down
	ip -n pgw-gw link set corp0 up
	addresses
	is_complete() { [ "$(pg route show | wc -l)" = 6 ] && nothing_differs; }
	check "all come back" wait_for 5 is_complete
}

test_table_with_a_default() {
	some
	ip -n pgw-gw rule add pref 201 to 10.0.0.0/8 lookup 100
	ip -n pgw-gw -6 rule add pref 201 to 2001:db8:1::/64 lookup 100
	route add default via 198.51.100.1 dev wan0 table 100
	accepted
}

# A VPN daemon's.
test_table_220() {
	some
	ip -n pgw-gw rule add pref 220 lookup 220
	route add 10.0.0.0/8 via 198.51.100.1 dev wan0 table 220
	route add throw 10.1.0.3 table 220
	accepted
}

test_blackhole_in_a_rule() {
	some
	ip -n pgw-gw rule add pref 300 iif corp0 blackhole
	ip -n pgw-gw rule add pref 301 fwmark 1 blackhole
	ip -n pgw-gw rule add pref 302 oif wan0 lookup 100
	accepted
}

test_vrf() {
	some
	ip -n pgw-gw link add vrf1 type vrf table 77 2>"$WORK/err" || skip "there is no VRF here"
	ip -n pgw-gw link set vrf1 up
	accepted
}

# Routes of ours cover the gateways.
test_covered_by_ours() {
	some
	apply
	cat >>"$WORK/conf" <<-END
		route 10.1.0.0/30 via 10.1.0.9 dev corp0
		route 10.0.0.0/8 via 10.1.0.9 dev corp0 metric 7
	END
	apply
	counted 2 0 0 6
	apply
	counted 0 0 0 8
	exits 0 pg route diff
	route del 10.20.0.0/16
	apply
	counted 1 0 0 7
}

# The kernel would not take it again, but it is there.
test_covered_since() {
	echo "route 2001:db8:20::/48 via 2001:db8:1::1 dev corp0 metric 50" | conf
	apply
	echo "route 2001:db8:1::/80 via fe80::9 dev corp0 metric 50" >>"$WORK/conf"
	apply
	counted 1 0 0 1
	apply
	counted 0 0 0 2
	exits 0 pg route diff
}

# The kernel's reasons for what it does not take.
refused() {
	printf 'route %s\n' "$1" | conf
	table >"$WORK/before"
	! kernel_takes_all || fail "the kernel takes it"
	exits 1 pg route apply
	grep -q "^$WORK/conf:1:7: .*$2" "$WORK/err" || fail "$(cat "$WORK/err")"
	check "the table is as before" same_table "$WORK/before"
}

test_refused() {
	refused "10.20.0.0/16 via 10.2.0.1 dev corp0" "gateway 10.2.0.1 is not on link on corp0"
	refused "10.20.0.0/16 via 10.1.0.2 dev corp0 onlink" "the gateway is an address of this host"
	refused "2001:db8:20::/48 via 2001:db8:1::2 dev corp0" "the gateway is an address of this host"
	in_ns gw sysctl -qw net.ipv6.conf.corp0.disable_ipv6=1
	refused "2001:db8:20::/48 via fe80::1 dev corp0" "gateway fe80::1: IPv6 is disabled on nexthop device"
}

# To look changes nothing: no event, no route, no line in the kernel's log.
test_without_a_trace() {
	local before
	some
	echo "route 2001:db8:22::/48 via 2001:db8:1::1" >>"$WORK/conf"
	table >"$WORK/before"
	before=$(dmesg | wc -l)
	watch_routes
	exits 3 pg route diff
	exits 0 pg route apply --dry-run
	is "changes seen" "$(changes_seen)" 0
	check "the table is as before" same_table "$WORK/before"
	is "lines of the log" "$(dmesg | tail -n "+$((before + 1))" | grep -c RTM_NEWROUTE)" 0
}

run_tests table_with_a_default table_220 blackhole_in_a_rule vrf covered_by_ours \
	covered_since refused without_a_trace
