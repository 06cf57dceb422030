#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What programs of one network namespace do with pptpgw's files does not keep
# RTNL, which is the whole host's, from those of another.
#
# vm: --icount

. "$(dirname "$0")/../lib/gateway.sh"

# Settings of an interface are written while the interface comes and goes.
write_settings() {
	local word
	while :; do
		for word in corporate internet none; do
			echo "$word" >/sys/class/net/pgwx/pptpgw/role
			echo deny >/sys/class/net/pgwx/pptpgw/guard
		done
	done 2>/dev/null
}

links_come_and_go() {
	while :; do
		ip link add pgwx type dummy
		ip link del pgwx
	done
}
export -f write_settings links_come_and_go

# worst_wait FUNCTION...: what another namespace waits for RTNL at worst, in ms,
# while these run on the gateway.
worst_wait() {
	local function
	for function in "$@"; do
		bg gw bash -c "$function" >/dev/null 2>&1
	done
	in_ns c1 "$TOOLS/rtnlwait" eth0 5
	ip netns pids pgw-gw | xargs -r kill 2>/dev/null || :
}

# A file that is in use holds up the end of its interface, under RTNL.
test_writes() {
	local without with
	without=$(worst_wait links_come_and_go)
	load
	with=$(worst_wait links_come_and_go write_settings write_settings)
	note "RTNL: $without ms at worst without settings, $with ms with"
	[ "$with" -lt 500 ] || fail "RTNL was held for $with ms"
}

TRACE=/sys/kernel/tracing

# trace_calls FUNCTION...: time what the module's functions take, sleep included.
trace_calls() {
	local function
	for function in "$@"; do
		echo "$function:mod:pptpgw" >>"$TRACE/set_ftrace_filter"
	done
	echo function_graph >"$TRACE/current_tracer"
	echo 1 >"$TRACE/options/funcgraph-tail"
}

# The calls: what each took, in us without fractions, and the function.
traced_calls() {
	echo 0 >"$TRACE/tracing_on"
	sed -nE 's|.* ([0-9]+)\.[0-9]+ us .* (/\* )?([a-z_]+) \[pptpgw\].*|\1 \3|p' \
		"$TRACE/trace"
	echo nop >"$TRACE/current_tracer"
	echo >"$TRACE/set_ftrace_filter"
	echo 1 >"$TRACE/tracing_on"
}

# What RTNL itself costs does not count here, only how long we keep it.
test_time_under_rtnl() {
	local n longest function
	grep -qw function_graph "$TRACE/available_tracers" || skip "no function_graph"
	load
	trace_calls netdev_event pgw_settings_set rescan
	worst_wait links_come_and_go write_settings write_settings >"$WORK/worst"
	traced_calls | sort -n >"$WORK/calls"
	n=$(wc -l <"$WORK/calls")
	read -r longest function < <(tail -n 1 "$WORK/calls")
	note "$n calls under RTNL, of $longest us at most ($function)"
	at_least "calls" "$n" 100
	at_most "us under RTNL" "$longest" 20000
}

run_tests writes time_under_rtnl
