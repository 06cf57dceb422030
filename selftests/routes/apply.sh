#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is configured is what the kernel has: apply, diff, flush, show, in text
# and JSON, for each kind of route.

. "$(dirname "$0")/lib.sh"

# Three routes, of both families.
some() {
	conf <<-END
		# the corporate side
		dev corp0 role corporate
		route 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50
		route 10.30.0.0/16 via 10.1.0.1 dev corp0 metric 50  # a comment
		route 2001:db8:20::/48 via 2001:db8:1::1 dev corp0 metric 50
	END
}

# nothing_to_do: the next apply and diff find nothing.
nothing_to_do() {
	exits 0 pg route diff
	says out ""
	watch_routes
	apply
	counted 0 0 0 "$1"
	is "changes seen" "$(changes_seen)" 0
}

test_apply() {
	some
	table >"$WORK/before"
	apply
	counted 3 0 0 0
	must_be_applied
	nothing_to_do 3
	: >"$WORK/conf"
	apply
	counted 0 0 3 0
	check "the table is as before" same_table "$WORK/before"
}

test_change() {
	some
	apply
	sed -i 's,10.30.0.0/16 via 10.1.0.1,10.30.0.0/16 via 10.1.0.3,;
		s,10.20.0.0/16,10.21.0.0/16,' "$WORK/conf"
	apply
	counted 1 1 1 1
	must_be_applied
	nothing_to_do 3
}

# Several routes of one key, of which any may be the wanted one.
test_appended() {
	local last
	some
	for last in 1 2 3; do
		apply
		route flush proto 217
		for i in 1 2 3; do
			route append 10.20.0.0/16 via "10.1.0.$(((i + last) % 3 + 1))" \
				dev corp0 metric 50 proto 217
		done
		apply
		must_be_applied
	done
	nothing_to_do 3
}

# The metric is of the key: another one is another route.
test_metrics() {
	local m
	for m in "" " metric 1" " metric 4294967295"; do
		echo "route 10.20.0.0/16 via 10.1.0.1 dev corp0$m"
	done | conf
	apply
	must_be_applied
	nothing_to_do 3
	sed -i '1d' "$WORK/conf"
	apply
	counted 0 0 1 2
	must_be_applied
	sed -i '$d' "$WORK/conf"
	echo "route 10.20.0.0/16 via 10.1.0.1 dev corp0" >>"$WORK/conf"
	apply
	counted 1 0 1 1
	must_be_applied
}

test_attributes() {
	conf <<-END
		route 10.20.0.0/16 via 10.1.0.1 dev corp0 src 10.1.0.2 metric 50 mtu 1400
		route 2001:db8:20::/48 via 2001:db8:1::1 dev corp0 src 2001:db8:1::2 metric 50 mtu 1400
	END
	apply
	must_be_applied
	nothing_to_do 2
	sed -i 's/ mtu 1400//' "$WORK/conf"
	apply
	counted 0 2 0 0
	must_be_applied
	sed -i 's/ src [^ ]*//' "$WORK/conf"
	apply
	counted 0 2 0 0
	must_be_applied
	nothing_to_do 2
}

# In the order in which ip(8) shows them.
test_more_attributes() {
	conf <<-END
		route 10.20.0.0/16 via 10.1.0.1 dev corp0 mtu lock 1400 advmss 1360
		route 10.20.0.0/16 tos 0x24 via 10.1.0.3 dev corp0
		route 10.21.0.0/16 via 10.1.0.1 dev corp0 advmss 1360
		route throw 10.22.0.0/16 table 100
		route throw 2001:db8:22::/48 dev lo table 100 metric 1024
		route 2001:db8:20::/48 via 2001:db8:1::1 dev corp0 metric 1024 mtu lock 1400
		route 2001:db8:21::/48 via 2001:db8:1::1 dev corp0 metric 1024 pref high
		route 2001:db8:23::/48 via 2001:db8:1::1 dev corp0 metric 1024 pref low
	END
	wanted >"$WORK/want"
	sed -i '/^route throw/s/ dev lo//' "$WORK/conf"
	apply
	counted 8 0 0 0
	diff "$WORK/want" <(ours) >"$WORK/err" || fail "the kernel has not what is configured"
	nothing_to_do 8
	exits 0 pg route show
	diff <(sort "$WORK/out") <(wanted) >"$WORK/err" || fail "shown otherwise"
	exits 0 pg -j route show
	is "JSON" "$(jq -c '.[] | select(.tos or .metrics or .pref) |
		[.dst, .tos, .metrics, .pref]' "$WORK/out")" \
		'["10.20.0.0/16","0x24",null,null]
["10.20.0.0/16",null,[{"mtu":1400,"mtu_lock":true,"advmss":1360}],null]
["10.21.0.0/16",null,[{"advmss":1360}],null]
["2001:db8:20::/48",null,[{"mtu":1400,"mtu_lock":true}],null]
["2001:db8:21::/48",null,null,"high"]
["2001:db8:23::/48",null,null,"low"]'
	sed -i 's/ lock//; s/ 1360/ 1300/; s/ pref .*//' "$WORK/conf"
	apply
	counted 0 5 0 3
	nothing_to_do 8
}

