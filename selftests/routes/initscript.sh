#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The init script, and "route reconcile" that it starts: a signal to read the
# configuration again must not end a process that is not ready for it yet.
# deploy/boot_sysvinit.sh boots with it.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/up_lib.sh"

SCRIPT=$SELFTESTS/../userspace/service/pptpgw.init.in
PIDFILE=/run/pptpgw/reconcile.pid

# The script as it is installed, for the tool and the configuration of this test.
install_script() {
	need_programs start-stop-daemon strace
	[ -e /lib/lsb/init-functions ] || skip "no /lib/lsb/init-functions"
	gateway_conf
	sed -E "s,@sbindir@/pptpgw,$PPTPGW,; s,\"\\\$tool\" (up|down),\"\$tool\" -c $CONF \1,
		s,-- route,-- -c $CONF route," "$SCRIPT" >"$WORK/init"
	chmod 755 "$WORK/init"
}

# In the gateway's network, and with the /sys of the test.
on_gw() { nsenter --net=/run/netns/pgw-gw "$@"; }

service() { on_gw "$WORK/init" "$1" >>"$WORK/out" 2>&1; }

# What "reconcile" makes of signals comes after its first system call that is delayed
# here. So is the script's look for its process, or it would come before the exec().
slowly() {
	on_gw strace -D -f -qq -o "$WORK/strace" -P /run/pptpgw -P "$PIDFILE" \
		-e trace=mkdir,openat -e inject=mkdir:delay_enter=1000000:when=1 \
		-e inject=openat:delay_enter=300000 "$@"
}

daemon() { pgrep -f "^$PPTPGW .*route reconcile"; }

# SIGHUP, the first one, waits for who reads it.
is_ready() { grep -q "^SigBlk:.*[13579bdf]$" "/proc/$(cat "$PIDFILE")/status"; }

runs() {
	is "processes" "$(daemon | wc -l)" 1
	is "process" "$(daemon)" "$(cat "$PIDFILE")"
	service status || fail "not running: $(tail -n 1 "$WORK/out")"
	wait_for 10 is_ready || fail "not ready"
	wait_for 10 applied || fail "the kernel has not what is configured"
}

test_start() {
	install_script
	service start || fail "does not start"
	runs
	service stop
	is "processes" "$(daemon | wc -l)" 0
}

test_slow_start() {
	install_script
	slowly "$WORK/init" start >>"$WORK/out" 2>&1 || fail "does not start"
	sleep 2
	runs
	service stop
}

# A signal that comes in between is not lost, either.
test_signal_before_it_is_ready() {
	install_script
	slowly "$WORK/init" start >>"$WORK/out" 2>&1 &
	wait_for 10 test -s "$PIDFILE"
	wait_for 10 daemon
	echo "route 10.77.0.0/16 via 10.1.0.1 dev corp0" >>"$CONF"
	kill -HUP "$(cat "$PIDFILE")"
	wait $!
	runs
	service stop
}

test_start_twice() {
	local pid
	install_script
	service start
	pid=$(daemon)
	echo "route 10.77.0.0/16 via 10.1.0.1 dev corp0" >>"$CONF"
	service start || fail "cannot be started twice"
	is "process" "$(daemon)" "$pid"
	runs
	route del 10.77.0.0/16
	wait_for 10 has_route 10.77.0.0/16 || fail "reconcile does not know the new route"
	service stop
}

run_tests start slow_start signal_before_it_is_ready start_twice
