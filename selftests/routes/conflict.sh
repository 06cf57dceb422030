#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tool must not do: take other owners' routes, or lead the default
# route to the corporate side.

. "$(dirname "$0")/lib.sh"

# conflicts LINE OWNER DST METRIC THEIRS: apply refuses, in these words alone.
conflicts() {
	table >"$WORK/before"
	exits 2 pg route apply
	says out ""
	says err "$WORK/conf:$1:7: $3 metric $4 is owned by $2: $5
pptpgw: nothing was changed"
	exits 2 pg route apply --dry-run
	exits 2 pg route apply --confirm 60
	exits 1 pg route confirm
	exits 3 pg -j route diff
	is "conflict" "$(jq -c '.conflict | map([.dst, .metric, .owner, .line])' "$WORK/out")" \
		"[[\"$3\",$4,\"$2\",$1]]"
	check "the table is as before" same_table "$WORK/before"
}

# owned_by OWNER: a route of that protocol, with the key of one of ours.
owned_by() {
	route add 10.20.0.0/16 via 10.1.0.9 metric 50 proto "$1"
	conf <<-END
		route 10.19.0.0/16 via 10.1.0.1 dev corp0
		route 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50
	END
	conflicts 2 "$1" 10.20.0.0/16 50 "10.20.0.0/16 via 10.1.0.9 dev corp0 metric 50"
}

test_static() { owned_by static; }
test_zebra() { owned_by zebra; }
test_boot() { owned_by boot; }

test_kernel() {
	conf <<-END
		route 10.19.0.0/16 via 10.1.0.1 dev corp0
		route 10.1.0.0/24 dev corp0
	END
	conflicts 2 kernel 10.1.0.0/24 0 "10.1.0.0/24 dev corp0 src 10.1.0.2"
}

test_ipv6() {
	route6 add 2001:db8:20::/48 via 2001:db8:1::9 proto static
	echo "route 2001:db8:20::/48 via 2001:db8:1::1" | conf
	conflicts 1 static 2001:db8:20::/48 1024 \
		"2001:db8:20::/48 via 2001:db8:1::9 dev corp0 metric 1024"
}

test_table() {
	route add 10.20.0.0/16 via 10.1.0.9 table 100 proto static
	echo "route 10.20.0.0/16 via 10.1.0.1 dev corp0" | conf
	apply
	echo "route 10.20.0.0/16 via 10.1.0.1 dev corp0 table 100" | conf
	conflicts 1 static 10.20.0.0/16 0 "10.20.0.0/16 via 10.1.0.9 dev corp0 table 100"
}

# One that has the very same next hop is still not ours.
test_equal_route() {
	route add 10.20.0.0/16 via 10.1.0.1 metric 50 proto static
	echo "route 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50" | conf
	conflicts 1 static 10.20.0.0/16 50 "10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50"
}

# It does not matter whether ours is there, too.
test_beside_ours() {
	echo "route 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50" | conf
	apply
	route append 10.20.0.0/16 via 10.1.0.9 metric 50 proto static
	exits 0 pg route diff
	echo "route 10.20.0.0/16 via 10.1.0.3 dev corp0 metric 50" | conf
	conflicts 1 static 10.20.0.0/16 50 "10.20.0.0/16 via 10.1.0.9 dev corp0 metric 50"
	: >"$WORK/conf"
	apply
	is "routes left" "$(route show 10.20.0.0/16)" \
		"10.20.0.0/16 via 10.1.0.9 dev corp0 proto static metric 50 "
}