test_flush() {
	route add 10.40.0.0/16 via 10.1.0.1 proto static
	route add 10.50.0.0/16 via 10.1.0.1 table 100
	table >"$WORK/before"
	some
	echo "route 10.60.0.0/16 via 10.1.0.1 dev corp0 table 100" >>"$WORK/conf"
	apply
	must_be_applied
	exits 0 pg route flush
	says out "0 added, 0 changed, 4 deleted, 0 unchanged"
	check "the table is as before" same_table "$WORK/before"
	exits 0 pg route flush
	says out "0 added, 0 changed, 0 deleted, 0 unchanged"
}

test_dry_run() {
	some
	table >"$WORK/before"
	exits 0 pg route apply --dry-run
	says out "+ 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50	# $WORK/conf:3
+ 10.30.0.0/16 via 10.1.0.1 dev corp0 metric 50	# $WORK/conf:4
+ 2001:db8:20::/48 via 2001:db8:1::1 dev corp0 metric 50	# $WORK/conf:5"
	exits 0 pg route apply --dry-run --confirm 5
	check "the table is as before" same_table "$WORK/before"
	exits 1 pg route confirm
}

test_diff() {
	some
	exits 3 pg route diff
	apply
	exits 0 pg route diff
	says out ""
	sed -i 's,10.30.0.0/16 via 10.1.0.1,10.30.0.0/16 via 10.1.0.3,;
		s,10.20.0.0/16,10.21.0.0/16,' "$WORK/conf"
	table >"$WORK/before"
	exits 3 pg route diff
	says err ""
	says out "+ 10.21.0.0/16 via 10.1.0.1 dev corp0 metric 50	# $WORK/conf:3
~ 10.30.0.0/16 via 10.1.0.3 dev corp0 metric 50 (now 10.30.0.0/16 via 10.1.0.1 dev corp0 metric 50)	# $WORK/conf:4
- 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50"
	check "the table is as before" same_table "$WORK/before"
}

# A program's view of it.
test_json() {
	local want
	some
	apply
	exits 0 pg -j route diff
	is "no difference" "$(jq -c . "$WORK/out")" \
		'{"add":[],"change":[],"delete":[],"conflict":[],"shadowed":[],"held":[]}'
	exits 0 pg -j route show
	is "routes" "$(jq -c 'map([.dst, .gateway, .dev, .metric])' "$WORK/out")" \
		'[["10.20.0.0/16","10.1.0.1","corp0",50],["10.30.0.0/16","10.1.0.1","corp0",50],["2001:db8:20::/48","2001:db8:1::1","corp0",50]]'
	sed -i 's,10.30.0.0/16 via 10.1.0.1,10.30.0.0/16 via 10.1.0.3,;
		s,10.20.0.0/16,10.21.0.0/16,' "$WORK/conf"
	route add 10.41.0.0/16 via 10.1.0.1 metric 5 proto static
	echo "route 10.41.0.0/16 via 10.1.0.3 dev corp0 metric 5" >>"$WORK/conf"
	exits 3 pg -j route diff
	want='["add","change","delete","conflict","shadowed","held"]'
	is "kinds" "$(jq -c keys_unsorted "$WORK/out")" "$want"
	is "change" "$(jq -c '.change[0] | [.dst, .gateway, .dev, .metric, .file, .line]' \
		"$WORK/out")" "[\"10.30.0.0/16\",\"10.1.0.3\",\"corp0\",50,\"$WORK/conf\",4]"
	is "delete" "$(jq -c '.delete | map([.dst, .gateway, .dev, .metric])' "$WORK/out")" \
		'[["10.20.0.0/16","10.1.0.1","corp0",50]]'
	is "conflict" "$(jq -c '.conflict | map([.dst, .owner, .line])' "$WORK/out")" \
		'[["10.41.0.0/16","static",6]]'
	sed -i '$d' "$WORK/conf"
	exits 0 pg -j route apply
	is "done" "$(jq -c . "$WORK/out")" \
		'{"added":1,"changed":1,"deleted":1,"unchanged":1,"held":0}'
}

