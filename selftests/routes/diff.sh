#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What diff and show say: of routes that others' take the packets of, of what cannot work
# now, in the words and the JSON of ip-route(8).

. "$(dirname "$0")/lib.sh"

some() {
	conf <<-END
		route 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50
		route 10.21.0.0/16 via 10.1.0.1 dev corp0
		route 2001:db8:20::/48 via 2001:db8:1::1 dev corp0 metric 50
	END
	apply
	exits 0 pg route diff
}

# shadowed LINE TAKER: diff says that it takes packets of the route in that line.
shadowed() {
	local dst
	dst=$(sed -n "$1s/^route \([^ ]*\) .*/\1/p" "$WORK/conf")
	exits 3 pg route diff
	is "lines" "$(wc -l <"$WORK/out")" 1
	grep -q "^< $dst via .* (taken by [^ ]*: $2)	# $WORK/conf:$1$" "$WORK/out" ||
		fail "$(cat "$WORK/out")"
	exits 3 pg -j route diff
	is "JSON" "$(jq -c '.shadowed | map([.dst, .line, .by])' "$WORK/out")" \
		"[[\"$dst\",$1,\"$2\"]]"
	is "other keys" "$(jq -c '.shadowed[0] | [.gateway, .dev, .file] | map(type)' \
		"$WORK/out")" '["string","string","string"]'
	is "other lists" "$(jq -c '[.add, .change, .delete, .conflict]' "$WORK/out")" \
		"[[],[],[],[]]"
}

test_prepended() {
	some
	route prepend 10.20.0.0/16 via 10.1.0.9 metric 50 proto static
	shadowed 1 "10.20.0.0/16 via 10.1.0.9 dev corp0 metric 50"
}

test_better_metric() {
	some
	route add 10.20.0.0/16 via 10.1.0.9 metric 7 proto static
	shadowed 1 "10.20.0.0/16 via 10.1.0.9 dev corp0 metric 7"
	route del 10.20.0.0/16 metric 7
	route6 add 2001:db8:20::/48 via 2001:db8:1::9 metric 7 proto static
	shadowed 3 "2001:db8:20::/48 via 2001:db8:1::9 dev corp0 metric 7"
}

test_longer_prefix() {
	some
	route add 10.20.5.0/24 via 198.51.100.9 proto zebra
	shadowed 1 "10.20.5.0/24 via 198.51.100.9 dev wan0"
	route del 10.20.5.0/24
	route add blackhole 10.21.7.7
	shadowed 2 "blackhole 10.21.7.7"
}

test_earlier_rule() {
	some
	ip -n pgw-gw rule add pref 220 lookup 220
	exits 0 pg route diff
	route add 10.20.0.0/15 via 198.51.100.9 table 220 proto static
	route add throw 10.21.0.0/16 table 220
	shadowed 1 "10.20.0.0/15 via 198.51.100.9 dev wan0 table 220"
	route flush table 220
	exits 0 pg route diff
	ip -n pgw-gw rule add pref 221 to 10.20.0.0/16 blackhole
	shadowed 1 "blackhole 10.20.0.0/16"
	ip -n pgw-gw rule del pref 221
	ip -n pgw-gw -6 rule add pref 220 lookup 220
	exits 0 pg route diff
	route6 add 2001:db8::/32 via fe80::9 dev wan0 table 220 proto static
	shadowed 3 "2001:db8::/32 via fe80::9 dev wan0 table 220 metric 1024"
}

# None of these takes a packet elsewhere.
test_not_shadowed() {
	some
	cat >>"$WORK/conf" <<-END
		route 10.0.0.0/8 via 10.1.0.1 dev corp0
		route 10.20.6.0/24 via 10.1.0.3 dev corp0
		route default via 198.51.100.1 dev wan0 metric 5
	END
	route del default
	apply
	route append 10.20.0.0/16 via 10.1.0.9 metric 50 proto static
	route add 10.20.0.0/16 via 10.1.0.9 metric 70 proto static
	route add 10.0.0.0/7 via 10.1.0.9 metric 7 proto static
	route add 10.20.7.0/24 via 10.1.0.1 proto static
	route add 10.20.0.0/16 via 10.1.0.1 metric 7 proto static
	route add 203.0.113.0/24 via 198.51.100.9 proto static
	route add 10.20.8.0/24 via 10.1.0.9 table 100
	ip -n pgw-gw rule add pref 201 iif corp0 lookup 100
	ip -n pgw-gw rule add pref 202 fwmark 7 lookup 100
	exits 0 pg route diff
	says out ""
}

