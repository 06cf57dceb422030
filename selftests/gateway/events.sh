#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Events of tunnels as they happen, as seen by the tool's
# monitor, and what they cost.

. "$(dirname "$0")/../lib/gateway.sh"

# events NAME...: these events came, in this order, among others.
events() {
	local got
	got=$(jq -r .event "$WORK/events" | tr '\n' ' ')
	for event in "$@"; do
		case $got in
		*"$event "*) got=${got#*"$event "} ;;
		*) fail "no $event in: $(jq -r .event "$WORK/events" | tr '\n' ' ')" ;;
		esac
	done
}

test_monitor() {
	ip -n pgw-gw addr add "$SHARED/32" dev lo
	ip -n pgw-gw route del default via 10.1.0.1
	ip -n pgw-gw route del default via 198.51.100.1
	ip -n pgw-gw route add default via 198.51.100.1 metric 400
	start_pptpd gw
	load_with_roles
	watch events -j
	monitor=$!
	watch lines
	tunnel c1 "$SHARED" --idle-wait 3
	ip -n pgw-isp route replace "$SHARED" via "$WAN1"
	bg c1 ping -q -i 0.2 -w 30 "$CHOST" >/dev/null
	wait_for 30 counts wan1 moved 1 || fail "the peer did not move"
	hang_up c1
	wait_for 10 counts wan1 calls_closed 1 || fail "the call stays"
	pg tunnel flush >/dev/null
	sleep 1
	kill "$monitor" %%
	wait "$monitor" || fail "the monitor ended with $?"
	events tunnel_up call_opened ingress_moved call_closed tunnel_down
	events tunnel_up first_steer ingress_moved
	is "uplinks of the move" "$(jq -r 'select(.event == "ingress_moved") |
		.old_ingress + " " + .ingress' "$WORK/events")" "wan0 wan1"
	is "with time and client" "$(jq -r 'select(.time and .client).event' \
		"$WORK/events" | wc -l)" "$(wc -l <"$WORK/events")"
	is "as many lines of text" "$(wc -l <"$WORK/lines")" \
		"$(wc -l <"$WORK/events")"
}

test_changed_settings() {
	load
	watch events -j
	watch lines
	pg dev set wan0 role internet policy observe
	setting wan0 guard deny
	pg dev set wan0 role internet policy observe
	setting wan0 guard deny
	setting wan0 unroutable pass
	! pg dev set wan0 role none policy 2>/dev/null || fail "no policy"
	setting wan0 role none
	sleep 1
	is "events" "$(jq -r '"\(.event) \(.ifname) \(.role) \(.policy) " +
		"\(.unroutable) \(.guard) \(.time | type)"' "$WORK/events" |
		paste -sd';')" "$(paste -sd';' <<-END
		dev_changed wan0 internet observe drop warn string
		dev_changed wan0 internet observe drop deny string
		dev_changed wan0 internet observe pass deny string
		dev_changed wan0 none observe pass deny string
		END
		)"
	is "first line" "$(sed -n '1s/^[0-9:.]* //p' "$WORK/lines")" \
		"dev changed: wan0 role internet policy observe unroutable drop guard warn"
	is "lines" "$(wc -l <"$WORK/lines")" 4
}

# Only in a machine of its own: the names hold in the initial namespace.
test_changed_by_name() {
	[ "${PPTPGW_VM:-}" ] || skip "changes the host's own network: VM only"
	load internet=pgwa
	"$PPTPGW" -j monitor >"$WORK/events" &
	sleep 5
	ip link add pgwa type dummy
	ip link add pgwb type dummy
	sleep 1
	is "events" "$(jq -r '"\(.event) \(.ifname) \(.role)"' \
		"$WORK/events" | paste -sd';')" "dev_changed pgwa internet"
	kill %%
	ip link del pgwa
	ip link del pgwb
}

test_unroutable_and_table_full() {
	load_with_roles max_peers=1
	watch lines
	meet "$C1" 1
	meet "$C2" 1
	wait_for 10 grep -Eq '^[0-9:.]+ table full: a client by wan0$' \
		"$WORK/lines" || fail "$(cat "$WORK/lines")"
	ip -n pgw-gw route del default via 198.51.100.1
	send gw -s "$WAN0" -d "$C1" 47 "$GRE_DATA"
	wait_for 10 grep -Eq "^[0-9:.]+ unroutable: $C1 to $WAN0 by wan0\$" \
		"$WORK/lines" || fail "$(cat "$WORK/lines")"
}

# For each tunnel that came or went there was an event, and one for its first steered
# reply: meet leaves none out.
events_sent() { json '3 * .learned - .peers' stats; }

# More events than a monitor's buffer holds.
overflow() {
	meet 10.64.0.0/16 10000
	pg tunnel flush >/dev/null
}

