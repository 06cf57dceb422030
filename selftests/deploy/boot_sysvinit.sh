#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A gateway that boots with sysvinit: its init script brings pptpgw up before
# pptpd.
#
# vm: --init sysvinit --setup ./deploy/boot_setup.sh

. "$(dirname "$0")/boot_lib.sh"

service() { /etc/init.d/pptpgw "$1"; }

say_log() { :; }

# started FILE: the jiffy in which the process in a PID file started.
started() { awk '{ print $22 }' "/proc/$(cat "$1")/stat"; }

# By their numbers in rc2.d, and by what is seen of it.
test_order() {
	local up pptpd
	up=$(basename /etc/rc2.d/S*pptpgw)
	pptpd=$(basename /etc/rc2.d/S*pptpd)
	note "rcS.d, rc2.d: $(cd /etc && echo rcS.d/*{pptpgw-roles,networking} rc2.d/*{pptpgw,pptpd})"
	check "order in rcS.d" [ /etc/rcS.d/S*pptpgw-roles '<' /etc/rcS.d/S*networking ]
	check "order in rc2.d" [ "${up:1:2}" -lt "${pptpd:1:2}" ]
	at_least "start of pptpd" "$(started /run/pptpd.pid)" \
		"$(started /run/pptpgw/reconcile.pid)"
}

test_status() {
	service status || fail "not running: $(service status)"
	service stop
	! service status || fail "running"
	service stop || fail "cannot be stopped twice"
	service start
	service start || fail "cannot be started twice"
	is "processes" "$(pgrep -cf 'route reconcile')" 1
	service status || fail "not running: $(service status)"
	! service nonsense 2>/dev/null || fail "knows nonsense"
	test_host_is_up
}

run_tests order guard_holds_at_boot host_is_up client_dials stopped_and_started link_flap \
	late_interface ifup_hook reload status