# The others are compared.
test_interface_down() {
	some
	ip -n pgw-gw link add down0 type veth peer name down1
	cat >>"$WORK/conf" <<-END
		route 10.30.0.0/16 dev down0
		route 10.31.0.0/16 via 10.1.0.1 dev corp0
	END
	route add 10.32.0.0/16 via 10.1.0.1 dev corp0 proto 217
	exits 3 pg route diff
	says err "$WORK/conf:4:7: interface 'down0' is down"
	says out "+ 10.31.0.0/16 via 10.1.0.1 dev corp0	# $WORK/conf:5
- 10.32.0.0/16 via 10.1.0.1 dev corp0"
	exits 3 pg -j route diff
	is "JSON" "$(jq -c '[.add, .delete] | map(map(.dst))' "$WORK/out")" \
		'[["10.31.0.0/16"],["10.32.0.0/16"]]'
	# Held alone is a difference, too.
	route del 10.32.0.0/16
	route add 10.31.0.0/16 via 10.1.0.1 dev corp0 proto 217
	exits 3 pg route diff
	says out ""
}

test_conflict_once() {
	some
	route add 10.40.0.0/16 via 10.1.0.9 metric 50 proto static
	route append 10.40.0.0/16 via 10.1.0.8 metric 50 proto static
	echo "route 10.40.0.0/16 via 10.1.0.1 dev corp0 metric 50" >>"$WORK/conf"
	exits 3 pg route diff
	says out "! 10.40.0.0/16 via 10.1.0.1 dev corp0 metric 50 (owned by static: 10.40.0.0/16 via 10.1.0.9 dev corp0 metric 50)	# $WORK/conf:4"
	exits 3 pg -j route diff
	is "JSON" "$(jq -c '[.add, .change, .conflict] | map(length)' "$WORK/out")" "[0,0,1]"
	exits 2 pg route apply
}

# A dump that fails ends what was begun.
test_json_is_whole() {
	local when
	command -v strace >/dev/null || skip "strace is missing"
	many 2000 | conf
	apply
	for when in 3 4 5 8; do
		strace -qq -o /dev/null -e trace=recvmsg -e "inject=recvmsg:error=ENOBUFS:when=$when" \
			"$PPTPGW" -n pgw-gw -j route show >"$WORK/out" 2>"$WORK/err" || true
		jq -e 'type == "array"' "$WORK/out" >"$WORK/type" || fail "it is cut off"
	done
	is "what ended it" "$(cat "$WORK/err")" "pptpgw: the routes cannot be read: No buffer space available"
}

# As ip-route(8) has it, but for what the tool leaves out.
same_json() {
	local ip
	ip=$({
		ip -n pgw-gw -4 -d -j route show table all proto 217
		ip -n pgw-gw -6 -d -j route show table all proto 217
	} | jq -cS '.[] | {dst, gateway, via, dev, metric, flags, prefsrc, metrics, table,
		nexthops} | del(..|nulls) | if .table == "main" then del(.table) else . end')
	pg -j route show | jq -cS '.[] | {dst, gateway, via, dev, metric, flags, prefsrc,
		metrics, table, nexthops} | del(..|nulls) | if .metric == 0 then del(.metric) else . end' \
		>"$WORK/out"
	is "JSON" "$(cat "$WORK/out")" "$ip"
}

test_json_of_ip() {
	conf <<-END
		route 10.20.0.0/16 via inet6 fe80::1 dev corp0
		route 10.21.0.0/16 nexthop via inet6 fe80::1 dev corp0 weight 1 nexthop via 198.51.100.7 dev wan0 weight 2
		route 10.22.0.0/16 via 192.0.2.1 dev corp0 onlink mtu 1400 src 10.1.0.2
		route 10.23.0.0/16 nexthop via 192.0.2.1 dev corp0 onlink nexthop via 198.51.100.1 dev wan0
		route blackhole 10.24.0.0/16
		route 10.25.0.0/16 dev corp0 table 100
		route 2001:db8:21::/48 via 2001:db8:1::1 dev corp0 mtu 1400
		route 2001:db8:22::/48 nexthop via fe80::1 dev corp0 nexthop via fe80::1 dev wan0
	END
	apply
	same_json
	ip -n pgw-isp link set corp0 down
	wait_for 5 grep -q linkdown <(table) || true
	same_json
}

