#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What an ordinary user does to the host with a network namespace of their own.

. "$(dirname "$0")/../lib/gateway.sh"

# as_user COMMAND...: as who has no privilege but in namespaces of their own.
as_user() {
	setpriv --reuid 1000 --regid 1000 --clear-groups unshare -Urnm "$@"
}

# A machine that hangs in the kernel must not take the time of all tests.
panic_when_stuck() {
	[ "${PPTPGW_VM:-}" ] || skip "may hang the machine: VM only"
	sysctl -qw kernel.watchdog_thresh=5 kernel.softlockup_panic=1
}

# A peer at the end of all names: of broadcast, by broadcast. What goes through
# the peers, command or expiry, must come to an end.
test_last_name() {
	panic_when_stuck
	chmod 777 "$WORK"
	modprobe -a dummy
	load peer_timeout=8	# looked for every 2 s
	export PPTPGW TOOLS
	# shellcheck disable=SC2016
	as_user bash -c '
		ends() { echo "# $*"; "$PPTPGW" "$@" && echo "# ends"; }
		all=255.255.255.255
		ip link set lo up
		ip link add d0 type dummy
		ip addr add 198.18.0.1/24 dev d0
		ip route add default dev lo
		"$PPTPGW" dev set d0 role internet
		"$TOOLS/ipsend" -s $all -d $all 6 "$TCP_ACK"
		"$TOOLS/ipsend" -s $all -d $all 6 "$TCP_REPLY"
		echo "# $("$PPTPGW" -j stats)"
		"$PPTPGW" -j stats | jq -r .peers >"$0/peers"
		ends explain 192.0.2.1 &&
			ends tunnel show &&
			ends tunnel flush
		ended=$?
		sleep 3		# the expiry has looked at it
		exit $ended' "$WORK" || fail "a command fails"
	is "peers" "$(cat "$WORK/peers")" 0
}

run_tests last_name
