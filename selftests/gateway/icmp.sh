#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ICMP errors about what a client sent into its tunnel go the tunnel's way; all other
# ICMP goes the routing table's.

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/../lib/servers.sh"

# What the client gets, and what the gateway sends to the corporate router.
count_icmp() {
	in_ns c1 nft -f - <<-END
		table netdev evidence {
			counter errors { }
			chain seen {
				type filter hook ingress device eth0 priority 0;
				ip protocol icmp ip saddr { $WAN0, $WAN1 } counter name errors
			}
		}
	END
	in_ns crt nft -f - <<-END
		add counter netdev evidence errors
		insert rule netdev evidence seen ip protocol icmp ip daddr $C1 counter name errors
	END
}

# The client is met where it comes in by wan1, though no rule of address says so.
client_behind_dnat_meets() {
	dnat_to "$CSRV" wan1 "$WAN1"
	load_with_roles forward=always
	ip -n pgw-isp route replace local "$C1" dev lo
	in_ns isp "$TOOLS/meet" /run/netns/pgw-csrv "$WAN1" "$C1" 1
	ip -n pgw-isp route del local "$C1" dev lo
	is "peers" "$(value wan1 peers)" 1
	count_icmp
}

# reported N: the client gets N errors, the corporate router none.
reported() {
	sleep 1
	note "ICMP: $(seen c1 errors) to the client, $(seen crt errors) by corp0"
	is "ICMP by corp0" "$(seen crt errors)" 0
	is "ICMP that the client gets" "$(seen c1 errors)" "$1"
}

# not_ours N: they go by corp0 as ever.
not_ours() {
	sleep 1
	note "ICMP: $(seen c1 errors) to the client, $(seen crt errors) by corp0"
	is "ICMP by corp0" "$(seen crt errors)" "$1"
}

big_gre() {
	send c1 -D -p 1200 -s "$C1" -d "$1" 47 "$GRE_DATA"
}

test_too_big_for_the_gateway() {
	client_behind_dnat_meets
	ip -n pgw-gw link set corp0 mtu 1000
	big_gre "$WAN1"
	reported 1
}

# The router inside answers what it was sent: the server's address.
test_too_big_for_a_router_inside() {
	client_behind_dnat_meets
	ip -n pgw-crt link set br0 mtu 1000
	big_gre "$WAN1"
	reported 1
}

# reject MATCH: the gateway itself refuses such packets.
reject() {
	in_ns gw nft -f - <<-END
		table ip refuse {
			chain in {
				type filter hook input priority 0;
				$1 reject with icmp type admin-prohibited
			}
		}
	END
}

test_refused_by_the_gateway() {
	load_with_roles
	meet "$C1" 1 "$WAN1"
	count_icmp
	reject "ip protocol { gre, tcp }"
	send c1 -s "$C1" -d "$WAN1" 47 "$GRE_DATA"
	reported 1
	send c1 -c -s "$C1" -d "$WAN1" 6 "$TCP_SYN"
	reported 2
	is "calls" "$(value wan1 calls_opened)" 0
}

# Nothing is known of the client, not even its SYN.
test_refused_unknown_client() {
	load_with_roles
	count_icmp
	reject "tcp dport 1723"
	send c1 -c -s "$C1" -d "$WAN1" 6 "$TCP_SYN"
	reported 1
}

# A client whose server was on the gateway that has failed goes on to send here: it
# notices by the error that nobody knows its call.
test_refused_gre_of_unknown_client() {
	load_with_roles
	count_icmp
	reject "ip protocol gre"
	send c1 -n 3 -r 5 -s "$C1" -d "$WAN1" 47 "$GRE_DATA"
	reported 3
}

# Echoes, and errors about anything else, though the client has a tunnel.
test_other_icmp() {
	load_with_roles
	meet "$C1" 1
	count_icmp
	! in_ns c1 ping -q -c 2 -i 0.3 -W 1 "$WAN0" >/dev/null ||
		fail "echoes are answered by wan0"
	not_ours 2
	send c1 -s "$C1" -d "$WAN0" 17 9c40138900080000
	not_ours 3
	send c1 -s "$C1" -d "$WAN0" 99 00000000
	not_ours 4
	reject "tcp dport 1724"
	send c1 -c -s "$C1" -d "$WAN0" 6 9c4006bc00000001000000005002ffff00000000
	not_ours 5
	is "the client got" "$(seen c1 errors)" 0
}

run_tests too_big_for_the_gateway too_big_for_a_router_inside \
	refused_by_the_gateway refused_unknown_client \
	refused_gre_of_unknown_client other_icmp
