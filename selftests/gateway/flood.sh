#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Floods of unknown clients: they fill no table, and keep no real client out.

. "$(dirname "$0")/../lib/gateway.sh"

N=${SPOOFED:-200000}

TCP_OUTSIDE=9c4006bb7fffffff000000015010ffff00000000

# dial_amid ARG...: a client dials amid such packets, as many as can be sent, or RATE a second.
dial_amid() {
	bg isp "$TOOLS/ipsend" ${RATE:+-r "$RATE"} -n 1000000000 -s 198.18.0.0/15 -d "$WAN0" "$@"
	flood=$!
	tunnel c1 "$WAN0"
	kill "$flood"
	is "peers" "$(value wan0 peers)" 1
}

test_spoofed_syns() {
	start_pptpd gw
	load_with_roles
	send isp -n "$N" -s 198.18.0.0/15 -d "$WAN0" -c 6 "$TCP_SYN"
	at_least "half_open" "$(value wan0 half_open)" "$N"
	is "peers" "$(value wan0 peers)" 0
	is "learned" "$(value wan0 learned)" 0
	is "leaked" "$(leaked)" 0
	dial_amid -c 6 "$TCP_SYN"
}

test_unknown_gre() {
	start_pptpd gw
	load_with_roles
	send isp -n "$N" -s 198.18.0.0/15 -d "$WAN0" 47 "$GRE_DATA"
	at_least "gre_unknown" "$(value wan0 gre_unknown)" "$N"
	is "peers" "$(value wan0 peers)" 0
	dial_amid 47 "$GRE_DATA"
}

# An unknown client that never sees a reply: a SYN, and a segment outside the window,
# which the stack answers with a bare ACK. That proves no handshake.
test_half_open() {
	start_pptpd gw
	load_with_roles
	send isp -n 100 -s 198.18.0.0/24 -d "$WAN0" -c 6 "$TCP_SYN"
	send isp -n 100 -s 198.18.0.0/24 -d "$WAN0" -c 6 "$TCP_OUTSIDE"
	at_least "answers to both" "$(by wan0)" 200
	is "learned" "$(value wan0 learned)" 0
	is "peers" "$(value wan0 peers)" 0
}

run_tests spoofed_syns unknown_gre half_open
