#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# While a route is changed, there is no moment without it: the kernel's events show none, nor
# do its lookups.

. "$(dirname "$0")/lib.sh"

FORMS=("10.40.0.0/16 via 10.1.0.1 dev corp0 metric 50"
       "10.40.0.0/16 via 10.1.0.3 dev corp0 metric 50 mtu 1400"
       "10.40.0.0/16 dev corp0 metric 50"
       "10.40.0.0/16 via 192.0.2.1 dev corp0 metric 50 onlink"
       "10.40.0.0/16 nexthop via 10.1.0.1 dev corp0 nexthop via 10.1.0.3 dev corp0"
       "10.40.0.0/16 via 10.1.0.1 dev corp0 metric 70"
       "10.40.0.0/16 via 10.1.0.1 dev corp0 table 77")
FORMS6=("2001:db8:40::/48 via 2001:db8:1::1 dev corp0 metric 50"
	"2001:db8:40::/48 via 2001:db8:1::3 dev corp0 metric 50 mtu 1400"
	"2001:db8:40::/48 dev corp0 metric 50"
	"2001:db8:40::/48 metric 50 nexthop via 2001:db8:1::1 dev corp0 nexthop via 2001:db8:1::3 dev corp0"
	"2001:db8:40::/48 metric 50 nexthop via 2001:db8:1::5 dev corp0 nexthop via 2001:db8:1::6 dev corp0 nexthop via 2001:db8:1::7 dev corp0"
	"2001:db8:40::/48 via 2001:db8:1::1 dev corp0 metric 70"
	"blackhole 2001:db8:40::/48 metric 50")

# each_change FORM...: change each into each other.
each_change() {
	local a b marks=0
	watch_routes
	for a; do
		for b; do
			[ "$a" = "$b" ] || change_form "$a" "$b"
		done
	done
}

apply_form() {
	echo "route $1" | conf
	exits 0 pg route apply
}

# All events until now are seen: that of a route which was not there before is the last.
mark() {
	marks=$((marks + 1))
	route add "192.0.2.$marks" dev lo
	wait_for 10 grep -q "^192.0.2.$marks " "$WORK/events" || fail "no events are seen"
}

# What is reported first is the new route.
change_form() {
	local first
	apply_form "$1"
	mark
	: >"$WORK/events"
	apply_form "$2"
	mark
	first=$(grep -m 1 '40[.:]' "$WORK/events") || fail "$1: no event"
	[[ $first != Deleted* ]] || fail "'$1' into '$2': $(cat "$WORK/events")"
}

test_events() { each_change "${FORMS[@]}"; }

test_events_ipv6() { each_change "${FORMS6[@]}"; }

# Lookups for the last of many routes, until the file $WORK/enough is there.
look_up() {
	seq 2000 | sed 's/.*/route get 20.0.3.231/' >"$WORK/lookups"
	until [ -e "$WORK/enough" ]; do
		ip -n pgw-gw -batch "$WORK/lookups" | awk '/^20/ { print $3, $5 }'
	done | sort | uniq -c >"$WORK/ways"
}

# By turns, and with a failure that undoes what was changed.
test_lookups() {
	local pid i
	many 1001 >"$WORK/a"
	many 1001 10.1.0.3 >"$WORK/b"
	many 1001 10.1.0.4 | sed '$s/$/ src 192.0.2.77/' >"$WORK/c"
	cp "$WORK/a" "$WORK/conf"
	apply
	look_up &
	pid=$!
	for ((i = 0; i < 10; i++)); do
		cp "$WORK/b" "$WORK/conf"
		apply
		cp "$WORK/c" "$WORK/conf"
		exits 2 pg route apply
		cp "$WORK/a" "$WORK/conf"
		apply
	done
	touch "$WORK/enough"
	wait "$pid"
	sed 's/^/# /' "$WORK/ways"
	! grep -vE ' 10\.1\.0\.[134] corp0$' "$WORK/ways" || fail "there were moments without a route"
	at_least "ways" "$(wc -l <"$WORK/ways")" 2
}

run_tests events events_ipv6 lookups
