#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What programs of one network namespace do with pptpgw's files does not keep
# RTNL, which is the whole host's, from those of another.

. "$(dirname "$0")/../lib/gateway.sh"

# Settings of an interface are written while the interface comes and goes.
write_settings() {
	local word
	while :; do
		for word in corporate none; do
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
	in_ns c1 "$TOOLS/rtnlwait" eth0 15
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

run_tests writes
