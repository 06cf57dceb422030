#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Addresses and places that need no configuration: a renumbered uplink, clients
# on the corporate side, a client on the uplink's own network.

. "$(dirname "$0")/../lib/gateway.sh"

test_renumbered() {
	start_pptpd gw
	load_with_roles
	tunnel c1 "$WAN0"
	hang_up c1
	ip_batch gw <<-END
		addr del $WAN0/24 dev wan0
		addr add 198.51.100.3/24 dev wan0
		route add default via 198.51.100.1 metric 200
	END
	reset_evidence
	tunnel c1 198.51.100.3
	is "leaked" "$(leaked)" 0
	at_least "replies by wan0" "$(by wan0)" 10
	is "peers" "$(value wan0 peers)" 2
}

corporate_tunnels() {
	start_pptpd gw
	dial chost 10.1.0.2
	wait_for 60 up chost || fail "no tunnel to corp0's address"
	check "ping" pings chost 10.250.0.1
	hang_up chost
	dial chost "$WAN0"
	wait_for 60 up chost || fail "no tunnel to wan0's address"
	check "ping" pings chost 10.250.0.1
	is "replies by wan0" "$(by wan0)" 0
}

test_corporate_client_without() { corporate_tunnels; }

test_corporate_client_with() {
	load_with_roles
	corporate_tunnels
	is "steered" "$(value wan0 steered)" 0
	is "dropped" "$(value wan0 unroutable_drops)" 0
	at_least "left to the routing table" "$(value corp0 not_uplink)" 20
}

# What only a default route reaches is an Internet client, wherever its packets come in:
# it is not answered by corp0.
test_far_corporate_client() {
	ip -n pgw-gw route del 10.20.0.0/16
	start_pptpd gw
	load_with_roles
	dial chost "$WAN0"
	wait_for 20 reaches 2 by wan0 || fail "no reply by wan0"
	check "there is a tunnel" no_tunnel chost 5
	is "replies to the corporate side" "$(in_ns crt nft list counter netdev \
		evidence far | sed -n 's/.*packets \([0-9]*\).*/\1/p')" 0
	hang_up chost
	ip -n pgw-gw route add 10.20.0.0/16 via 10.1.0.1
	dial chost "$WAN0"
	wait_for 60 up chost || fail "no tunnel with a route"
}

# A rule sends what is for one host on the ISP's own network to a table of its own, with a
# default route to the corporate side.
stray_route() {
	ip_batch gw <<-END
		route add default via 10.1.0.1 table 100
		rule add to $NEAR lookup 100
	END
	in_ns isp nft -f - <<-END
		table ip routed {
			counter via_gateway { }
			chain seen {
				type filter hook prerouting priority 0;
				ip daddr $NEAR counter name via_gateway
			}
		}
	END
	start_pptpd gw
}

test_on_link_without() {
	stray_route
	dial near "$WAN0"
	wait_for 20 leaks || fail "nothing leaked"
	check "there is a tunnel" no_tunnel near 3
}

test_on_link_with() {
	stray_route
	load_with_roles
	tunnel near "$WAN0"
	is "leaked" "$(leaked)" 0
	at_least "steered" "$(value wan0 steered)" 10
	is "packets via the gateway" "$(in_ns isp nft list counter ip routed \
		via_gateway | sed -n 's/.*packets \([0-9]*\).*/\1/p')" 0
}

run_tests renumbered corporate_client_without corporate_client_with \
	far_corporate_client on_link_without on_link_with
