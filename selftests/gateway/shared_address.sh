#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# One public address on lo, served by two uplinks: each client is answered by
# the uplink it came in by; one that roams is followed; a spoofed packet is not.

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/../lib/servers.sh"

test_shared_address_without() {
	share_address
	tunnel c1 "$SHARED"
	dial c2 "$SHARED"
	wait_for 20 reaches 1 crossed || fail "no reply took the wrong uplink"
	check "c2 has a tunnel" no_tunnel c2 5
	is "replies by wan1" "$(by wan1)" 0
}

test_shared_address_with() {
	share_address
	load_with_roles
	tunnel c1 "$SHARED"
	tunnel c2 "$SHARED"
	pings c1
	is "replies by the wrong uplink" "$(crossed)" 0
	is "leaked" "$(leaked)" 0
	is "peers of wan0" "$(value wan0 peers)" 1
	is "peers of wan1" "$(value wan1 peers)" 1
	at_least "steered to wan1" "$(value wan1 steered)" 10
	at_least "already right" "$(value wan0 already_right)" 10
}

# It is followed with the first segment by the new uplink that proves it: the client's
# next echo, which it sends after three seconds without another.
test_roaming() {
	share_address
	load_with_roles
	tunnel c1 "$SHARED" --idle-wait 3
	in_ns isp nft delete table netdev uplinks
	reset_evidence
	ip -n pgw-isp route replace "$SHARED" via "$WAN1"
	in_ns c1 ping -q -i 0.2 -w 40 "$CHOST" >"$WORK/ping" 2>&1 &
	wait_for 30 counts wan1 moved 1 || fail "the peer did not move"
	at_least "packets by the new uplink before one proved it" \
		"$(value wan1 move_refused)" 1
	reset_evidence
	pings c1
	is "replies by wan0" "$(by wan0)" 0
	at_least "replies by wan1" "$(by wan1)" 3
	is "peers of wan0" "$(value wan0 peers)" 0
	is "peers of wan1" "$(value wan1 peers)" 1
}

# The last segment by the old uplink came, but the answer is lost: the client cannot go on
# before it has the answer, and proves itself by repeating the segment.
test_roaming_unanswered() {
	share_address
	load_with_roles
	tunnel c1 "$SHARED" --idle-wait 10
	in_ns isp nft delete table netdev uplinks
	lose_answer "$C1"
	ip -n pgw-isp route replace "$SHARED" via "$WAN1"
	wait_for 30 counts wan1 moved 1 || fail "the peer did not move"
	pings c1 || fail "c1: $(tail -n 2 "$WORK/ping") $(tail -n 2 "$WORK/c1.log")"
	is "calls closed" "$(json .calls_closed stats)" 0
}

test_spoofed_packet() {
	share_address
	load_with_roles
	tunnel c1 "$SHARED"
	in_ns c1 ping -q -i 0.2 -w 30 "$CHOST" >"$WORK/ping" 2>&1 &
	sleep 1
	send isp -s "$C1" -d "$SHARED" -l "br1,$(mac gw wan1)" 47 "$GRE_DATA"
	send isp -s "$C1" -d "$SHARED" -l "br1,$(mac gw wan1)" -c 6 "$TCP_ACK"
	wait_for 5 counts wan1 move_refused 2 || fail "the packets did not come"
	pings c1
	is "moved" "$(value wan1 moved)" 0
	is "replies by wan1" "$(by wan1)" 0
	is "peers of wan0" "$(value wan0 peers)" 1
}

# Nor does it when the client happens to be silent for long.
test_spoofed_packet_when_silent() {
	share_address
	load_with_roles
	tunnel c1 "$SHARED"
	ip netns pids pgw-c1 | xargs kill -STOP || true
	sleep 7
	send isp -s "$C1" -d "$SHARED" -l "br1,$(mac gw wan1)" 47 "$GRE_DATA"
	wait_for 5 counts wan1 move_refused 1 || fail "the packet did not come"
	ip netns pids pgw-c1 | xargs kill -CONT || true
	pings c1
	is "moved" "$(value wan1 moved)" 0
	is "replies by wan1" "$(by wan1)" 0
}

# A client of an uplink cannot be moved to the corporate side, ever.
test_spoofed_on_corporate_side() {
	load_with_roles
	meet "$C1" 1
	ip -n pgw-isp link set wan0 down
	for ((i = 0; i < 8; i++)); do
		send crt -s "$C1" -d "$WAN0" 47 "$GRE_DATA"
		sleep 1
	done
	is "refused" "$(value corp0 move_refused)" 8
	is "moved" "$(value corp0 moved)" 0
	send gw -s "$WAN0" -d "$C1" 47 "$GRE_DATA"
	is "leaked" "$(leaked)" 0
}

# What the firewall drops teaches nothing.
test_firewalled_packet() {
	share_address
	load_with_roles
	in_ns gw nft -f - <<-END
		table ip firewall {
			chain input {
				type filter hook input priority 0;
				iifname wan1 counter drop
			}
		}
	END
	send isp -n 5 -s "$C1" -d "$SHARED" -l "br1,$(mac gw wan1)" -c 6 "$TCP_SYN"
	send isp -n 5 -s "$C2" -d "$SHARED" -l "br0,$(mac gw wan0)" -c 6 "$TCP_SYN"
	wait_for 5 counts wan0 half_open 5 || fail "nothing was learned at wan0"
	is "half_open" "$(value wan1 half_open)" 0
	tunnel c1 "$SHARED"
	is "replies by wan1" "$(by wan1)" 0
}

run_tests shared_address_without shared_address_with roaming roaming_unanswered \
	spoofed_packet spoofed_packet_when_silent spoofed_on_corporate_side \
	firewalled_packet
