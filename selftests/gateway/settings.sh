#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What an interface's settings do to a reply that cannot, or shall not, be
# steered.

. "$(dirname "$0")/../lib/gateway.sh"

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

# The only thing that is known of the client's uplink is what its settings were.
ingress_goes() {
	ip -n pgw-crt route del 203.0.113.0/24	# would send them back
	load_with_roles
	meet "$C1" 1
	is "peers" "$(value wan0 peers)" 1
	[ $# = 0 ] || setting wan0 unroutable "$1"
	ip -n pgw-gw link del wan0
	send gw -n 3 -s "$WAN0" -d "$C1" 47 "$GRE_DATA"
	is "right" "$(value corp0 already_right)" 0
	is "steered" "$(value corp0 steered)" 0
	is "replies by wan1" "$(by wan1)" 0
}

test_gone_ingress_drop() {
	ingress_goes
	is "dropped" "$(value corp0 unroutable_drops)" 3
	is "leaked" "$(leaked)" 0
}

test_gone_ingress_pass() {
	ingress_goes pass
	is "passed" "$(value corp0 unroutable_passes)" 3
	is "dropped" "$(value corp0 unroutable_drops)" 0
	is "by corp0" "$(leaked gre)" 3
}

# Routes may be used for a while that are older than the FIB (route.c), but not if
# they lead to nowhere since.
test_gone_ingress_while_routes_change() {
	ip -n pgw-crt route del 203.0.113.0/24	# would send them back
	load_with_roles
	meet "$C1" 1
	setting wan0 unroutable pass
	for n in $(seq 20000); do
		echo "route replace 10.99.0.0/24 via 10.1.0.1 realm $((n % 200 + 1))"
	done >"$WORK/changes"
	bg gw ip -batch "$WORK/changes"
	bg gw "$TOOLS/ipsend" -n 1000000 -s "$WAN0" -d "$C1" 47 "$GRE_DATA"
	sleep 5
	ip -n pgw-gw link del wan0
	sleep 2
	at_least "passed" "$(value corp0 unroutable_passes)" 1
	is "steered" "$(value corp0 steered)" 0
}

# A server's connection, whose route was by the uplink that is gone.
connection_loses_its_ingress() {
	ip -n pgw-gw addr add "$SHARED/32" dev lo
	ip -n pgw-gw route del default via 10.1.0.1
	load_with_roles
	[ $# = 0 ] || setting wan0 unroutable "$1"
	bg gw socat TCP-LISTEN:1723,reuseaddr "SYSTEM:
		echo one; until [ -e $WORK/go ]; do sleep 0.1; done; echo two; sleep 30"
	wait_for 10 listens gw || fail "socat does not listen"
	bg c1 socat -u "TCP:$SHARED:1723" "OPEN:$WORK/heard,creat"
	wait_for 10 grep -q one "$WORK/heard" || fail "the client hears nothing"
	wait_for 10 counts wan0 peers 1 || fail "no peer"
	ip -n pgw-gw link del wan0
	ip -n pgw-gw route add default via 10.1.0.1 metric 100
	touch "$WORK/go"
}

test_gone_ingress_of_a_connection() {
	connection_loses_its_ingress
	wait_for 20 counts corp0 unroutable_drops 2 || fail "nothing dropped"
	is "leaked" "$(leaked)" 0
	is "right" "$(value corp0 already_right)" 0
}

test_gone_ingress_of_a_connection_pass() {
	connection_loses_its_ingress pass
	wait_for 20 counts corp0 unroutable_passes 2 || fail "nothing passed"
	at_least "by corp0" "$(leaked)" 2
	is "dropped" "$(value corp0 unroutable_drops)" 0
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
	gone_ingress_drop gone_ingress_pass gone_ingress_while_routes_change \
	gone_ingress_of_a_connection gone_ingress_of_a_connection_pass \
	ipsec_left_alone
