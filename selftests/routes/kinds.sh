#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each kind of route, that is type by family by next hops by attributes, is added, compared,
# changed, undone, and comes back after its links were down: as "ip -details -json route"
# makes it of the same words.

. "$(dirname "$0")/lib.sh"

hops4=(
	"via 10.1.0.1 dev corp0" "via 10.1.0.3" "dev corp0" "via 192.0.2.1 dev wan0 onlink"
	"via inet6 fe80::1 dev corp0" "via inet6 2001:db8:1::1 dev corp0"
	"nexthop via 10.1.0.1 dev corp0 nexthop via 198.51.100.7 dev wan0 weight 3"
	"nexthop dev corp0 nexthop via 10.1.0.1 dev corp0 weight 256"
	"nexthop via inet6 fe80::1 dev corp0 nexthop via 192.0.2.1 dev wan0 onlink"
)
hops6=(
	"via 2001:db8:1::1 dev corp0" "via 2001:db8:1::3" "dev corp0" "via fe80::1 dev corp0"
	"via 2001:db8:9::1 dev wan0 onlink"
	"nexthop via fe80::1 dev corp0 nexthop via fe80::1 dev wan0 weight 3"
	"nexthop via 2001:db8:1::1 dev corp0 nexthop via 2001:db8:1::3 dev corp0"
)
types=(blackhole unreachable prohibit)

# words FAMILY: attributes, that is each set of them, a line each.
attributes() {
	local src=10.1.0.2 mtu metric table source
	[ "$1" = 4 ] || src=2001:db8:1::2
	for metric in "" "metric 50"; do
		for table in "" "table 100"; do
			for mtu in "" "mtu 1400"; do
				for source in "" "src $src"; do
					echo "$table $source $metric $mtu"
				done
			done
		done
	done
}

# lines SHIFT: a configuration of all kinds; each prefix has, with another SHIFT, another
# kind. IPv6 has no source address for what leads nowhere.
lines() {
	local n=0 attribute hop
	while read -r attribute; do
		for hop in "${hops4[@]}"; do
			printf 'route 20.%d.%d.0/24 %s %s\n' $(((n + $1) / 250)) \
				$(((n + $1) % 250)) "$attribute" "$hop"
			n=$((n + 1))
		done
		for hop in "${types[@]}"; do
			printf 'route %s 20.%d.%d.0/24 %s\n' "$hop" $(((n + $1) / 250)) \
				$(((n + $1) % 250)) "${attribute/src*.2/}"
			n=$((n + 1))
		done
	done < <(attributes 4)
	n=0
	while read -r attribute; do
		for hop in "${hops6[@]}"; do
			printf 'route 2001:db8:%x::/48 %s %s\n' $((n + 4096 + $1)) "$attribute" "$hop"
			n=$((n + 1))
		done
		for hop in "${types[@]}"; do
			printf 'route %s 2001:db8:%x::/48 %s\n' "$hop" $((n + 4096 + $1)) \
				"${attribute/src*::2/}"
			n=$((n + 1))
		done
	done < <(attributes 6)
}

# All of the table, as the kernel has it; the order is that of the additions.
details() {
	ip -n pgw-gw -4 -d -j route show table all
	ip -n pgw-gw -6 -d -j route show table all
}

sorted_details() { details | jq -cS '.[] | if .nexthops then .nexthops |= sort else . end' | sort; }

# by_ip: the table that ip-route(8) makes of the configuration; it is as before then.
by_ip() {
	awk -v batch="$WORK/batch-" '/^route / {
		i = $2 ~ /^[a-z]/ ? 3 : 2
		$i = $i " proto 217"
		$1 = "route add"
		print >(batch ($i ~ /:/ ? 6 : 4))
	}' "$WORK/conf"
	ip -n pgw-gw -4 -batch "$WORK/batch-4"
	ip -n pgw-gw -6 -batch "$WORK/batch-6"
	sorted_details
	route flush table all proto 217
	route6 flush table all proto 217
	rm "$WORK/batch-4" "$WORK/batch-6"
}

# same_as FILE: each route, with all that the kernel says of it.
same_as() { diff "$1" <(sorted_details) >"$WORK/err"; }

prepare() {
	lines 1 | conf
	by_ip >"$WORK/one"
	cp "$WORK/conf" "$WORK/conf.one"
	count=$(grep -c ^route "$WORK/conf")
	lines 0 | conf
	by_ip >"$WORK/zero"
	cp "$WORK/conf" "$WORK/conf.zero"
	at_least "kinds" "$count" 300
	note "$count kinds"
}

test_added() {
	prepare
	apply
	counted "$count" 0 0 0
	check "as ip makes it" same_as "$WORK/zero"
	exits 0 pg route diff
	says out ""
	exits 0 pg -j route diff
	apply
	counted 0 0 0 "$count"
	check "as ip makes it" same_as "$WORK/zero"
	pg route show | sed 's/^/route /' | conf
	exits 0 pg route diff
	exits 0 pg route flush
	is "routes" "$(ours)" ""
}

test_changed() {
	prepare
	apply
	cp "$WORK/conf.one" "$WORK/conf"
	exits 3 pg route diff
	apply
	check "as ip makes it" same_as "$WORK/one"
	exits 0 pg route diff
}

test_undone() {
	prepare
	apply
	details >"$WORK/before"
	cp "$WORK/conf.one" "$WORK/conf"
	echo "route 10.20.0.0/16 via 10.1.0.1 src 192.0.2.77" >>"$WORK/conf"
	exits 2 pg route apply
	is "what follows" "$(sed 1d "$WORK/err")" "pptpgw: nothing was changed"
	check "as before" same_as "$WORK/zero"
	sed -i '$d' "$WORK/conf"
	exits 0 pg route apply --confirm 1
	check "as ip makes it" same_as "$WORK/one"
	check "the changes are undone" wait_for 5 same_as "$WORK/zero"
}

test_flap() {
	prepare
	pg_bg route reconcile
	check "all are there" wait_for 5 same_as "$WORK/zero"
	for dev in corp0 wan0; do
		ip -n pgw-gw link set "$dev" down
		! same_as "$WORK/zero" || fail "nothing was lost"
		ip -n pgw-gw link set "$dev" up
		addresses
		route replace default via 198.51.100.1 2>"$WORK/err" || true
		check "all come back" wait_for 10 same_as "$WORK/zero"
	done
	exits 0 pg route diff
}

run_tests added changed undone flap
