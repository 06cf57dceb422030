#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What was rolled back stays out of force until somebody applies it: for "up", for
# "reconcile", after a start of the host.

. "$(dirname "$0")/lib.sh"

old="10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50"
new="10.20.0.0/16 via 10.1.0.3 dev corp0 metric 50"
other="10.21.0.0/16 via 10.1.0.1 dev corp0 metric 50"

guard_ended() {
	ip netns pids pgw-gw | xargs -I{} cat /proc/{}/comm >"$WORK/comms" 2>/dev/null || true
	! grep -q "route-rollback\|pptpgw" "$WORK/comms"
}

# The old one is applied, the new one was rolled back.
rolled_back() {
	printf 'route %s\n' "$old" "$other" | conf
	apply
	printf 'route %s\n' "$new" | conf
	exits 0 pg route apply --confirm 1
	check "the changes are undone" wait_for 5 guard_ended
	must_be_old
}

must_be_old() { is "routes" "$(ours)" "$old"$'\n'"$other"; }

says_so() {
	grep -q "the configuration was not confirmed: the routes are those of /.*confirmed" \
		"$WORK/$1" || fail "it does not say so: $(cat "$WORK/$1")"
}

test_up() {
	rolled_back
	exits 0 pg up
	says_so err
	must_be_old
	route flush proto 217
	exits 0 pg up
	must_be_old
	exits 3 pg route diff
}

test_applied_after_all() {
	rolled_back
	apply
	must_be_applied
	exits 0 pg up
	says err ""
	must_be_applied
}

test_confirmed_after_all() {
	rolled_back
	exits 0 pg route apply --confirm 30
	exits 0 pg route confirm
	check "the guard ends" wait_for 5 guard_ended
	exits 0 pg up
	says err ""
	must_be_applied
}

test_reconcile() {
	rolled_back
	pg_bg route reconcile
	pid=$!
	wait_for 5 grep -q . "$WORK/monitor" || true
	must_be_old
	says_so monitor
	kill -HUP "$pid"
	sleep 0.5
	route del 10.20.0.0/16
	check "the old one comes back" wait_for 5 has "$old"
	must_be_old
	apply
	route del 10.20.0.0/16
	check "the new one comes back" wait_for 5 applied
}

# The file is edited again meanwhile: that does not make it good.
test_edited() {
	rolled_back
	echo "# another try" >>"$WORK/conf"
	exits 0 pg up
	must_be_old
}

# An apply that failed changes nothing of that.
test_failed_apply() {
	rolled_back
	echo "route 10.22.0.0/16 via 10.1.0.1 dev corp0 src 192.0.2.77" >>"$WORK/conf"
	exits 2 pg route apply
	exits 2 pg route apply --confirm 5
	check "the guard ends" wait_for 5 guard_ended
	sed -i '$d' "$WORK/conf"
	exits 0 pg up
	must_be_old
}

test_failed_apply_of_confirmed() {
	printf 'route %s\n' "$old" "$other" | conf
	apply
	echo "route 10.22.0.0/16 via 10.1.0.1 dev corp0 src 192.0.2.77" >>"$WORK/conf"
	exits 2 pg route apply --confirm 5
	check "the guard ends" wait_for 5 guard_ended
	sed -i '$d' "$WORK/conf"
	exits 0 pg up
	says err ""
	must_be_applied
}

# While it waits it is not in force either: the power may fail before it ends.
test_pending() {
	printf 'route %s\n' "$old" "$other" | conf
	apply
	printf 'route %s\n' "$new" | conf
	exits 0 pg route apply --confirm 60
	ip netns pids pgw-gw | xargs kill -KILL
	check "the guard ends" wait_for 5 guard_ended
	route flush proto 217
	exits 0 pg up
	must_be_old
}

# Nothing was ever confirmed: what the kernel had is.
test_first_time() {
	route add 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50 proto 217
	route add 10.21.0.0/16 via 10.1.0.1 dev corp0 metric 50 proto 217
	printf 'route %s\n' "$new" | conf
	exits 0 pg route apply --confirm 1
	check "the changes are undone" wait_for 5 guard_ended
	exits 0 pg up
	must_be_old
}

# started: what follows sees the namespace as the host's first one, and no /run.
started() {
	# shellcheck disable=SC2016
	in_ns gw unshare --mount bash -c '
		mount -t tmpfs none /proc/sys/net/core
		: >/proc/sys/net/core/netdev_max_backlog
		mkdir -p "$0"
		mount --bind "$0" /var/lib
		mount -t tmpfs none /run
		exec "$@"' "$WORK/lib" "$PPTPGW" -c "$WORK/conf" "$@"
}

test_start_of_the_host() {
	printf 'route %s\n' "$old" "$other" | conf
	exits 0 started route apply
	printf 'route %s\n' "$new" | conf
	exits 0 started route apply --confirm 1
	check "the changes are undone" wait_for 5 guard_ended
	route flush proto 217
	exits 0 started up
	says_so err
	must_be_old
	exits 0 started route apply
	route flush proto 217
	exits 0 started up
	must_be_applied
}

run_tests up applied_after_all confirmed_after_all reconcile edited failed_apply \
	failed_apply_of_confirmed pending first_time start_of_the_host
