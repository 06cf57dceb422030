#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# HOURS and MINUTES of a gateway's life, or one hour: clients dial and hang up, uplinks go
# down and up, routes change. Each tunnel gets through, no reply leaks, and what the module
# counts as steered or right is what the wires saw.

. "$(dirname "$0")/../lib/gateway.sh"

[ "${HOURS:-}${MINUTES:-}" ] || HOURS=1
LENGTH=$((${HOURS:-0} * 3600 + ${MINUTES:-0} * 60))

# The default routes of the corporate side come and go.
churn_routes() {
	while :; do
		ip -n pgw-gw route replace default via 10.1.0.1 metric 50
		ip -n pgw-gw route replace 10.99.0.0/16 via 10.1.0.1
		sleep 0.5
		ip -n pgw-gw route del default via 10.1.0.1 metric 50
		ip -n pgw-gw route del 10.99.0.0/16 via 10.1.0.1
		sleep 0.5
	done
}

# wan1 is nobody's ingress here.
flap_uplink() {
	while :; do
		ip -n pgw-gw link set wan1 down
		sleep 2
		ip -n pgw-gw link set wan1 up
		ip -n pgw-gw route replace default via 192.0.2.1 metric 300
		sleep 5
	done
}

# one_call CLIENT: a client dials, pings through its tunnel, and hangs up.
one_call() {
	tunnel "$1" "$WAN0"
	hang_up "$1"
}

# Replies that passed: those with a peer. Others are not in the module's counters.
counted() { json '.steered + .already_right' stats; }

test_soak() {
	local end workers=() calls=0
	load_with_roles
	start_pptpd gw
	churn_routes >/dev/null 2>&1 &
	workers+=($!)
	flap_uplink >/dev/null 2>&1 &
	workers+=($!)
	end=$((SECONDS + LENGTH))
	while [ "$SECONDS" -lt "$end" ]; do
		one_call c1
		one_call c2
		calls=$((calls + 2))
		is "leaked replies after $calls calls" "$(leaked)" 0
	done
	kill "${workers[@]}"
	sleep 5
	note "$calls calls; $(by wan0) replies by wan0, $(by wan1) by wan1, $(counted) counted"
	at_least "calls" "$calls" 2
	is "calls opened" "$(json .calls_opened stats)" "$calls"
	is "calls closed" "$(json .calls_closed stats)" "$calls"
	is "replies on the wires" "$(($(by wan0) + $(by wan1)))" "$(counted)"
}

run_tests soak
