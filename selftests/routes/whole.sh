#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A request names a route by all that it has, so that of several with the same key the
# right one goes; and what is undone is put back with all that it had.

. "$(dirname "$0")/lib.sh"

# Several defaults with the same key: doctor deletes the one through the corporate side.
test_doctor_deletes_the_right_one() {
	route del default
	route add default via 198.51.100.1 dev wan0 proto static metric 50
	route append default via 10.1.0.1 dev corp0 proto static metric 50 advmss 1300
	printf '%s\n' "dev wan0 role internet" "dev corp0 role corporate" | conf
	pg doctor --fix >"$WORK/out" 2>"$WORK/err" || true
	is "defaults" "$(route show default)" \
		"default via 198.51.100.1 dev wan0 proto static metric 50 "
}

# With more next hops than fit into a short message.
test_doctor_deletes_a_long_one() {
	local hops
	route del default
	hops=$(printf ' nexthop via 10.1.0.%d dev corp0' {3..250})
	route add default via 198.51.100.1 dev wan0 proto static metric 60
	# shellcheck disable=SC2086
	route add default proto static metric 50 $hops
	printf '%s\n' "dev wan0 role internet" "dev corp0 role corporate" | conf
	pg doctor --fix >"$WORK/out" 2>"$WORK/err" || true
	is "defaults" "$(route show default)" \
		"default via 198.51.100.1 dev wan0 proto static metric 60 "
}

# twins WANTED TWIN...: others with its key and our protocol, behind and in front of
# it. apply deletes them, and leaves the wanted one.
twins() {
	local wanted=$1 how twin
	shift
	for how in append prepend; do
		for twin in "$@"; do
			route flush proto 217
			route6 flush proto 217
			echo "route $wanted" | conf
			apply
			ours >"$WORK/want"
			# shellcheck disable=SC2086
			ip -n pgw-gw route "$how" ${twin/metric/proto 217 metric}
			exits 3 pg route diff
			apply
			is "routes after '$how $twin'" "$(ours)" "$(cat "$WORK/want")"
			exits 0 pg route diff
		done
	done
}

key="10.20.0.0/16 metric 50"

test_twins_with_more() {
	twins "10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50" \
		"$key via 10.1.0.1 dev corp0 advmss 1300" \
		"$key via 10.1.0.1 dev corp0 mtu 1400" \
		"$key via 10.1.0.1 dev corp0 src 10.1.0.2" \
		"$key via 10.1.0.1 dev corp0 realms 5" \
		"$key via 10.1.0.3 dev corp0" \
		"$key dev corp0 scope link" \
		"$key nexthop via 10.1.0.1 dev corp0 nexthop via 10.1.0.3 dev corp0" \
		"blackhole $key"
}

# The kernel takes the wanted one for the twin, which asks for less.
test_twins_with_less() {
	twins "10.20.0.0/16 via 10.1.0.1 dev corp0 src 10.1.0.2 metric 50 mtu 1400" \
		"$key via 10.1.0.1 dev corp0" \
		"$key via 10.1.0.1 dev corp0 mtu 1400" \
		"$key via 10.1.0.1 dev corp0 src 10.1.0.2"
	twins "10.20.0.0/16 metric 50 nexthop via 10.1.0.1 dev corp0 weight 1 nexthop via 10.1.0.3 dev corp0 weight 1" \
		"$key via 10.1.0.1 dev corp0" "$key via 10.1.0.3 dev corp0"
}

# with_extras: routes of ours with what the grammar cannot say, and others to change.
with_extras() {
	ip -n pgw-gw nexthop add id 7 via 10.1.0.1 dev corp0
	ip -n pgw-gw nexthop add id 8 via 2001:db8:1::1 dev corp0
	ip_batch gw <<-END
		route add 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50 proto 217 advmss 1300 mtu lock 1400
		route add 10.21.0.0/16 nhid 7 metric 50 proto 217
		route add 10.22.0.0/16 via 10.1.0.1 dev corp0 metric 50 proto 217 realms 5 src 10.1.0.2
		route add 10.23.0.0/16 dev corp0 scope host metric 50 proto 217
		route add 10.24.0.0/16 via 10.1.0.1 dev corp0 tos 0x10 metric 50 proto 217
		route add 10.25.0.0/16 metric 50 proto 217 initcwnd 20 nexthop via 10.1.0.1 dev corp0 weight 3 nexthop via 198.51.100.1 dev wan0
		route add 10.26.0.0/16 via 10.1.0.1 dev corp0 metric 50 proto 217
		route append 10.26.0.0/16 via 10.1.0.1 dev corp0 metric 50 proto 217 advmss 1300
		route add 10.27.0.0/16 encap ip id 5 dst 10.1.0.3 via 10.1.0.1 dev corp0 proto 217
		route add throw 10.28.0.0/16 proto 217
		route add 2001:db8:20::/48 via 2001:db8:1::1 dev corp0 metric 50 proto 217 pref high
		route add 2001:db8:21::/48 nhid 8 metric 50 proto 217
		route add 2001:db8:22::/48 via fe80::1 dev corp0 metric 50 proto 217 expires 1000
		route add 2001:db8:23::/48 from 2001:db8:99::/48 via fe80::1 dev corp0 metric 50 proto 217
		route add 2001:db8:24::/48 via fe80::1 dev corp0 metric 50 proto 217 hoplimit 9
		route add unreachable 2001:db8:25::/48 metric 50 proto 217
	END
}

# The time that a route has left goes on.
details() {
	ip -n pgw-gw -d -4 route show table all
	ip -n pgw-gw -d -6 route show table all | sed 's/ expires [0-9]*sec/ expires/'
}

same_details() { diff "$WORK/before" <(details) >"$WORK/err"; }

