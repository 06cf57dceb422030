#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Attacks on a server behind the gateway, by DNAT or with an address of its own,
# and on clients behind it that dial outside.

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/../lib/servers.sh"
. "$(dirname "$0")/../lib/attacks.sh"

# DNAT by both uplinks, of which neither ISP carries the other's traffic.
dnat_by_both_uplinks() {
	server_behind_dnat
	in_ns gw nft add rule ip nat pre iifname wan1 tcp dport 1723 dnat to "$CSRV"
	in_ns isp nft -f - <<-END
		table netdev uplinks {
			chain wan1 {
				type filter hook ingress device wan1 priority 1;
				ip daddr $C1 drop
			}
		}
	END
}

# A segment each way, both from outside, is no handshake.
both_ways_from_outside() { # SERVER LOCAL
	leaks_end
	send isp -s "$C1" -d "$1" -c 6 "$TCP_SYN"
	send isp -s "$C1" -d "$1" -c 6 "$TCP_ACK"
	by_uplink wan0 -s "$2" -d "$C1" -c 6 "$TCP_REPLY"
	by_uplink wan0 -s "$1" -d "$C1" -c 6 "$TCP_REPLY"
	is "learned" "$(json .learned stats)" 0
	is "peers" "$(json .peers stats)" 0
}

test_dnat_without_handshake() {
	server_behind_dnat
	load_with_roles
	sleep 2		# the FORWARD hook has come
	both_ways_from_outside "$WAN0" "$CSRV"
}

test_public_without_handshake() {
	public_server
	load_with_roles forward=always
	both_ways_from_outside "$PUBLIC" "$PUBLIC"
}

# An inside host dials a server outside. Spoofed segments of it from outside do
# not make the gateway send that server's replies back out.
test_inside_client() {
	ip -n pgw-gw route del default via 10.1.0.1
	ip -n pgw-isp route add 10.20.0.0/16 via "$WAN0"
	start_pptpd c1
	load_with_roles forward=always
	attack wan0 isp -s "$CHOST" -d "$C1" -l "br0,$(mac gw wan0)" -P \
		-c 6 "$TCP_SYN"
	dial chost "$C1"
	wait_for 60 up chost || fail "no tunnel"
	check "ping" pings chost 10.250.0.1
	end_attack
	is "steered" "$(json .steered stats)" 0
	is "peers" "$(json .peers stats)" 0
}

# SYNs of the client by the uplink that it does not use. Not from its own port: of two
# connections that DNAT makes the same, conntrack keeps the first.
test_dnat_half_open_by_other_uplink() {
	dnat_by_both_uplinks
	load_with_roles
	sleep 2
	attack wan1 isp -s "$C1" -d "$WAN1" -P -c 6 "$(segment 1024 1723 02)"
	tunnel c1 "$WAN0"
	end_attack
	is "leaked" "$(leaked)" 0
	is "peers of wan0" "$(value wan0 peers)" 1
	is "moved" "$(json .moved stats)" 0
}

test_public_half_open_by_other_uplink() {
	public_server
	load_with_roles forward=always
	attack_by wan1 -s "$C1" -d "$PUBLIC" -P -c 6 "$TCP_SYN"
	talks_by_wan0 c1 "$PUBLIC"
	end_attack
	is "leaked" "$(leaked)" 0
}

# A corporate host spoofs the client; the gateway itself refuses, to the client.
test_dnat_corporate_syns() {
	leaks_end
	server_behind_dnat
	load_with_uplinks wan0
	sleep 2
	attack corp0 chost -s "$C1" -d "$WAN0" -P -c 6 "$TCP_SYN"
	for ((i = 0; i < 3; i++)); do
		check "c1 reaches the server" talks c1 "$WAN0"
	done
	end_attack
	is "leaked" "$(leaked)" 0
	is "moved" "$(json .moved stats)" 0
}

# Two packets of the client by the other uplink, 1.3 s apart, after 7 s of silence.
test_dnat_two_packets_after_silence() {
	dnat_by_both_uplinks
	load_with_roles
	tunnel c1 "$WAN0"
	silence c1
	sleep 7
	send isp -s "$C1" -d "$WAN1" -c 6 "$TCP_ACK"
	sleep 1.3
	send isp -s "$C1" -d "$WAN1" -c 6 "$TCP_ACK"
	is "moved" "$(json .moved stats)" 0
	resume c1
	pings c1 || fail "$(tail -n 2 "$WORK/ping")"
}

