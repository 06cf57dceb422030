#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The netlink family, by those who know nothing of the tool: the kernel's own
# ynl, tracefs, perf, and a fuzzer.

. "$(dirname "$0")/../lib/gateway.sh"

# ynl NS ARG...: see ynl/ynl.sh
ynl() {
	local ns=$1
	shift
	in_ns "$ns" "$SELFTESTS/ynl.sh" --output-json "$@"
}

needs_ynl() {
	[ -x "$SELFTESTS/ynl.sh" ] || skip "ynl is not here: ynl/prepare . gets it"
	python3 -c 'import yaml' 2>/dev/null || skip "python3-yaml is not installed"
}

test_ynl_get_and_set() {
	needs_ynl
	load
	ynl gw --do dev-set --json '{"ifname": "wan0", "role": "internet", "policy": "observe"}'
	is "role" "$(value wan0 role)" internet
	is "policy" "$(value wan0 policy)" observe
	is "unroutable" "$(value wan0 unroutable)" drop
	ynl gw --do dev-set --json '{"ifname": "corp0", "guard": "deny"}'
	is "guard" "$(value corp0 guard)" deny
	ynl gw --do dev-get --json '{"ifname": "wan0"}' >"$WORK/got"
	is "ifname" "$(jq -r .ifname "$WORK/got")" wan0
	is "role" "$(jq -r .role "$WORK/got")" internet
	is "steered" "$(jq -r .counters.steered "$WORK/got")" 0
	is "counters" "$(jq -r '.counters | length' "$WORK/got")" 28
	! ynl gw --do dev-set --json '{"ifname": "nosuch0", "role": "none"}' \
		>"$WORK/got" 2>&1 || fail "an interface that is not there was set"
	grep -q "no such interface" "$WORK/got" || fail "$(cat "$WORK/got")"
}

test_ynl_dump() {
	needs_ynl
	load_with_roles
	meet "$C1" 1
	is "interfaces" "$(ynl gw --dump dev-get |
		jq -r '[.[] | select(.role != "none").ifname] | sort | join(" ")')" \
		"corp0 wan0 wan1"
	is "client" "$(ynl gw --dump tunnel-get | jq -r '.[0].client')" "$C1"
	is "peers" "$(ynl gw --do stats-get | jq -r .peers)" 1
	# This ynl takes addresses as numbers only.
	is "verdict" "$(ynl gw --do explain --json '{"client": 3405803786}' |
		jq -r .verdict)" steer
}

test_ynl_events() {
	needs_ynl
	load_with_roles
	ynl gw --subscribe events --sleep $((10 * ${PATIENCE:-1})) >"$WORK/events" 2>&1 &
	sleep 3
	meet "$C1" 1
	setting wan0 guard deny
	wait $!
	grep -q 'dev-changed' "$WORK/events" || fail "$(cat "$WORK/events")"
	grep -q 'tunnel-up' "$WORK/events" || fail "$(cat "$WORK/events")"
	grep -q "$C1" "$WORK/events" || fail "$(cat "$WORK/events")"
	grep -q "seq" "$WORK/events" || fail "$(cat "$WORK/events")"
}

test_tracepoint() {
	local trace=/sys/kernel/tracing
	[ -d "$trace" ] || skip "no tracefs"
	load_with_roles
	meet "$C1" 1
	echo >"$trace"/trace
	echo 1 >"$trace"/events/pptpgw/pptpgw_steer/enable
	send gw -s "$WAN0" -d "$C1" 47 "$GRE_DATA"
	grep "pptpgw_steer: client=$C1 local=$WAN0 ingress=[0-9]* reason=steered" \
		"$trace"/trace >/dev/null || fail "$(tail -n 3 "$trace"/trace)"
	echo 0 >"$trace"/events/pptpgw/pptpgw_steer/enable
}

