# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# What the tests of the guard share. A program wants a default route through
# corp0: the function violate() of the test. Source gateway.sh first.

WARNING="Warning: pptpgw: default route leaves through a corporate interface."
REFUSAL="Error: pptpgw: default route must leave through an internet-side interface."

gw_ip() { ip -n pgw-gw "$@"; }

# What the topology has.
no_corporate_default() { gw_ip route del default via 10.1.0.1; }

# The default routes, and what they may consist of.
defaults() {
	gw_ip -j route show | jq -c '.[] | del(.flags, .cache) |
		select(.dst == "default" or (.dst | endswith(".0.0.0/1")))'
	gw_ip nexthop show
}

leaves_by() { gw_ip route get 203.0.113.77 | grep -q " dev $1 "; }

# From now on, keep the module's events.
listen() {
	"$PPTPGW" -n pgw-gw -j monitor >"$WORK/events" 2>/dev/null &
	"$PPTPGW" -n pgw-gw monitor >"$WORK/lines" 2>/dev/null &
	disown -a
	sleep 1
}

# guarded GUARD: the module with all roles.
guarded() {
	load
	listen
	load_roles
	setting corp0 guard "$1"
}

# events EVENT: the events of that name so far, as "PREFIX GATEWAY", a line each.
events() {
	jq -r --arg event "$1" 'select(.event == $event and .ifname == "corp0") |
		.prefix + " " + (.gateway // "-")' "$WORK/events"
}

has_events() { [ "$(events "$1" | sort -u)" = "$(printf '%s\n' "${@:2}" | sort -u)" ]; }

# agrees COUNTER EVENT: as many counted as reported; and as many lines of text.
agrees() {
	[ "$(value corp0 "$1")" = "$(events "$2" | wc -l)" ] &&
		[ "$(wc -l <"$WORK/lines")" = "$(wc -l <"$WORK/events")" ]
}

# told COUNTER EVENT ROUTE...: these routes, and no others, were reported and
# counted, each once, or as $times says.
told() {
	local counter=$1 event=$2
	shift 2
	wait_for 5 has_events "$event" "$@" ||
		fail "$event: got $(events "$event" | tr '\n' ','), want $*"
	$times "$counter" "$(value corp0 "$counter")" $#
	wait_for 5 agrees "$counter" "$event" ||
		fail "$counter: $(value corp0 "$counter") counted, $(events "$event") told"
}

# attempt: run violate(); sets status and said.
attempt() {
	status=0
	violate >"$WORK/said" 2>&1 || status=$?
	said=$(grep -v '^Command failed' "$WORK/said" | sort -u)
	note "said: ${said:-nothing}"
}

# Before Linux 6.1 nobody can refuse a route, and deny acts as warn.
can_deny() { kernel_since 6.1; }

# Before Linux 5.13 who changes a nexthop object gets no message: what it leads to is known
# when it is in use.
expect_no_message_for_objects() { kernel_since 5.13 || warning=; }

needs_deny() { can_deny || skip "guard deny acts as warn before Linux 6.1"; }

# deny_warns TABLE ROUTE...: what comes of deny there, as the log says.
deny_warns() {
	local after=$1 warned
	shift
	dmesg | grep -q "guard deny acts as warn on this kernel" ||
		fail "the log does not say that deny acts as warn"
	warned=$(value corp0 guard_warned)
	attempt
	is "exit status under deny" "$status" 0
	is "said under deny" "$said" "$warning"
	is "table under deny" "$(defaults)" "$after"
	wait_for 5 counts corp0 guard_warned $((warned + $#)) || fail "not reported again"
	is "denied" "$(value corp0 guard_denied)" 0
	undo
}

# three_ways ROUTE...: the test's function gets its routes in without the module;
# with a guard that warns, too, and is reported; with one that denies, not. Its
# undo() takes them out.
three_ways() {
	local before after
	before=$(defaults)
	attempt
	is "exit status without the module" "$status" 0
	after=$(defaults)
	[ "$after" != "$before" ] || fail "nothing got in without the module"
	undo
	is "table after undo" "$(defaults)" "$before"

	guarded warn
	attempt
	is "exit status under warn" "$status" 0
	is "said under warn" "$said" "$warning"
	is "table under warn" "$(defaults)" "$after"
	told guard_warned guard_violation "$@"
	undo
	is "table after undo" "$(defaults)" "$before"

	setting corp0 guard deny
	if ! can_deny; then
		deny_warns "$after" "$@"
		return
	fi
	attempt
	[ "$status" != 0 ] || [ "$refusal" = "" ] || fail "refused with status 0"
	is "said under deny" "$said" "$refusal"
	told guard_denied guard_denied "$@"
	is "table under deny" "$(defaults)" "$before"
}

# What three_ways expects that program to print, and how often it tries.
warning=$WARNING
refusal=$REFUSAL
times=is