# Another metric, prefix or table is no conflict, and not touched.
test_foreign_are_left_alone() {
	local other
	for other in static zebra bird 99; do
		route add 10.20.0.0/16 via 10.1.0.9 metric $((70 + ${#other})) proto "$other"
		route add 10.20.0.0/17 via 10.1.0.9 metric $((70 + ${#other})) proto "$other"
		route6 add 2001:db8:20::/48 via 2001:db8:1::9 metric $((70 + ${#other})) \
			proto "$other"
	done
	table >"$WORK/before"
	conf <<-END
		route 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50
		route 10.20.0.0/17 via 10.1.0.1 dev corp0
		route 2001:db8:20::/48 via 2001:db8:1::1 dev corp0 metric 50
	END
	apply
	is "foreign" "$(table | grep -v 'proto 217')" "$(cat "$WORK/before")"
	sed -i 's/10.1.0.1/10.1.0.3/; s/1::1/1::3/' "$WORK/conf"
	apply
	counted 0 3 0 0
	is "foreign" "$(table | grep -v 'proto 217')" "$(cat "$WORK/before")"
	exits 0 pg route flush
	check "the table is as before" same_table "$WORK/before"
}

# -- default routes ------------------------------------------------------------

# corporate DST ROUTE...: refused, and DST is what the message names.
corporate() {
	local dst=$1
	shift
	table >"$WORK/before"
	printf '%s\n' "dev corp0 role corporate" "dev wan0 role internet" "route $*" | conf
	exits 1 pg route apply
	says err "$WORK/conf:3:7: $dst through corp0, a corporate interface: the default gateway must be on the internet side only, or replies go astray"
	exits 1 pg route diff
	check "the table is as before" same_table "$WORK/before"
}

# internet ROUTE...: applied.
internet() {
	printf '%s\n' "dev corp0 role corporate" "dev wan0 role internet" "route $*" | conf
	apply
	must_be_applied
}

test_default_to_corporate() {
	corporate default default via 10.1.0.1 dev corp0 metric 5
	corporate default default via 10.1.0.1 metric 5
	corporate default default dev corp0 metric 5
	corporate default 0.0.0.0/0 via 10.1.0.1 metric 5
	corporate default default via 10.200.0.1 dev corp0 onlink metric 5
	corporate default default via inet6 fe80::1 dev corp0 metric 5
}

test_halves_to_corporate() {
	corporate 0.0.0.0/1 0.0.0.0/1 via 10.1.0.1 dev corp0
	corporate 128.0.0.0/1 128.0.0.0/1 via 10.1.0.1
	internet 64.0.0.0/2 via 10.1.0.1 dev corp0
}

test_multipath_to_corporate() {
	corporate default default metric 5 nexthop via 198.51.100.1 nexthop via 10.1.0.1
	corporate default default metric 5 nexthop via 10.1.0.1 dev corp0 \
		nexthop via 198.51.100.1 dev wan0
}

test_ipv6_to_corporate() {
	corporate default default via 2001:db8:1::1 dev corp0 metric 5
	corporate default default via fe80::1 dev corp0 metric 5
	corporate default default via 2001:db8:1::1 metric 5
	corporate ::/0 ::/0 dev corp0 metric 5
	corporate ::/1 ::/1 via 2001:db8:1::1
	corporate 8000::/1 8000::/1 via 2001:db8:1::1
}

# By a gateway that only a route of the configuration brings on link.
test_far_gateway_to_corporate() {
	printf '%s\n' "dev corp0 role corporate" "route 10.9.0.0/24 dev corp0" \
		"route default via 10.9.0.1 metric 5" | conf
	exits 1 pg route apply
	grep -q "^$WORK/conf:3:7: default through corp0, a corporate" "$WORK/err" ||
		fail "$(cat "$WORK/err")"
	is "routes" "$(ours)" ""
}

# An interface has several names, and a line of the configuration may have any of them.
test_altnames_to_corporate() {
	local dev via
	ip -n pgw-gw link property add dev corp0 altname lan altname office0
	for dev in corp0 lan; do
		for via in corp0 office0; do
			printf '%s\n' "dev $dev role corporate" "route default via 10.1.0.1 dev $via metric 5" | conf
			exits 1 pg route apply
			says err "$WORK/conf:2:7: default through corp0, a corporate interface: the default gateway must be on the internet side only, or replies go astray"
			exits 1 pg up
			is "routes" "$(ours)" ""
		done
		printf '%s\n' "dev $dev role corporate" "route default via 10.1.0.1 metric 5" | conf
		exits 1 pg route apply
		is "routes" "$(ours)" ""
	done
	printf '%s\n' "dev corp0 role none" "dev lan role corporate" \
		"route default via 10.1.0.1 dev corp0 metric 5" | conf
	exits 1 pg route apply
	is "routes" "$(ours)" ""
	printf '%s\n' "dev lan role corporate" "route 10.20.0.0/16 via 10.1.0.1 dev office0" | conf
	apply
	exits 0 pg route diff
}

# split LEN: all IPv4 addresses in prefixes of that length.
split() {
	seq 0 $(((1 << $1) - 1)) | awk -v len="$1" -v step=$((1 << (24 - $1))) '{
		n = $1 * step
		printf "route %d.%d.%d.0/%d via 10.1.0.1 dev corp0\n", n / 65536, n / 256 % 256, n % 256, len }'
}

# half_refused: the configuration takes half of the Internet, or more.
half_refused() {
	table >"$WORK/before"
	exits 1 pg route apply
	says out ""
	grep -q "^$WORK/conf:[0-9]*:7: .* through corp0, a corporate interface.*: the default gateway must be" \
		"$WORK/err" || fail "$(cat "$WORK/err")"
	exits 1 pg route diff
	exits 1 pg up
	check "the table is as before" same_table "$WORK/before"
}

corporate_conf() {
	{
		echo "dev corp0 role corporate"
		cat
	} | conf
}

test_splits_to_corporate() {
	local len
	for len in 2 3 5 8 10; do
		split "$len" | corporate_conf
		half_refused
		# Half of them.
		split "$len" | awk 'NR % 2' | corporate_conf
		half_refused
	done
	# Of different lengths, and all but what nobody needs.
	corporate_conf <<-END
		route 1.0.0.0/8 via 10.1.0.1 dev corp0
		route 2.0.0.0/7 via 10.1.0.1 dev corp0
		route 4.0.0.0/6 via 10.1.0.1 dev corp0
		route 8.0.0.0/5 via 10.1.0.1 dev corp0
		route 16.0.0.0/4 via 10.1.0.1 dev corp0
		route 32.0.0.0/3 via 10.1.0.1 dev corp0
		route 64.0.0.0/2 via 10.1.0.1 dev corp0
	END
	half_refused
	echo "route 2000::/3 via 2001:db8:1::1 dev corp0" | corporate_conf
	half_refused
	printf 'route %s::/5 via 2001:db8:1::1 dev corp0\n' 2000 2800 3000 3800 | corporate_conf
	half_refused
}

# What a corporation may have.
test_parts_to_corporate() {
	split 2 | sed -n 2p | corporate_conf
	apply
	split 8 | head -n 100 | corporate_conf
	apply
	corporate_conf <<-END
		route 10.0.0.0/8 via 10.1.0.1 dev corp0
		route 10.0.0.0/9 via 10.1.0.1 dev corp0
		route 172.16.0.0/12 via 10.1.0.1 dev corp0
		route 192.168.0.0/16 via 10.1.0.1 dev corp0
		route fc00::/7 via 2001:db8:1::1 dev corp0
		route 64.0.0.0/2 via 10.1.0.1 dev corp0 metric 1
		route 64.0.0.0/2 via 10.1.0.1 dev corp0 metric 2
		route 64.0.0.0/3 via 10.1.0.1 dev corp0 metric 2
		route 0.0.0.0/1 via 198.51.100.1 dev wan0
	END
	apply
	exits 0 pg route diff
}

# Only who has a rule for it goes there.
test_default_in_another_table() {
	corporate_conf <<-END
		route default via 10.1.0.1 dev corp0 table 100
		route 0.0.0.0/1 via 10.1.0.1 dev corp0 table 100
		route ::/0 via 2001:db8:1::1 dev corp0 table 100
	END
	apply
	exits 0 pg route diff
	echo "route default via 10.1.0.1 dev corp0 table default" | corporate_conf
	half_refused
	echo "route default via 10.1.0.1 dev corp0 table local" | corporate_conf
	half_refused
}

# The rest of the configuration is put up.
test_reconcile_without_the_halves() {
	{
		split 2
		echo "route 10.20.0.0/16 via 10.1.0.1 dev corp0"
	} | corporate_conf
	pg_bg route reconcile
	check "another one is there" wait_for 5 has "10.20.0.0/16 via 10.1.0.1 dev corp0"
	is "routes" "$(ours | wc -l)" 2
}

test_default_to_internet() {
	internet default via 198.51.100.1 dev wan0 metric 5
	internet 0.0.0.0/1 via 198.51.100.1 dev wan0
	internet ::/1 via fe80::1 dev wan0 metric 5
	internet blackhole default metric 5
	printf '%s\n' "dev corp0 role none" "route default via 10.1.0.1 dev corp0 metric 5" |
		conf
	apply
	must_be_applied
}

run_tests static zebra boot kernel ipv6 table equal_route beside_ours \
	foreign_are_left_alone default_to_corporate halves_to_corporate \
	multipath_to_corporate ipv6_to_corporate far_gateway_to_corporate \
	altnames_to_corporate splits_to_corporate parts_to_corporate \
	default_in_another_table reconcile_without_the_halves default_to_internet