test_linkdown() {
	conf <<-END
		route 10.20.0.0/16 via 10.1.0.1 dev corp0
		route 10.21.0.0/16 nexthop via 10.1.0.1 dev corp0 nexthop via 198.51.100.7 dev wan0
	END
	apply
	ip -n pgw-isp link set corp0 down
	is_down() { table | grep -q "10.20.0.0/16.*linkdown"; }
	check "the link is down" wait_for 5 is_down
	exits 0 pg route show
	says out "10.20.0.0/16 via 10.1.0.1 dev corp0	# linkdown
10.21.0.0/16 nexthop via 10.1.0.1 dev corp0 nexthop via 198.51.100.7 dev wan0	# corp0: linkdown"
	sed 's/^/route /' "$WORK/out" | conf
	exits 0 pg route diff
}

# shows ROUTES WORD...: the destinations that show has with these words.
shows() {
	local want=$1
	shift
	exits 0 pg "$@"
	is "routes of '$*'" "$(awk '{ printf "%s%s", (NR > 1 ? " " : ""), $1 }' "$WORK/out")" "$want"
}

test_filters() {
	conf <<-END
		route 10.20.0.0/16 via 10.1.0.1 dev corp0
		route 10.20.0.0/16 via 10.1.0.3 dev corp0 table 100
		route 10.21.0.0/16 via 10.1.0.1 dev corp0
		route 2001:db8:20::/48 via 2001:db8:1::1 dev corp0
		route 2001:db8:21::/48 via 2001:db8:1::1 dev corp0 table 100
		route default via 198.51.100.1 dev wan0 table 100
	END
	apply
	exits 0 pg -4 route show
	is "IPv4" "$(grep -c :: "$WORK/out" || true)/$(wc -l <"$WORK/out")" 0/4
	exits 0 pg -6 route
	is "IPv6" "$(grep -c :: "$WORK/out")/$(wc -l <"$WORK/out")" 2/2
	exits 0 pg route show -6
	is "IPv6" "$(wc -l <"$WORK/out")" 2
	shows "10.21.0.0/16" route show 10.21.0.0/16
	shows "2001:db8:20::/48" route show 2001:db8:20::/48
	shows "10.20.0.0/16" route show 10.20.0.0/16 table main
	shows "10.20.0.0/16" route show table 100 10.20.0.0/16
	shows "default" route show default
	shows "2001:db8:21::/48" -6 route show table 100
	shows "" route show 10.99.0.0/16
	exits 0 pg -j route show 10.99.0.0/16
	says out "[]"
	exits 1 pg route show 10.20.0.1/16
	says err "pptpgw: 10.20.0.1/16 has host bits set, did you mean 10.20.0.0/16?"
	exits 1 pg route show table nosuch
	says err "pptpgw: there is no table 'nosuch'"
	exits 1 pg route show 10.20.0.0/16 now
	says err "pptpgw: 'now' is one word too many"
}

# What the kernel refuses is not counted as put back.
test_reconcile_counts() {
	conf <<-END
		route 10.20.0.0/16 via 10.1.0.1 dev corp0
		route 10.21.0.0/16 via 10.1.0.1 dev corp0 src 192.0.2.77
		route 10.22.0.0/16 via 10.1.0.1 dev corp0 src 192.0.2.77
	END
	pg_bg -j route reconcile
	reported() { [ -s "$WORK/monitor" ]; }
	check "it is reported" wait_for 5 reported
	is "counts" "$(head -n 1 "$WORK/monitor" | jq -c '[.added, .changed, .failed, .missing]')" \
		"[1,0,0,2]"
}

run_tests prepended better_metric longer_prefix earlier_rule not_shadowed interface_down \
	conflict_once json_is_whole json_of_ip linkdown filters reconcile_counts
