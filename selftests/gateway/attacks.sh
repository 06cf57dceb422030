#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Attacks on a server at the gateway: no packet that anybody can send makes a
# reply leave by an interface that its client does not use, or keeps it out.

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/../lib/servers.sh"
. "$(dirname "$0")/../lib/attacks.sh"

# -- spoofed SYNs ---------------------------------------------------------------

# A corporate host spoofs SYNs of the Internet client; corp0's rp_filter lets
# them pass, as the default route points there.
corporate_spoofs_syns() { # RP_FILTER SERVER
	leaks_end
	in_ns gw sysctl -qw "net.ipv4.conf.corp0.rp_filter=$1"
	attack corp0 chost -s "$C1" -d "$2" -P -c 6 "$TCP_SYN"
	tunnel c1 "$2"
}

nothing_leaked() {
	is "leaked" "$(leaked)" 0
	is "peers of corp0" "$(value corp0 peers)" 0
	is "moved" "$(json .moved stats)" 0
}

test_corporate_syns() {
	start_pptpd gw
	load_with_uplinks wan0
	corporate_spoofs_syns 0 "$WAN0"
	end_attack
	nothing_leaked
}

# For a minute; and there is no event that the attacker made.
test_corporate_syns_strict() {
	local end
	start_pptpd gw
	load_with_roles
	watch events -j
	corporate_spoofs_syns 1 "$WAN0"
	nothing_leaked
	end=$((SECONDS + ATTACK_SECONDS))
	while [ "$SECONDS" -lt "$end" ]; do
		sleep 5
		pings c1 || fail "the tunnel is lost: $(tail -n 2 "$WORK/ping")"
	done
	end_attack
	nothing_leaked
	at_most "events" "$(wc -l <"$WORK/events")" "$ATTACK_SECONDS"
}

test_corporate_syns_loose_shared() {
	share_address
	ip -n pgw-gw route add default via 10.1.0.1 metric 100
	load_with_roles
	corporate_spoofs_syns 2 "$SHARED"
	end_attack
	nothing_leaked
	is "peers of wan0" "$(value wan0 peers)" 1
}

corporate_tunnel() { # SERVER
	dial chost "$1"
	wait_for 60 up chost || fail "no tunnel"
	check "ping" pings chost 10.250.0.1
}

# The Internet spoofs SYNs of a corporate client. It keeps its tunnel, and its
# replies stay inside, now and when it dials again.
test_internet_syns_of_corporate_client() {
	start_pptpd gw
	load_with_roles
	attack wan0 isp -s "$CHOST" -d "$WAN0" -P -c 6 "$TCP_SYN"
	corporate_tunnel "$WAN0"
	end_attack
	is "replies by wan0" "$(by wan0)" 0
	hang_up chost
	corporate_tunnel "$WAN0"
	is "replies by wan0 after the attack" "$(by wan0)" 0
	at_least "left to the routing table" "$(value corp0 not_uplink)" 10
}

# SYNs of the client by the uplink that it does not use, from all ports.
test_half_open_by_other_uplink() {
	share_address
	load_with_roles
	attack_by wan1 -s "$C1" -d "$SHARED" -P -c 6 "$TCP_SYN"
	tunnel c1 "$SHARED"
	end_attack
	is "peers of wan0" "$(value wan0 peers)" 1
	is "peers of wan1" "$(value wan1 peers)" 0
	is "moved" "$(json .moved stats)" 0
}

# The same from one port, which makes fewer requests of the server.
test_half_open_from_one_port() {
	share_address
	load_with_roles
	attack_by wan1 -s "$C1" -d "$SHARED" -c 6 "$TCP_SYN"
	talks_by_wan0 c1 "$SHARED"
	end_attack
}

# -- spoofed GRE and segments of a known client ----------------------------------

# Two packets, 1.3 s apart, after 7 s of silence, of a client at wan0 by wan1
# and of a corporate client by wan0.
test_two_packets_after_silence() {
	local packet
	share_address
	load_with_roles
	tunnel c1 "$SHARED"
	corporate_tunnel 10.1.0.2
	silence c1
	silence chost
	reset_evidence
	sleep 7
	for packet in "47 $GRE_DATA" "47 $GRE_DATA" "-c 6 $TCP_ACK"; do
		# shellcheck disable=SC2086
		by_uplink wan1 -s "$C1" -d "$SHARED" $packet
		# shellcheck disable=SC2086
		by_uplink wan0 -s "$CHOST" -d 10.1.0.2 $packet
		sleep 1.3
	done
	note "moved to wan0: $(value wan0 moved), to wan1: $(value wan1 moved)"
	is "moved" "$(json .moved stats)" 0
	at_least "refused" "$(value wan1 move_refused)" 2
	resume c1
	resume chost
	pings c1 || fail "c1: $(tail -n 2 "$WORK/ping")"
	pings chost 10.250.0.1 || fail "chost: $(tail -n 2 "$WORK/ping")"
	is "moved" "$(json .moved stats)" 0
	is "replies by wan1" "$(by wan1)" 0
}

# From now on c1's traffic is carried by wan1's ISP only.
roam() {
	in_ns isp nft -f - <<-END
		flush chain netdev uplinks wan0
		flush chain netdev uplinks wan1
		add rule netdev uplinks wan0 ip daddr $C1 counter name crossed drop
	END
	ip -n pgw-isp route replace "$SHARED" via "$WAN1"
}