# ip-route(8) and the tool see the same.
test_show() {
	some
	apply
	exits 0 pg route show
	is "routes" "$(sort "$WORK/out")" "$(ours)"
	exits 0 pg route
	is "routes" "$(sort "$WORK/out")" "$(ours)"
	ip -n pgw-gw -j route show proto 217 |
		jq -c 'map({dst, gateway, dev, metric, flags})' >"$WORK/ip"
	exits 0 pg -j route show
	is "JSON" "$(jq -c 'map(select(.family == "inet") |
		{dst, gateway, dev, metric, flags})' "$WORK/out")" "$(cat "$WORK/ip")"
}

# What route show prints can be configured.
test_round_trip() {
	some
	cat >>"$WORK/conf" <<-END
		route blackhole 10.61.0.0/16
		route 10.62.0.0/16 via 10.1.0.1 dev corp0 table 100 src 10.1.0.2 metric 7 mtu 1400
		route 10.63.0.0/16 nexthop via 10.1.0.1 dev corp0 weight 3 nexthop via 10.1.0.3 dev corp0
		route 10.64.0.0/16 via inet6 fe80::1 dev corp0
		route 203.0.113.0/24 via 192.0.2.1 dev wan0 onlink
		route ::/1 via fe80::1 dev wan0
	END
	apply
	exits 0 pg route show
	is "routes" "$(wc -l <"$WORK/out")" 9
	sed 's/^/route /' "$WORK/out" | conf
	nothing_to_do 9
}

test_multipath() {
	conf <<-END
		route 10.20.0.0/16 metric 50 nexthop via 10.1.0.1 dev corp0 weight 1 nexthop via 198.51.100.7 dev wan0 weight 2
		route 2001:db8:20::/48 metric 50 nexthop via 2001:db8:1::1 dev corp0 weight 1 nexthop via fe80::1 dev wan0 weight 1
	END
	table >"$WORK/before"
	apply
	counted 2 0 0 0
	route show 10.20.0.0/16 >"$WORK/out"
	is "hops" "$(grep -c nexthop "$WORK/out")" 2
	grep -q 'nexthop via 198.51.100.7 dev wan0 weight 2' "$WORK/out" || fail "no second hop"
	is "IPv6 hops" "$(route6 show 2001:db8:20::/48 proto 217 | grep -c nexthop)" 2
	nothing_to_do 2
	pg -j route show >"$WORK/json"
	is "JSON" "$(jq -c '.[0].nexthops | map([.gateway, .dev, .weight])' "$WORK/json")" \
		'[["10.1.0.1","corp0",1],["198.51.100.7","wan0",2]]'
	sed -i 's/weight 2/weight 3/; s/fe80::1/fe80::2/' "$WORK/conf"
	apply
	counted 0 2 0 0
	nothing_to_do 2
	sed -i 's/ nexthop / /; s/ weight 1 nexthop.*//' "$WORK/conf"
	apply
	counted 0 2 0 0
	sed -i 's/ metric 50 \(.*\)/ \1 metric 50/' "$WORK/conf"
	must_be_applied
	: >"$WORK/conf"
	apply
	check "the table is as before" same_table "$WORK/before"
}