# Forged replies that grant calls: to the server's port, and as if from it, by
# either side. Forged ends. The real call is there before, and stays.
test_dnat_forged_segments() {
	local port
	server_behind_dnat
	load_with_roles
	tunnel c1 "$WAN0"
	wait_for 5 counts wan0 calls_opened 1 || fail "no call"
	port=$(port_of "$C1" csrv)
	watch events -j
	send isp -s "$C1" -d "$WAN0" -c 6 "$(grants "$port" 1723 30000)"
	send isp -s "$C1" -d "$WAN0" -c 6 "$(grants 40000 1723 30008)"
	by_uplink wan0 -s "$CSRV" -d "$C1" -c 6 "$(grants 1723 "$port" 30016)"
	by_uplink wan0 -s "$CSRV" -d "$C1" -c 6 "$(grants 1723 40000 30024)"
	send chost -s "$CSRV" -d "$C1" -c 6 "$(grants 1723 "$port" 30032)"
	send isp -s "$C1" -d "$WAN0" -c 6 "$(segment "$port" 1723 04)"
	by_uplink wan0 -s "$CSRV" -d "$C1" -c 6 "$(segment 1723 "$port" 04)"
	by_uplink wan0 -s "$CSRV" -d "$C1" -c 6 "$(segment 1723 "$port" 11)"
	sleep 1
	note "events: $(jq -r .event "$WORK/events" | sort | uniq -c | xargs)"
	is "calls opened" "$(json .calls_opened stats)" 1
	is "calls closed" "$(json .calls_closed stats)" 0
	pings c1 || fail "$(tail -n 2 "$WORK/ping")"
	hang_up c1
	wait_for 10 counts wan0 calls_closed 1 || fail "the call stays"
}

silent_server() {
	in_ns csrv nft -f - <<-END
		table ip silent {
			chain input {
				type filter hook input priority 0;
				tcp dport 1723 drop
			}
		}
	END
}

# An attacker makes a whole handshake, both ends of it from outside, while the server is slow
# to answer. Connection tracking believes him.
test_dnat_forged_handshake() {
	local syn_ack=06bb9c4000001000000000025012ffff00000000
	local ack=9c4006bb00000002000010015010ffff00000000
	server_behind_dnat
	silent_server
	load_with_roles
	sleep 2
	by_uplink wan0 -s "$C1" -d "$WAN0" -c 6 "$TCP_SYN"
	by_uplink wan0 -s "$CSRV" -d "$C1" -c 6 "$syn_ack"
	by_uplink wan0 -n 2 -s "$C1" -d "$WAN0" -c 6 "$ack"
	sleep 1
	is "learned" "$(json .learned stats)" 0
	at_least "half-open" "$(value wan0 half_open)" 3
}

# Forged segments of a silent server to 128 clients. The routing table sends them to the
# corporate router, and that one sends them back, half a second later. The forger knows what
# such a segment is acknowledged by, but is no client.
CLIENTS=203.0.113.0/25

forge() { by_uplink wan0 -n 128 -s "$PUBLIC" -d "$CLIENTS" "$@"; }

acknowledge() { # PORT
	sleep 0.7
	by_uplink wan1 -n 128 -s "$CLIENTS" -d "$PUBLIC" \
		-c 6 "$(printf '%04x06bb00000002000010015010ffff00000000' "$1")"
}

# Between two servers' ports; in fragments, of which some routers make one; to addresses
# inside that nobody has; and amid SYNs, which claim some of what is noted.
test_public_reflected() {
	local syn_ack=06bb9c4000001000000000025012ffff00000000 i
	public_server
	silent_server
	ip -n pgw-crt route add default via 10.1.0.2
	in_ns crt tc qdisc add dev gw root netem delay 500ms
	load_with_roles forward=always
	sleep 2
	forge -c 6 06bb06bb00001000000000025012ffff00000000
	acknowledge 1723
	is "learned by a port" "$(json .learned stats)" 0
	forge -m 6 "${syn_ack::16}"
	send crt -n 128 -s "$PUBLIC" -d "$CLIENTS" -c 6 "$syn_ack"
	acknowledge 40000
	is "learned by fragments" "$(json .learned stats)" 0
	CLIENTS=10.20.99.0/25 forge -c 6 "$syn_ack"
	CLIENTS=10.20.99.0/25 acknowledge 40000
	is "learned by unused addresses inside" "$(json .learned stats)" 0
	attack_by wan0 -s "$C2" -d "$PUBLIC" -P -c 6 "$TCP_SYN"
	for ((i = 0; i < 3; i++)); do
		forge -c 6 "$syn_ack"
		acknowledge 40000
	done
	end_attack
	at_least "reflected" "$(in_ns crt cat /sys/class/net/gw/statistics/tx_packets)" 600
	at_least "half-open" "$(value wan1 half_open)" 500
	is "learned" "$(json .learned stats)" 0
}

# Segments of the server to a client's only port, from outside. Nothing inside can send them
# back, as the default route is an uplink's: the client proves itself all the same.
test_public_forged_all_the_time() {
	local RATE=100
	public_server
	ip -n pgw-gw route del default via 10.1.0.1
	in_ns c1 sysctl -qw net.ipv4.ip_local_port_range="40000 40000"
	in_ns isp nft -f - <<-END
		table netdev forged {
			chain wan0 {
				type filter hook ingress device wan0 priority 2;
				ip saddr $PUBLIC ip ttl 63 drop
			}
		}
	END
	load_with_roles forward=always
	attack_by wan0 -s "$PUBLIC" -d "$C1" -c 6 "$(segment 1723 40000 10)"
	talks c1 "$PUBLIC" || fail "c1 does not reach the server"
	end_attack
	is "learned" "$(json .learned stats)" 1
}

run_tests dnat_without_handshake public_without_handshake inside_client \
	dnat_half_open_by_other_uplink public_half_open_by_other_uplink \
	dnat_corporate_syns dnat_two_packets_after_silence dnat_forged_segments \
	dnat_forged_handshake public_reflected \
	public_forged_all_the_time