# perf, on the packets of a tunnel.
test_perf() {
	local wan0 fields
	command -v perf >/dev/null || skip "perf is not installed"
	start_pptpd gw
	load_with_roles
	tunnel c1 "$WAN0"
	wan0=$(in_ns gw cat /sys/class/net/wan0/ifindex)
	fields="client=$C1 local=$WAN0 ingress=$wan0 reason=steered"
	set -- ip netns exec pgw-c1 ping -q -c 3 -i 0.2 "$CHOST"

	perf record -q -a -e pptpgw:pptpgw_steer -o "$WORK/data" "$@" \
		>"$WORK/perf.log" 2>&1
	perf script -i "$WORK/data" >"$WORK/script"
	at_least "perf script: replies" \
		"$(grep -c "pptpgw_steer: $fields" "$WORK/script")" 3
	perf trace -a -e pptpgw:pptpgw_steer --libtraceevent_print \
		-o "$WORK/trace" "$@" >"$WORK/perf.log" 2>&1
	at_least "perf trace: replies" \
		"$(grep -cF "pptpgw:pptpgw_steer($fields)" "$WORK/trace")" 3
	note "$(tail -n 1 "$WORK/trace")"
}

# asks WANT ARG...: what nlask ARG... says, each line with how often.
asks() {
	local want=$1
	shift
	is "answer to '$*'" "$(in_ns gw "$TOOLS/nlask" "$@" | sort | uniq -c |
		sed 's/^ *//' | paste -sd';')" "$want"
}

# refused TEXT ARG...: nlask ARG... gets this message, and nothing else.
refused() {
	local text=$1
	shift
	in_ns gw "$TOOLS/nlask" "$@" >"$WORK/said"
	is "answer to '$*': lines" "$(wc -l <"$WORK/said")" 1
	grep -qxi "refused: $text" "$WORK/said" ||
		fail "answer to '$*': $(cat "$WORK/said"), want a refusal: $text"
}

test_filters() {
	local wan0 dev_get=1 dev_set=2 tunnel_get=3 tunnel_flush=4 stats_get=5
	local explain=6 cmd
	load_with_roles
	meet "$C1" 1
	meet "$C2" 1
	wan0=$(in_ns gw cat /sys/class/net/wan0/ifindex)

	asks "2 answer;1 done" "$tunnel_get" dump
	asks "1 answer filtered;1 done filtered" "$tunnel_get" dump 2="$C1"
	asks "2 answer filtered;1 done filtered" "$tunnel_get" dump 3="$WAN0"
	asks "1 done filtered" "$tunnel_get" dump 3="$WAN1"
	asks "2 answer filtered;1 done filtered" "$tunnel_get" dump 4="$wan0"
	asks "1 done filtered" "$tunnel_get" dump 2="$C1" 3="$WAN0" 4=1
	refused '.*range' "$tunnel_get" dump 2=0.0.0.0
	refused '.*range' "$tunnel_get" dump 3=0.0.0.0
	refused '.*range' "$tunnel_get" dump 4=0
	refused '.*attribute.*' "$tunnel_get" dump 5=wan0
	refused '.*attribute.*' "$tunnel_get" dump 13=0

	asks "1 answer;1 done" "$dev_get" 1="$wan0"
	asks "1 answer;1 done" "$dev_get" 2=wan0
	refused '.*attribute.*' "$dev_get" 2=wan0 3=1
	refused 'a dump is of all interfaces' "$dev_get" dump 1="$wan0"
	refused 'a dump is of all interfaces' "$dev_get" dump 2=wan0
	refused '.*attribute.*' "$dev_get" dump 3=1
	refused '.*attribute.*' "$dev_set" 2=wan0 3=1 6=0
	refused '.*range' "$dev_set" 2=wan0 3=1 4=256
	refused '.*attribute.*' "$stats_get" 1=0
	refused '.*attribute.*' "$explain" 1="$C1" 3=0
	refused '.*range' "$explain" 1="$C1" 2=0.0.0.0
	for cmd in "$dev_get" "$dev_set" "$tunnel_flush" "$stats_get" "$explain"; do
		refused '.*attribute.*' "$cmd" 99=1
	done

	refused '.*attribute.*' "$tunnel_flush" 2="$C1" 15=0
	refused '.*range' "$tunnel_flush" 2=0.0.0.0
	asks "1 answer;1 done" "$tunnel_flush" 3="$WAN1"
	is "peers" "$(value wan0 peers)" 2
	asks "1 answer;1 done" "$tunnel_flush" 2="$C1" 3="$WAN0"
	is "peers" "$(value wan0 peers)" 1
	asks "1 answer;1 done" "$tunnel_flush" 3="$WAN0"
	is "peers" "$(value wan0 peers)" 0
	is "policy" "$(value wan0 policy)" enforce
}

