#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The KB's case: a second default route, through the corporate side.

. "$(dirname "$0")/../lib/gateway.sh"

test_second_default_without() {
	start_pptpd gw
	dial c1 "$WAN0"
	wait_for 20 leaks || fail "nothing leaked"
	check "there is a tunnel" no_tunnel c1 5
	is "replies by wan0" "$(by wan0)" 0
	note "$(leaked) replies leaked to the corporate router"
}

test_second_default_with() {
	start_pptpd gw
	load_with_roles
	tunnel c1 "$WAN0"
	is "leaked" "$(leaked)" 0
	at_least "replies by wan0" "$(by wan0)" 10
	is "replies by wan1" "$(by wan1)" 0
	at_least "steered" "$(value wan0 steered)" 10
	is "peers" "$(value wan0 peers)" 1
	is "calls_opened" "$(value wan0 calls_opened)" 1
	is "control_odd" "$(value wan0 control_odd)" 0
	hang_up c1
	wait_for 10 counts wan0 calls_closed 1 || fail "the call stays"
}

# The routes as they should be: pptpgw has nothing to do, and does nothing.
right_default() {
	ip -n pgw-gw route del default via 10.1.0.1
	ip -n pgw-gw route del default via 192.0.2.1
}

test_right_default_without() {
	right_default
	start_pptpd gw
	tunnel c1 "$WAN0"
	is "leaked" "$(leaked)" 0
}

test_right_default_with() {
	right_default
	start_pptpd gw
	load_with_roles
	tunnel c1 "$WAN0"
	is "leaked" "$(leaked)" 0
	is "steered" "$(value wan0 steered)" 0
	at_least "already_right" "$(value wan0 already_right)" 10
}

run_tests second_default_without second_default_with \
	right_default_without right_default_with
