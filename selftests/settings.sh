#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What an interface's settings do to a reply that cannot, or shall not, be
# steered.

. "$(dirname "$0")/lib.sh"

# No default route leads through an uplink.
no_way_out() {
	ip -n pgw-gw route del default via 198.51.100.1
	ip -n pgw-gw route del default via 192.0.2.1
	start_pptpd gw
}

test_unroutable_drop() {
	no_way_out
	load_with_roles
	dial c1 "$WAN0"
	wait_for 20 counts wan0 unroutable_drops 2 || fail "nothing dropped"
	check "there is a tunnel" no_tunnel c1 2
	is "leaked" "$(leaked)" 0
	is "replies by wan0" "$(by wan0)" 0
	is "ARP requests for a client far away" "$(seen isp arped)" 0
}

test_unroutable_pass() {
	no_way_out
	load_with_roles
	setting wan0 unroutable pass
	dial c1 "$WAN0"
	wait_for 20 leaks || fail "nothing passed"
	leaked=$(leaked)
	at_least "counted" "$(value wan0 unroutable_passes)" "$leaked"
	is "dropped" "$(value wan0 unroutable_drops)" 0
}

test_observe() {
	start_pptpd gw
	load_with_roles
	setting wan0 policy observe
	dial c1 "$WAN0"
	wait_for 20 leaks || fail "nothing leaked"
	check "there is a tunnel" no_tunnel c1 3
	is "replies by wan0" "$(by wan0)" 0
	leaked=$(leaked)
	at_least "counted" "$(value wan0 observed_steers)" "$leaked"
	is "steered" "$(value wan0 steered)" 0
	setting wan0 policy enforce
	hang_up c1
	tunnel c1 "$WAN0"
}

test_observe_unroutable() {
	no_way_out
	load_with_roles
	setting wan0 policy observe
	dial c1 "$WAN0"
	wait_for 20 leaks || fail "nothing leaked"
	leaked=$(leaked)
	at_least "counted" "$(value wan0 observed_drops)" "$leaked"
	is "dropped" "$(value wan0 unroutable_drops)" 0
}

# What IPsec encrypts, or discards because it cannot, is not ours. (The raw
# socket's flow has corp0's address, so that is what the state must be for.)
test_ipsec_left_alone() {
	load_with_roles
	send isp -s "$C1" -d "$WAN0" -c 6 "$TCP_ACK"
	ip -n pgw-gw xfrm policy add dst "$C1" dir out tmpl \
		src 10.1.0.2 dst "$C1" proto esp mode transport
	reset_evidence
	send gw -n 3 -s "$WAN0" -d "$C1" 47 "$GRE_DATA"
	is "discarded" "$(value wan0 unsteerable)" 3
	ip_batch gw <<-END
		xfrm state add src 10.1.0.2 dst $C1 proto esp spi 1 mode transport auth hmac(sha1) 0x0123456789012345678901234567890123456789 enc ecb(cipher_null) ""
	END
	send gw -n 3 -s "$WAN0" -d "$C1" 47 "$GRE_DATA"
	is "encrypted" "$(value wan0 unsteerable)" 6
	is "in the clear by wan0" "$(by wan0 gre)" 0
	is "in the clear by corp0" "$(leaked gre)" 0
}

run_tests unroutable_drop unroutable_pass observe observe_unroutable \
	ipsec_left_alone