# One packet every 4 s by the old uplink keeps it fresh; the client that has
# roamed is followed all the same, with its next echo.
test_spoofer_holds_roaming_client() {
	local spoofer start
	share_address
	load_with_roles
	tunnel c1 "$SHARED" --idle-wait 3
	bg isp bash -c "while :; do
		$TOOLS/ipsend -l br0,$(mac gw wan0) -s $C1 -d $SHARED 47 $GRE_DATA
		$TOOLS/ipsend -l br0,$(mac gw wan0) -s $C1 -d $SHARED -c 6 $TCP_ACK
		sleep 4
	done"
	spoofer=$!
	roam
	start=$SECONDS
	in_ns c1 ping -q -i 0.2 -w 20 "$CHOST" >"$WORK/ping" 2>&1 &
	wait_for 12 counts wan1 moved 1 || fail "the client is not followed"
	note "followed within $((SECONDS - start)) s"
	sleep 5		# the spoofer's next
	pings c1 || fail "c1: $(tail -n 2 "$WORK/ping")"
	kill -0 "$spoofer" || fail "the spoofer has ended"
	is "moved" "$(json .moved stats)" 1
	is "peers of wan1" "$(value wan1 peers)" 1
}

# This is no attack: an uplink that is dead, or taken down, is left at once.
# The kernel drops what leaves by a link that has just come back, for up to a second
# (net/core/link_watch.c).
test_dead_uplink() {
	share_address
	load_with_roles
	tunnel c1 "$SHARED"
	roam
	ip -n pgw-isp link set wan0 down
	check "ping by wan1" pings c1
	is "moved to wan1" "$(value wan1 moved)" 1
	ip -n pgw-isp link set wan0 up
	ip -n pgw-gw link set wan1 down
	in_ns isp nft flush chain netdev uplinks wan0
	ip -n pgw-isp route replace "$SHARED" via "$WAN0"
	check "link of wan0" wait_for 10 in_ns gw grep -qx up /sys/class/net/wan0/operstate
	check "ping by wan0" pings c1
	is "moved to wan0" "$(value wan0 moved)" 1
}

# -- forged control segments -----------------------------------------------------

# Replies that the server never sent grant calls, from outside, to its port and
# from its port, at a rate of 1,000; they would fill the peer's 128.
test_forged_grants() {
	local id port
	start_pptpd gw
	load_with_uplinks wan0
	check "c1 reaches the server" talks c1 "$WAN0"
	watch events -j
	for ((id = 32768; id < 32896; id += 8)); do
		send isp -s "$C1" -d "$WAN0" -c 6 "$(grants 40000 1723 "$id")"
		send crt -s "$C1" -d "$WAN0" -c 6 "$(grants 40000 1723 "$id")"
	done
	send isp -s "$C1" -d "$WAN0" -c 6 "$(grants 1723 1723 30000)"
	is "calls opened before the call" "$(json .calls_opened stats)" 0
	attack wan0 isp -s "$C1" -d "$WAN0" -P -c 6 "$(grants 40000 1723 31000)"
	tunnel c1 "$WAN0"
	port=$(port_of "$C1" gw)
	send isp -s "$C1" -d "$WAN0" -c 6 "$(grants "$port" 1723 31008)"
	end_attack
	sleep 1
	note "events: $(jq -r .event "$WORK/events" | sort | uniq -c | xargs)"
	is "calls opened" "$(json .calls_opened stats)" 1
	is "calls" "$(json '[.[].calls | length] | add' tunnel show)" 1
	is "events of calls" "$(events call_opened events)" 1
	at_most "events" "$(wc -l <"$WORK/events")" 10
	is "leaked" "$(leaked)" 0
}

# One forged RST or FIN ends no call; the client that hangs up does.
test_forged_end() {
	local port flags
	start_pptpd gw
	load_with_uplinks wan0
	tunnel c1 "$WAN0"
	wait_for 5 counts wan0 calls_opened 1 || fail "no call"
	port=$(port_of "$C1" gw)
	for flags in 04 14 11 19; do
		send isp -s "$C1" -d "$WAN0" -c 6 "$(segment "$port" 1723 "$flags")"
		send crt -s "$C1" -d "$WAN0" -c 6 "$(segment "$port" 1723 "$flags")"
	done
	sleep 1
	is "calls closed" "$(json .calls_closed stats)" 0
	pings c1 || fail "c1: $(tail -n 2 "$WORK/ping")"
	hang_up c1
	wait_for 10 counts wan0 calls_closed 1 || fail "the call stays"
}

# -- addresses of nobody ---------------------------------------------------------

# Broadcast, multicast, zero and loopback are no client's address. Those that
# the kernel does not let in come over lo, from a local user.
test_no_clients_address() {
	local source
	load_with_roles
	for source in 255.255.255.255 224.0.0.1 127.0.0.1; do
		send gw -s "$source" -d 127.0.0.1 -c 6 "$TCP_SYN"
		send gw -s "$source" -d 127.0.0.1 -c 6 "$TCP_ACK"
		send gw -s 127.0.0.1 -d "$source" -c 6 "$TCP_REPLY"
	done
	for source in 255.255.255.255 224.0.0.1 127.0.0.1 0.0.0.0 0.1.2.3; do
		by_uplink wan0 -s "$source" -d "$WAN0" -c 6 "$TCP_SYN"
		by_uplink wan0 -s "$source" -d "$WAN0" -c 6 "$TCP_ACK"
		send gw -s "$WAN0" -d "$source" -c 6 "$TCP_REPLY" || true
	done
	note "peers $(json .peers stats), half-open $(json .half_open stats)"
	is "peers" "$(json .peers stats)" 0
	is "half-open" "$(json .half_open stats)" 0
}

run_tests corporate_syns corporate_syns_strict corporate_syns_loose_shared \
	internet_syns_of_corporate_client half_open_by_other_uplink \
	half_open_from_one_port two_packets_after_silence \
	spoofer_holds_roaming_client dead_uplink forged_grants forged_end \
	no_clients_address
