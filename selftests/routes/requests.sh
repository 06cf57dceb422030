#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tool sends to the kernel by netlink: requests of a protocol, and none of
# netlink's own control messages (below 16, as NLMSG_NOOP), which SELinux logs as
# unrecognized, and refuses where it is enforcing.

. "$(dirname "$0")/lib.sh"

# sent COMMAND...: the types of all requests, in $WORK/types.
sent() {
	strace -f -qq -e trace=sendto,sendmsg -o "$WORK/strace" "$@" >"$WORK/out" 2>"$WORK/err" || :
	grep -oE 'nlmsg_type=[^,]*' "$WORK/strace" | sort | uniq -c >"$WORK/types"
	note "$1 ${*: -1}: $(tr -s ' \n' ' ' <"$WORK/types")"
}

# strace knows the names of control messages only, or all.
is_control() { grep -E '=(NLMSG_[A-Z]+|0x[0-9a-f])$' "$WORK/types"; }

sends_requests() { # COMMAND...
	sent "$@"
	check "nothing is sent" [ -s "$WORK/types" ]
	! is_control || fail "a control message is sent"
}

test_verbs() {
	local verb
	need_programs strace
	conf <<-END
		route 10.20.0.0/16 via 10.1.0.1 dev corp0
		route 2001:db8:20::/48 via fe80::1 dev corp0
	END
	for verb in "route diff" "route apply" "route show" "route import" "route flush" \
		check-config up down; do
		# shellcheck disable=SC2086
		sends_requests "$PPTPGW" -n pgw-gw -c "$CONF" $verb
	done
}

test_reconcile() {
	need_programs strace
	echo "route 10.20.0.0/16 via 10.1.0.1 dev corp0" | conf
	sends_requests timeout 3 "$PPTPGW" -n pgw-gw -c "$CONF" route reconcile
	must_be_applied
}

run_tests verbs reconcile