# What a dump of other families is called through, with the mutex of them all.
test_no_common_lock() {
	local trace=/sys/kernel/tracing
	[ -e "$trace/kprobe_events" ] || skip "no kprobes in tracefs"
	grep -qw genl_lock_dumpit /proc/kallsyms ||
		skip "this kernel takes the lock elsewhere"
	load_with_roles
	echo "p:pgwlock genl_lock_dumpit" >>"$trace"/kprobe_events
	echo "p:pgwdump pgw_nl_dev_dump" >>"$trace"/kprobe_events
	echo 1 >"$trace"/events/kprobes/enable
	pg dev show >/dev/null
	echo 0 >"$trace"/events/kprobes/enable
	awk '{ print $1, $2 + $3 }' "$trace"/kprobe_profile >"$WORK/calls"
	echo >"$trace"/kprobe_events
	at_least "dumps" "$(sed -n 's/^pgwdump //p' "$WORK/calls")" 1
	is "under the lock" "$(sed -n 's/^pgwlock //p' "$WORK/calls")" 0
}

# Each command with each thing that its spec does not allow.
test_spec() {
	local before
	needs_ynl
	load_with_roles
	meet 198.18.0.0/24 200
	before=$(settings_now)
	in_ns gw python3 "$SELFTESTS/nlspec.py" "$SELFTESTS/pptpgw.yaml" wan0 >"$WORK/said" ||
		fail "$(cat "$WORK/said")"
	sed 's/^/# /' "$WORK/said"
	is "settings" "$(settings_now)" "$before"
	is "peers that are flushed" "$(value wan0 peers)" 0
}

settings_now() {
	in_ns gw bash -c 'grep . /sys/class/net/*/pptpgw/{role,policy,unroutable,guard}'
}

# As root, as a user, as root of a user namespace, and there in a network of its own,
# where what is asked for is done. MESSAGES in all.
test_fuzz() {
	local tenth=$((${MESSAGES:-500000} / 10)) nobody before steered
	nobody=(setpriv --reuid 65534 --clear-groups --bounding-set=-all)
	load_with_roles
	meet "$C1" 1
	before=$(settings_now)
	steered=$(value wan0 steered)
	fuzz_as root 1 $((4 * tenth))
	fuzz_as nobody 2 $((4 * tenth)) "${nobody[@]}"
	fuzz_as "root of a user namespace" 3 "$tenth" unshare -Ur
	fuzz_as "root of its own network" 4 "$tenth" unshare -Urn
	is "settings" "$(settings_now)" "$before"
	meet "$C2" 1
	counts wan0 steered $((steered + 3)) || fail "nothing is steered any more"
}

# fuzz_as WHO SEED COUNT [COMMAND...]: COMMAND lets nlfuzz be that.
fuzz_as() {
	local who=$1 seed=$2 count=$3
	shift 3
	in_ns gw "$@" "$TOOLS/nlfuzz" "$seed" "$count" | sed "s/^/# $who: /"
	[ "${PIPESTATUS[0]}" = 0 ] || fail "$who: nlfuzz failed"
}

run_tests ynl_get_and_set ynl_dump ynl_events filters no_common_lock \
	tracepoint perf spec fuzz