# The most that the kernel takes: more than it puts into one page.
test_255_next_hops() {
	{
		printf 'route 10.20.0.0/16'
		printf ' nexthop via 10.1.0.%d dev corp0' {3..254}
		printf ' nexthop via 198.51.100.%d dev wan0' {3..5}
		printf '\nroute 2001:db8:20::/48'
		printf ' nexthop via 2001:db8:1::%d dev corp0' {1000..1254}
		echo
	} | conf
	apply
	counted 2 0 0 0
	nothing_to_do 2
	exits 0 pg -j route show
	is "next hops" "$(jq -c 'map(.nexthops | length)' "$WORK/out")" "[255,255]"
	sed -i 's/10.1.0.9 /10.1.0.1 /; s/::1009 /::1 /' "$WORK/conf"
	apply
	counted 0 2 0 0
	nothing_to_do 2
	exits 0 pg route flush
	is "routes" "$(ours)" ""
}

test_tables() {
	mkdir -p "$WORK/etc/iproute2/rt_tables.d"
	echo "100 corp" >"$WORK/etc/iproute2/rt_tables"
	echo "0x65 other" >"$WORK/etc/iproute2/rt_tables.d/more.conf"
	conf <<-END
		route 10.20.0.0/16 via 10.1.0.1 dev corp0 table corp
		route 10.20.0.0/16 via 10.1.0.3 dev corp0 table other
		route 10.20.0.0/16 via 10.1.0.3 dev corp0 table 4294967295
		route 10.20.0.0/16 via 10.1.0.4 dev corp0
		route 2001:db8:20::/48 via 2001:db8:1::1 dev corp0 table corp
	END
	exits 0 pg_with_etc -c "$WORK/conf" route apply
	counted 5 0 0 0
	is "table 100" "$(route show table 100 | tr -s ' ' | sed 's/ $//')" \
		"10.20.0.0/16 via 10.1.0.1 dev corp0 proto 217"
	is "table 101" "$(route show table 101 | grep -c 'via 10.1.0.3')" 1
	is "table 2^32-1" "$(route show table 4294967295 | grep -c 'via 10.1.0.3')" 1
	is "table main" "$(route show proto 217 | grep -c 'via 10.1.0.4')" 1
	is "IPv6" "$(route6 show table 100 | grep -c 'via 2001:db8:1::1')" 1
	exits 0 pg_with_etc -c "$WORK/conf" route diff
	exits 0 pg_with_etc route show
	grep -q 'table corp' "$WORK/out" || fail "the table's name is not shown"
	exits 0 pg route flush
	is "routes" "$(ours)" ""
}

test_other_gateways() {
	conf <<-END
		route 10.20.0.0/16 via inet6 fe80::1 dev corp0
		route 10.21.0.0/16 via inet6 2001:db8:1::1 dev corp0
		route 203.0.113.0/24 via 192.0.2.1 dev wan0 onlink
		route 10.23.0.0/16 dev corp0
		route 2001:db8:20::/48 via fe80::1 dev corp0 metric 1024
		route 2001:db8:21::/48 dev corp0 metric 1024
		route 2001:db8:22::/48 via 2001:db8:9::1 dev corp0 metric 1024 onlink
	END
	wanted >"$WORK/want"
	sed -i 's/ metric 1024//' "$WORK/conf"
	apply
	diff "$WORK/want" <(ours) >"$WORK/err" || fail "the kernel has not what is configured"
	nothing_to_do 7
}

test_nowhere() {
	conf <<-END
		route blackhole 10.20.0.0/16 metric 50
		route unreachable 10.21.0.0/16
		route prohibit 10.22.0.0/16
		route blackhole 2001:db8:20::/48 metric 50
		route unreachable 2001:db8:21::/48 metric 50
		route prohibit 2001:db8:22::/48 metric 50
	END
	apply
	is "routes" "$(ours | sed 's/ dev lo//' | sed 's/ error.*//')" "$(wanted)"
	nothing_to_do 6
	conf <<-END
		route 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50
		route blackhole 10.21.0.0/16
		route 2001:db8:20::/48 via 2001:db8:1::1 dev corp0 metric 50
		route blackhole 2001:db8:21::/48 metric 50
	END
	apply
	counted 0 4 2 0
	nothing_to_do 4
}

