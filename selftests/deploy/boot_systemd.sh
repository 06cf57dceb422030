#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A gateway that boots with systemd: its units bring pptpgw up before pptpd.
#
# vm: --init systemd --setup ./deploy/boot_setup.sh

. "$(dirname "$0")/boot_lib.sh"

service() { systemctl "$1" pptpgw.service; }

say_log() { journalctl -q -o cat -u 'pptpgw*.service'; }

# unit NAME PROPERTY
unit() { systemctl show --value -p "$2" "$1.service"; }

is_active() { systemctl -q is-active "$1.service"; }

test_order() {
	local up pptpd
	up=$(unit pptpgw ActiveEnterTimestampMonotonic)
	pptpd=$(unit pptpd ExecMainStartTimestampMonotonic)
	note "up after $((up / 1000)) ms, pptpd starts after $((pptpd / 1000)) ms"
	at_least "up" "$up" 1
	at_least "start of pptpd" "$pptpd" "$up"
	at_least "start of accel-ppp@main" \
		"$(unit accel-ppp@main ExecMainStartTimestampMonotonic)" "$up"
	at_least "start" "$(unit pptpgw ExecMainStartTimestampMonotonic)" \
		"$(unit networking ActiveEnterTimestampMonotonic)"
}

# The roles are there before anybody configures an interface.
test_roles_come_first() {
	local roles network
	roles=$(unit pptpgw-roles ActiveEnterTimestampMonotonic)
	network=$(unit networking ExecMainStartTimestampMonotonic)
	note "roles after $((roles / 1000)) ms, network starts after $((network / 1000)) ms"
	at_least "roles" "$roles" 1
	at_least "start of the network" "$network" "$roles"
}

# Nothing that the sandbox refuses, and no unit that failed.
test_units() {
	local unit
	for unit in pptpgw-roles pptpgw pptpgw-reconcile pptpd; do
		check "$unit is not active" is_active "$unit"
	done
	is "failed units" "$(systemctl --failed --plain --no-legend)" ""
	say_log >"$WORK/said"
	note "$(grep -v systemd "$WORK/said" | head -n 5)"
	! grep -iE 'denied|not permitted|read-only|fail' "$WORK/said" ||
		fail "see above"
	for unit in pptpgw-roles pptpgw pptpgw-reconcile; do
		note "$(systemd-analyze security --no-pager "$unit.service" | tail -n 1)"
		check "exposure of $unit" systemd-analyze security --no-pager \
			--threshold=30 "$unit.service" >"$WORK/security"
	done
}

test_reconcile_follows() {
	service stop
	check "the reconcile service stays" eval '! is_active pptpgw-reconcile'
	service start
	wait_for 20 is_active pptpgw-reconcile || fail "it does not come back"
	service restart
	wait_for 20 is_active pptpgw-reconcile || fail "it does not survive a restart"
	test_host_is_up
}

# Where the module is missing, that unit fails alone. It recovers when the module comes.
test_no_module() {
	service stop
	rmmod pptpgw
	mv "/lib/modules/$(uname -r)/updates/pptpgw.ko" "$WORK"
	depmod
	service start
	is "failed units" "$(systemctl --failed --plain --no-legend | awk '{ print $1 }')" \
		pptpgw-roles.service
	is "routes" "$(our_routes)" "$OUR_ROUTES"
	wait_for 20 is_active pptpgw-reconcile || fail "reconcile is not active"
	mv "$WORK/pptpgw.ko" "/lib/modules/$(uname -r)/updates"
	depmod
	modprobe pptpgw
	wait_for 60 is_active pptpgw-roles || fail "the roles do not come"
	test_host_is_up
}

# What was brought up by hand, module and all, the unit can take down.
test_up_by_hand() {
	service stop
	rmmod pptpgw
	pptpgw up
	service start
	service stop
	is "failed units" "$(systemctl --failed --plain --no-legend)" ""
	is "routes" "$(our_routes)" ""
	service start
	test_host_is_up
}

run_tests order roles_come_first guard_holds_at_boot units host_is_up client_dials \
	stopped_and_started link_flap late_interface ifup_hook foreign_interface reload \
	reconcile_follows up_by_hand no_module
