#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Many routes: no change beyond what is needed, and all of them or none, however
# it ends.

. "$(dirname "$0")/lib.sh"

test_one_line_changed() {
	many 100000 | conf
	apply
	counted 100000 0 0 0
	watch_routes
	sed -i '50000s/via 10.1.0.1/via 10.1.0.3/' "$WORK/conf"
	apply
	counted 0 1 0 99999
	is "changes seen" "$(changes_seen)" 1
	must_be_applied
}

test_nothing_changed() {
	many 100000 | conf
	apply
	watch_routes
	apply
	counted 0 0 0 100000
	exits 0 pg route diff
	is "changes seen" "$(changes_seen)" 0
}

# fails LINE ROUTE: the kernel refuses it; apply says so, and all is as it was.
fails() {
	table >"$WORK/before"
	exits 2 pg route apply
	says out ""
	grep -q "^$WORK/conf:$1:7: $2: [A-Z].*" "$WORK/err" || fail "$(cat "$WORK/err")"
	is "what follows" "$(sed 1d "$WORK/err")" "pptpgw: nothing was changed"
	check "the table is as before" same_table "$WORK/before"
}

# A source address that the host has not is found by the kernel alone.
test_failure_undone() {
	route add 10.40.0.0/16 via 10.1.0.1 proto static
	many 100000 | sed '50000s/$/ src 192.0.2.77/' | conf
	fails 50000 "20.0.195.79 via 10.1.0.1 dev corp0 src 192.0.2.77 metric 50"
	is "the kernel's reason" "$(sed -n '1s/.*: //p' "$WORK/err")" \
		"$(ip -n pgw-gw route add 192.0.2.3 via 10.1.0.1 src 192.0.2.77 2>&1 |
			sed -n '1s/^Error: \(.*[^.]\)\.*$/\1/p')"
}

# Routes of which each kind of change is made many times.
old_and_new() {
	many 3000
	many 3000 10.1.0.1 60
	seq 0 999 | awk '{ printf "route 2001:db8:20:%x::/64 via 2001:db8:1::1 dev corp0 metric 50\n", $1 }'
	seq 0 999 | awk '{ printf "route blackhole 20.1.%d.%d\n", $1 / 256, $1 % 256 }'
}

# Changes fail after additions were made; nothing was deleted yet.
test_failure_in_changes() {
	old_and_new | conf
	apply
	{
		many 3000 10.1.0.3 | sed '2900s/dev corp0/& src 192.0.2.77/'
		many 2000 10.1.0.1 70
		seq 0 999 | awk '{ printf "route 2001:db8:20:%x::/64 via 2001:db8:1::3 dev corp0 metric 50\n", $1 }'
	} | conf
	fails 2900 "20.0.11.83 via 10.1.0.3 dev corp0 src 192.0.2.77 metric 50"
}

# The same, of IPv6.
test_failure_in_changes_of_ipv6() {
	old_and_new | conf
	apply
	sed -i 's/2001:db8:1::1/2001:db8:1::3/; 1,999s/^.*$//' "$WORK/conf"
	sed -i '6900s/dev corp0/dev corp0 src 2001:db8:9::9/' "$WORK/conf"
	fails 6900 "2001:db8:20:383::/64 via 2001:db8:1::3 dev corp0 src 2001:db8:9::9 metric 50"
}

# From one to the other it is 10,000 changes of each kind.
old_set() { many 20000; }
new_set() {
	many 10000 10.1.0.3
	many 10000 10.1.0.1 60
}

# duration: what one apply from the old set to the new takes, in milliseconds.
duration() {
	local start
	old_set | conf
	apply
	new_set | conf
	start=$(milliseconds)
	apply
	echo $(($(milliseconds) - start))
}

# apply_and SIGNAL DELAY-MS: it may have ended before.
apply_and() {
	local pid
	env --default-signal=INT "$PPTPGW" -n pgw-gw -c "$WORK/conf" route apply \
		>"$WORK/out" 2>"$WORK/err" &
	pid=$!
	sleep "$(printf '0.%03d' "$2")"
	kill "-$1" "$pid" 2>/dev/null || true
	status=0
	wait "$pid" 2>/dev/null || status=$?
}

# From the old set to the new, and back, fifty times; what the second apply has
# left to do tells where the first one was killed.
test_killed_anywhere() {
	local i set took left torn=0 status
	took=$(duration)
	old_set >"$WORK/old"
	new_set >"$WORK/new"
	for i in $(seq 50); do
		if [ $((i % 2)) = 1 ]; then set=old; else set=new; fi
		cp "$WORK/$set" "$WORK/conf"
		apply_and KILL $((took / 4 + RANDOM % (took * 3 / 4)))
		apply
		left=$(awk '{ print $1 + $3 + $5 }' "$WORK/out")
		[ "$left" = 0 ] || [ "$left" = 30000 ] || torn=$((torn + 1))
		must_be_applied
	done
	note "$torn of 50 were killed between the first change and the last"
	at_least "applies killed amid the changes" "$torn" 5
}

# undone_by SIGNAL STATUS: at some moments of many it comes amid the changes.
undone_by() {
	local i took undone=0 status
	took=$(duration)
	old_set | conf
	apply
	table >"$WORK/before"
	new_set | conf
	for i in $(seq 15); do
		apply_and "$1" $((took * i / 15))
		if [ "$status" = 0 ]; then
			old_set | conf
			apply
			new_set | conf
			continue
		fi
		is "exit status" "$status" "$2"
		check "the table is as before" same_table "$WORK/before"
		! grep -q "nothing was changed" "$WORK/err" || undone=$((undone + 1))
	done
	note "$undone applies undid what they had done"
	at_least "applies that undid what they had done" "$undone" 2
}

test_undone_by_sigint() { undone_by INT 130; }
test_undone_by_sigterm() { undone_by TERM 143; }

# Somebody adds and deletes IPv6 routes, thousands a second.
churn() {
	{
		seq -f "route add 2001:db8:7:%g::/64 dev wan0" 2000
		seq -f "route del 2001:db8:7:%g::/64 dev wan0" 2000
	} >"$WORK/churn"
	while cat "$WORK/churn"; do :; done |
		ip -n pgw-gw -force -batch - 2>/dev/null &
	disown
	is_churned() { route6 show table main | grep 2001:db8:7:; }
	check "routes come and go" wait_for 5 is_churned
}

# The kernel's dump of a table that changes has routes twice, or not at all.
test_amid_foreign_changes() {
	local _
	seq -f "route 2001:db8:20:%g::/64 via 2001:db8:1::1 dev corp0 metric 50" 3000 | conf
	apply
	churn
	for _ in $(seq 20); do
		pg route apply >>"$WORK/applies" 2>>"$WORK/err" || true
	done
	ip netns pids pgw-gw | xargs kill
	must_be_applied
	is "applies that changed routes" \
		"$(sed '/^0 added, 0 changed, 0 deleted/d' "$WORK/applies" | wc -l)" 0
	churn
	for _ in $(seq 8); do
		exits 0 pg route flush
		pg route apply >"$WORK/out" 2>"$WORK/err" || true
	done
}

run_tests one_line_changed nothing_changed failure_undone failure_in_changes \
	failure_in_changes_of_ipv6 amid_foreign_changes killed_anywhere \
	undone_by_sigint undone_by_sigterm