# An event, and whether both monitors have said since that some were lost.
told_of_loss() {
	meet "$C2" 1
	pg tunnel flush >/dev/null
	grep -q lost "$WORK/events" && grep -q lost "$WORK/lines"
}

# all_told WHAT SENT LOST PRINTED
all_told() {
	note "$1: $2 events, $4 printed, $3 said to be lost"
	at_least "$1: lost" "$3" 1000
	is "$1: printed and lost" "$(($3 + $4))" "$2"
}

test_lost_events_are_counted() {
	local monitors
	load_with_roles
	watch events -j
	monitors=$!
	watch lines
	monitors+=" $!"
	meet "$C1" 1
	wait_for 10 grep -q 'tunnel up' "$WORK/lines" || fail "no event"
	# shellcheck disable=SC2086
	kill -STOP $monitors
	overflow
	watch late -j
	# shellcheck disable=SC2086
	kill -CONT $monitors
	wait_for 60 told_of_loss || fail "no loss is reported"
	sleep 2
	# shellcheck disable=SC2086
	kill $monitors %%
	# shellcheck disable=SC2086
	wait $monitors || fail "a monitor ended with $?"
	all_told "JSON" "$(events_sent)" \
		"$(jq -s 'map(select(.event == "lost" and .time).count) | add' \
			"$WORK/events")" \
		"$(jq 'select(.event != "lost").event' "$WORK/events" | wc -l)"
	all_told "text" "$(events_sent)" \
		"$(sed -nE 's/^[0-9:.]+ lost: ([0-9]+) events?$/\1/p' "$WORK/lines" |
			awk '{ n += $1 } END { print +n }')" \
		"$(grep -vc ' lost: ' "$WORK/lines")"
	is "standard error" "$(sort -u "$WORK/lines.err")" \
		"pptpgw: events were lost; the next one will tell how many"
	grep -q tunnel_up "$WORK/late" || fail "the late one saw nothing"
	! grep -q lost "$WORK/late" || fail "who came late lost nothing"
}

# -- what is called how often, by kprobes --------------------------------------

probes_off() {
	echo 0 >/sys/kernel/tracing/events/pgwcost/enable
	echo >/sys/kernel/tracing/kprobe_events
} 2>/dev/null

# probes_on FUNCTION...: count their calls from now on.
probes_on() {
	local function
	[ -e /sys/kernel/tracing/kprobe_profile ] || skip "no kprobes in tracefs"
	trap probes_off EXIT
	for function in "$@"; do
		echo "p:pgwcost/$function $function" >>/sys/kernel/tracing/kprobe_events
	done
	echo 1 >/sys/kernel/tracing/events/pgwcost/enable
}

# calls FUNCTION: so far.
calls() {
	awk -v f="$1" '$1 == f { print $2 + $3 }' \
		/sys/kernel/tracing/kprobe_profile
}

# A stopped monitor, its buffer full; and a tunnel whose events, which come once,
# have all been sent.
test_listener_that_never_reads() {
	local monitor before lost start steered
	load_with_roles
	probes_on pgw_steer pgw_event_send
	watch events -j
	monitor=$!
	kill -STOP "$monitor"
	overflow
	meet "$C1" 1
	send gw -s "$WAN0" -d "$C1" 47 "$GRE_DATA"
	lost=$(netlink_socket "$monitor" 9)
	at_least "events it lost" "$lost" 1000
	at_least "events" "$(calls pgw_event_send)" 30000

	before=$(calls pgw_steer):$(calls pgw_event_send)
	steered=$(json '.[0].steered' tunnel show client "$C1")
	send gw -n 10000 -s "$WAN0" -d "$C1" 47 "$GRE_DATA"
	note "before: $before, after: $(calls pgw_steer):$(calls pgw_event_send)"
	is "replies" "$(calls pgw_steer)" $((${before%:*} + 10000))
	is "steered" "$(json '.[0].steered' tunnel show client "$C1")" \
		$((steered + 10000))
	is "events" "$(calls pgw_event_send)" "${before#*:}"
	is "lost" "$(netlink_socket "$monitor" 9)" "$lost"

	ip -n pgw-gw route del default via 198.51.100.1
	before=$(calls pgw_event_send) start=$SECONDS
	send gw -n 10000 -s "$WAN0" -d "$C1" 47 "$GRE_DATA"
	is "unroutable" "$(value wan0 unroutable_drops)" 10000
	before=$(($(calls pgw_event_send) - before))
	note "events of 10000 unroutable replies: $before"
	at_least "events of unroutable replies" "$before" 1
	at_least "seconds for these" $((SECONDS - start + 2)) "$before"
}

run_tests monitor changed_settings changed_by_name unroutable_and_table_full \
	lost_events_are_counted listener_that_never_reads