# The gateway of one route is on link by another, which is added first.
test_gateway_by_a_route() {
	conf <<-END
		route 10.20.0.0/16 via 10.9.0.1 dev corp0
		route 10.21.0.0/16 via 10.9.0.2
		route 10.9.0.0/24 dev corp0
	END
	apply
	counted 3 0 0 0
	is "by name" "$(route show 10.20.0.0/16 proto 217)" "10.20.0.0/16 via 10.9.0.1 dev corp0 "
	is "by address" "$(route show 10.21.0.0/16 proto 217)" "10.21.0.0/16 via 10.9.0.2 dev corp0 "
	nothing_to_do 3
	exits 0 pg route flush
	is "routes" "$(ours)" ""
}

# The tool with $WORK/etc as /etc.
pg_with_etc() {
	# shellcheck disable=SC2016
	unshare --mount bash -c 'mount --bind "$0" /etc && exec "$@"' \
		"$WORK/etc" "$PPTPGW" -n pgw-gw "$@"
}

# Without -c: the main file, then conf.d in the order of names.
test_files() {
	local dir=$WORK/etc/pptpgw
	mkdir -p "$dir/conf.d"
	exits 1 pg_with_etc route diff
	says err "pptpgw: /etc/pptpgw/pptpgw.conf: No such file or directory"
	echo "route 10.22.0.0/16 via 10.1.0.1 dev corp0" >"$dir/conf.d/20-c.conf"
	echo "route 10.21.0.0/16 via 10.1.0.1 dev corp0" >"$dir/conf.d/10-b.conf"
	echo "nonsense" >"$dir/conf.d/not-read"
	exits 3 pg_with_etc route diff
	says out "+ 10.21.0.0/16 via 10.1.0.1 dev corp0	# /etc/pptpgw/conf.d/10-b.conf:1
+ 10.22.0.0/16 via 10.1.0.1 dev corp0	# /etc/pptpgw/conf.d/20-c.conf:1"
	printf '%s\n' "dev corp0 role corporate" \
		"route 10.20.0.0/16 via 10.1.0.1 dev corp0" >"$dir/pptpgw.conf"
	exits 0 pg_with_etc route apply
	counted 3 0 0 0
	exits 0 pg_with_etc -j route show
	is "routes" "$(jq -c 'map(.dst)' "$WORK/out")" \
		'["10.20.0.0/16","10.21.0.0/16","10.22.0.0/16"]'
	echo "route 10.20.0.0/16 via 10.1.0.3 dev corp0" >>"$dir/conf.d/20-c.conf"
	echo "dev corp0 role none" >>"$dir/conf.d/10-b.conf"
	exits 1 pg_with_etc route apply
	says err "/etc/pptpgw/conf.d/10-b.conf:2:5: corp0 is already in /etc/pptpgw/pptpgw.conf:1
/etc/pptpgw/conf.d/20-c.conf:2:7: 10.20.0.0/16 metric 0 is already in /etc/pptpgw/pptpgw.conf:2"
}

# Of two at once one waits: each has all of its own.
test_two_at_once() {
	local a b status=0
	many 5000 >"$WORK/a"
	many 5000 10.1.0.3 >"$WORK/b"
	"$PPTPGW" -n pgw-gw -c "$WORK/a" route apply >"$WORK/out.a" 2>&1 &
	a=$!
	"$PPTPGW" -n pgw-gw -c "$WORK/b" route apply >"$WORK/out.b" 2>&1 &
	b=$!
	wait "$a" || status=$?
	wait "$b" || status=$((status * 10 + $?))
	is "exit statuses" "$status" 0
	is "gateways" "$(route show proto 217 | awk '{ print $3 }' | uniq | wc -l)" 1
	is "routes" "$(route show proto 217 | wc -l)" 5000
	is "added, changed" "$(sort "$WORK"/out.? | tr '\n' ' ')" \
		"0 added, 5000 changed, 0 deleted, 0 unchanged 5000 added, 0 changed, 0 deleted, 0 unchanged "
}

run_tests apply change appended metrics attributes more_attributes flush dry_run diff json show round_trip \
	multipath 255_next_hops tables other_gateways nowhere gateway_by_a_route files two_at_once