# Each of them is replaced or deleted.
other_routes() {
	conf <<-END
		route 10.20.0.0/16 via 10.1.0.3 dev corp0 metric 50
		route 10.21.0.0/16 via 10.1.0.1 dev corp0 metric 50
		route 10.22.0.0/16 via 10.1.0.1 dev corp0 metric 50
		route 10.25.0.0/16 metric 50 nexthop via 10.1.0.1 dev corp0 weight 3 nexthop via 198.51.100.1 dev wan0
		route 10.26.0.0/16 via 10.1.0.1 dev corp0 metric 50
		route 10.29.0.0/16 via 10.1.0.1 dev corp0 metric 50
		route 2001:db8:20::/48 via 2001:db8:1::1 dev corp0 metric 50
		route 2001:db8:22::/48 via fe80::1 dev corp0 metric 50
		route 2001:db8:24::/48 via fe80::1 dev corp0 metric 50
		route blackhole 2001:db8:25::/48 metric 50
	END
}

test_rolled_back_whole() {
	with_extras
	details >"$WORK/before"
	other_routes
	exits 0 pg route apply --confirm 1
	exits 0 pg route diff
	check "the table is as before" wait_for 5 same_details
}

test_failure_undone_whole() {
	with_extras
	details >"$WORK/before"
	other_routes
	echo "route 10.30.0.0/16 via 10.1.0.1 dev corp0 src 192.0.2.77" >>"$WORK/conf"
	exits 2 pg route apply
	is "what follows" "$(sed 1d "$WORK/err")" "pptpgw: nothing was changed"
	check "the table is as before" same_details
}

# What grammar cannot say is a difference, and diff says what it is.
test_extras_are_differences() {
	with_extras
	other_routes
	exits 3 pg route diff
	for word in "advmss 1300" "nhid 7" "realms 5" "initcwnd 20" "pref high" "hoplimit 9" \
		"expires "; do
		grep -q "(now .* $word" "$WORK/out" || grep -q "^- .* $word" "$WORK/out" ||
			fail "'$word' is not shown: $(cat "$WORK/out")"
	done
	sed -n 's/^~ \(.*\) (now \(.*\)).*/\1=\2/p' "$WORK/out" | awk -F= '$1 == $2' >"$WORK/same"
	is "changes that change nothing" "$(cat "$WORK/same")" ""
	apply
	exits 0 pg route diff
	is "what is left of them" "$(ip -n pgw-gw -d route show proto 217 |
		grep -c 'advmss\|nhid\|realms\|initcwnd\|tos\|encap')" 0
	is "IPv6" "$(route6 show proto 217 | grep -c 'pref high\|expires\|nhid\|hoplimit')" 0
}

# rolled_back_over FOREIGN COMMAND...: another owner's route comes while a confirmation
# is awaited. It is there after the changes were undone.
rolled_back_over() {
	local foreign=$1
	shift
	for dst in 10.20.0.0/16 10.21.0.0/16; do
		echo "route $dst via 10.1.0.1 dev corp0 metric 50"
	done | conf
	apply
	conf <<-END
		route 10.20.0.0/16 via 10.1.0.3 dev corp0 metric 50
		route 10.22.0.0/16 via 10.1.0.3 dev corp0 metric 50
	END
	exits 0 pg route apply --confirm 1
	"$@"
	table | grep "proto static" >"$WORK/foreign"
	check "the changes are undone" wait_for 5 no_guard
	is "other owners' routes" "$(table | grep "proto static")" "$(cat "$WORK/foreign")"
	has "$foreign" || fail "not undone: $(ours)"
}

# Nobody waits for a confirmation any more, or is about to (it has not its name yet).
no_guard() {
	ip netns pids pgw-gw | xargs -I{} cat /proc/{}/comm >"$WORK/comms" 2>/dev/null || true
	! grep -q "route-rollback\|pptpgw" "$WORK/comms"
}

test_foreign_in_the_place_of_a_change() {
	rolled_back_over "10.21.0.0/16 via 10.1.0.1 dev corp0 metric 50" \
		route replace 10.20.0.0/16 via 10.1.0.9 metric 50 proto static
}

test_foreign_in_front_of_a_change() {
	rolled_back_over "10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50" \
		route prepend 10.20.0.0/16 via 10.1.0.9 metric 50 proto static
}

test_foreign_in_the_place_of_an_addition() {
	rolled_back_over "10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50" \
		route replace 10.22.0.0/16 via 10.1.0.3 metric 50 proto static
}

test_foreign_in_the_place_of_a_deleted_one() {
	rolled_back_over "10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50" \
		route add 10.21.0.0/16 via 10.1.0.9 metric 50 proto static
}

test_foreign_of_ipv6() {
	local theirs
	echo "route 2001:db8:20::/48 via 2001:db8:1::1 dev corp0 metric 50" | conf
	apply
	echo "route 2001:db8:20::/48 via 2001:db8:1::3 dev corp0 metric 50" | conf
	exits 0 pg route apply --confirm 1
	route6 replace 2001:db8:20::/48 via 2001:db8:1::9 metric 50 proto static
	theirs=$(route6 show 2001:db8:20::/48)
	check "the guard ends" wait_for 10 no_guard
	is "theirs" "$(route6 show 2001:db8:20::/48)" "$theirs"
}

run_tests doctor_deletes_the_right_one doctor_deletes_a_long_one twins_with_more \
	twins_with_less rolled_back_whole failure_undone_whole extras_are_differences \
	foreign_in_the_place_of_a_change foreign_in_front_of_a_change \
	foreign_in_the_place_of_an_addition foreign_in_the_place_of_a_deleted_one \
	foreign_of_ipv6
