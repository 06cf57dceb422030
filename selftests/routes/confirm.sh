#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Changes that are undone unless somebody confirms them.

. "$(dirname "$0")/lib.sh"

# A table with a route to be changed, one to be deleted, and one to stay.
begin() {
	conf <<-END
		route 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50
		route 10.21.0.0/16 via 10.1.0.1 dev corp0 metric 50
		route 10.22.0.0/16 via 10.1.0.1 dev corp0 metric 50
		route 2001:db8:20::/48 via 2001:db8:1::1 dev corp0 metric 50
		route 10.23.0.0/16 metric 50 nexthop via 10.1.0.1 dev corp0 nexthop via 10.1.0.3 dev corp0
	END
	apply
	table >"$WORK/before"
	conf <<-END
		route 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50
		route 10.21.0.0/16 via 10.1.0.3 dev corp0 metric 50
		route 10.24.0.0/16 via 10.1.0.1 dev corp0 metric 50
		route 2001:db8:20::/48 via 2001:db8:1::3 dev corp0 metric 50
		route 2001:db8:24::/48 via 2001:db8:1::3 dev corp0 metric 50
	END
}

# no_guard: nobody waits for a confirmation any more.
no_guard() { ! ip netns pids pgw-gw | xargs -I{} cat /proc/{}/comm | grep -q route-rollback; }

# apply_confirm SECONDS
apply_confirm() {
	exits 0 pg route apply --confirm "$1"
	counted 2 2 2 1
	says err "pptpgw: this is undone in $1 s, unless 'pptpgw route confirm' is run"
	must_be_applied
}

test_kept() {
	begin
	apply_confirm 2
	exits 0 pg route confirm
	says out ""
	says err ""
	check "the guard ends" wait_for 5 no_guard
	sleep 2.5
	must_be_applied
	exits 1 pg route confirm
	says err "pptpgw: no changed routes wait for a confirmation"
}

test_timed_out() {
	begin
	apply_confirm 1
	check "the table is as before" wait_for 5 same_table "$WORK/before"
	check "the guard ends" wait_for 5 no_guard
	exits 1 pg route confirm
}

# Who shuts the system down need not wait.
test_terminated() {
	begin
	apply_confirm 60
	ip netns pids pgw-gw | xargs kill
	check "the table is as before" wait_for 5 same_table "$WORK/before"
	check "the guard ends" wait_for 5 no_guard
}

test_nothing_to_confirm() {
	exits 1 pg route confirm
	says err "pptpgw: no changed routes wait for a confirmation"
	begin
	apply
	exits 0 pg route apply --confirm 5
	counted 0 0 0 5
	says err ""
	exits 0 pg route confirm
	says err ""
	exits 1 pg route confirm
}

# "Nothing to confirm" is of the last apply only.
test_unchanged_before() {
	begin
	apply
	exits 0 pg route apply --confirm 5
	sed -i 1d "$WORK/conf"
	apply
	exits 1 pg route confirm
	exits 0 pg route apply --confirm 5
	sed -i 1d "$WORK/conf"
	exits 0 pg route apply --confirm 60
	exits 0 pg route confirm
	exits 1 pg route confirm
}

# The caller's descriptors and working directory are his, and not the guard's: a pipe has
# its end, and a directory can be unmounted.
test_inherits_nothing() {
	local pid fd
	begin
	mkdir "$WORK/here"
	mount -t tmpfs none "$WORK/here"
	(cd "$WORK/here" && exec 7>"$WORK/seven" 8<"$WORK/conf" &&
		exits 0 pg route apply --confirm=60)
	pid=$(ip netns pids pgw-gw)
	is "directory" "$(readlink "/proc/$pid/cwd")" /
	for fd in "/proc/$pid/fd"/*; do
		[[ $(readlink "$fd") != "$WORK"* ]] || fail "$fd is $(readlink "$fd")"
	done
	umount "$WORK/here"
	exits 0 pg route confirm
}

# A failure undoes at once; there is nothing to confirm.
test_failed() {
	begin
	echo "route 10.25.0.0/16 via 10.1.0.1 src 192.0.2.77" >>"$WORK/conf"
	exits 2 pg route apply --confirm 5
	check "the table is as before" same_table "$WORK/before"
	exits 1 pg route confirm
	check "the guard ends" wait_for 5 no_guard
}

# While one waits, there is no other: not to apply, not to flush.
test_second_apply() {
	begin
	apply_confirm 60
	exits 2 pg route flush &
	exits 2 pg route apply
	says err "pptpgw: another pptpgw changes routes, or waits for 'pptpgw route confirm'"
	wait $!
	must_be_applied
	exits 0 pg route confirm
	check "the guard ends" wait_for 5 no_guard
	apply
	counted 0 0 0 5
}

# kill_confirm MILLISECONDS: kill -9 to apply --confirm so soon after its start.
# True if it had made all changes before.
kill_confirm() {
	local pid
	"$PPTPGW" -n pgw-gw -c "$WORK/conf" route apply --confirm 60 \
		>"$WORK/out" 2>"$WORK/err" &
	pid=$!
	sleep "$(printf '0.%03d' "$1")"
	kill -9 "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
	pg route confirm 2>/dev/null
}

# kill -9 while routes are being changed: what was changed is undone.
test_killed() {
	local i took start undone=0
	many 20000 | tee "$WORK/old" | conf
	apply
	table >"$WORK/before"
	{
		many 10000 10.1.0.3
		many 10000 10.1.0.1 60
	} >"$WORK/new"
	cp "$WORK/new" "$WORK/conf"
	start=$(milliseconds)
	exits 0 pg route apply --confirm 60
	took=$(($(milliseconds) - start))
	ip netns pids pgw-gw | xargs kill
	check "the table is as before" wait_for 5 same_table "$WORK/before"
	check "the guard ends" wait_for 5 no_guard
	for i in $(seq 6 12); do
		if kill_confirm $((took * i / 15)); then
			must_be_applied
			cp "$WORK/old" "$WORK/conf"
			apply
			cp "$WORK/new" "$WORK/conf"
		else
			check "the table is as before" wait_for 5 same_table "$WORK/before"
			undone=$((undone + 1))
		fi
		check "the guard ends" wait_for 5 no_guard
	done
	note "$undone of 7 were killed before they had made all changes"
	at_least "applies that were undone" "$undone" 2
}

# The kernel takes metric 0 for any when it deletes a route.
test_killed_before_metric_0() {
	echo "route 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50" | tee "$WORK/old" | conf
	apply
	table >"$WORK/before"
	{
		many 60000
		cat "$WORK/old"
		echo "route 10.20.0.0/16 via 10.1.0.1 dev corp0"
	} | conf
	if kill_confirm 100; then fail "60,000 routes were added in 0.1 s"; fi
	check "the table is as before" wait_for 10 same_table "$WORK/before"
}

run_tests kept timed_out terminated nothing_to_confirm unchanged_before inherits_nothing \
	failed second_apply killed \
	killed_before_metric_0
