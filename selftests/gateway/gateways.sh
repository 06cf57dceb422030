#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two gateways behind one uplink: each client's replies go to the gateway, and in the
# sizes, that its own route says, though most clients have the same.

. "$(dirname "$0")/../lib/gateway.sh"

CLIENTS=198.18.0.0/27
SOME=198.18.0.8/29

count_near() {
	in_ns near nft -f - <<-END
		table netdev evidence {
			counter replies { }
			chain seen {
				type filter hook ingress device eth0 priority 0;
				ip protocol gre counter name replies
			}
		}
	END
}

# shared_by ROUTE...: replies to 80 clients, by a default route of two next hops behind
# wan0, of which the other one has three times the weight; a client keeps its own.
shared_by() {
	local got
	count_near
	ip -n pgw-gw route del default via 198.51.100.1
	ip -n pgw-gw route add default metric 200 "$@"
	load_with_roles
	meet 198.18.0.0/24 80
	send gw -n 80 -s "$WAN0" -d 198.18.0.0/24 47 "$GRE_DATA"
	got=$(seen near replies)
	note "$got of 80 by the other gateway"
	at_least "by the other gateway" "$got" 40
	at_least "by the first" $((80 - got)) 5
	send gw -n 240 -s "$WAN0" -d 198.18.0.0/24 47 "$GRE_DATA"
	at_least "again, of 256 addresses, the same" "$(seen near replies)" $((got * 2))
	is "leaked" "$(leaked gre)" 0
	# No route holds the device.
	ip -n pgw-isp link del wan0
	wait_for 10 uplink_is_gone || fail "wan0 stays"
}

uplink_is_gone() { ! ip -n pgw-gw link show wan0; }

test_two_gateways() {
	shared_by nexthop via 198.51.100.1 dev wan0 weight 1 \
		nexthop via "$NEAR" dev wan0 weight 3
}

test_nexthop_group() {
	ip_batch gw <<-END
		nexthop add id 1 via 198.51.100.1 dev wan0
		nexthop add id 2 via $NEAR dev wan0
		nexthop add id 3 group 1,1/2,3
	END
	shared_by nhid 3
}

answer_all() { send gw -n 32 -s "$WAN0" -d "$CLIENTS" 47 "$GRE_DATA"; }

# All have the default route by the first gateway.
meet_all() {
	count_near
	load_with_roles
	meet "$CLIENTS" 32
	answer_all
	is "by the other gateway" "$(seen near replies)" 0
	sleep 1
}

# some_by_near N: replies to all, of which N take the other gateway.
some_by_near() {
	local before
	before=$(seen near replies)
	answer_all
	is "by the other gateway" $(($(seen near replies) - before)) "$1"
	is "leaked" "$(leaked gre)" 0
	sleep 1
}

test_more_specific_route() {
	meet_all
	ip_batch gw <<-END
		route add $SOME via 192.0.2.1 metric 10
		route add $SOME via $NEAR metric 20
	END
	some_by_near 8
	ip -n pgw-gw route del "$SOME" via "$NEAR"
	ip -n pgw-gw route del "$SOME" via 192.0.2.1
	some_by_near 0
}

# Half of the Internet is like a default route.
test_half_of_the_internet() {
	meet_all
	ip_batch gw <<-END
		route add 128.0.0.0/1 via 10.1.0.1 metric 10
		route add 128.0.0.0/1 via $NEAR metric 20
	END
	some_by_near 32
}

test_rule_for_some() {
	meet_all
	ip_batch gw <<-END
		route add default via 10.1.0.1 table 100 metric 10
		route add default via $NEAR table 100 metric 20
		rule add to $SOME lookup 100
	END
	some_by_near 8
	ip -n pgw-gw rule del to "$SOME" lookup 100
	some_by_near 0
}

# Without any rule of an administrator's, the table default is asked after main.
test_table_default() {
	ip_batch gw <<-END
		route del default via 198.51.100.1
		route add default via 198.51.100.1 table default
	END
	meet_all
	ip -n pgw-gw route add "$SOME" via "$NEAR" table default
	some_by_near 8
}

# Beyond the ISP there is a link to one client that takes no more than 600 bytes. A socket
# of the gateway's, bound to wan0, makes the kernel learn that.
learn_mtu() {
	ip -n pgw-isp route add 198.18.0.9 via 203.0.113.10 mtu 600
	{ head -c 1000 /dev/zero; sleep 1; } | in_ns gw socat -u STDIN \
		"UDP4:198.18.0.9:9,bind=$WAN0,so-bindtodevice=wan0" || true
	ip -n pgw-gw route get 198.18.0.9 oif wan0 | grep -q 'mtu 600' ||
		fail "the kernel has learned no MTU"
}

count_fragments() {
	in_ns isp nft -f - <<-END
		table netdev cut {
			counter some { }
			counter others { }
			chain seen {
				type filter hook ingress device wan0 priority 0;
				ip frag-off & 0x3fff == 0 return
				ip daddr 198.18.0.9 counter name some return
				counter name others
			}
		}
	END
}

# cut_for_one: large replies to all, of which those to one client are cut in two.
cut_for_one() {
	local before
	before=$(nft_packets isp cut some)
	send gw -n 32 -p 800 -s "$WAN0" -d "$CLIENTS" 47 "$GRE_DATA"
	is "fragments" $(($(nft_packets isp cut some) - before)) 2
	is "fragments of others" "$(nft_packets isp cut others)" 0
	is "leaked" "$(leaked gre)" 0
	sleep 1
}

test_mtu_of_one() {
	meet_all
	count_fragments
	learn_mtu
	cut_for_one
	# All routes are stale now; the first client's is looked up first.
	ip -n pgw-gw route add 10.99.0.0/24 via 10.1.0.1
	cut_for_one
}

run_tests two_gateways nexthop_group more_specific_route half_of_the_internet \
	rule_for_some table_default mtu_of_one
