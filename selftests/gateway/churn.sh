#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Routes of the corporate side that come and go without end, as a routing daemon may
# have it. Each change makes all cached routes stale; pptpgw follows them with holds
# of up to a second.

. "$(dirname "$0")/../lib/gateway.sh"

# More changes than a thousand a second, for so long that holds are at their longest.
churn() {
	# shellcheck disable=SC2016
	bg gw bash -c 'while :; do
		echo "route replace 10.30.0.0/24 via 10.1.0.1"
		echo "route del 10.30.0.0/24 via 10.1.0.1"
	done | ip -batch -'
	sleep 4
}

end_churn() { pkill -f 'ip -batch -' || true; }

test_churn_without() {
	start_pptpd gw
	churn
	dial c1 "$WAN0"
	wait_for 20 leaks || fail "nothing leaked"
	check "there is a tunnel" no_tunnel c1 5
	end_churn
}

tunnel_amid_churn() {
	start_pptpd gw
	load_with_roles
	tunnel c1 "$WAN0"
	churn
	bg c1 ping -q -i 0.02 10.250.0.1 >/dev/null
}

test_churn_with() {
	tunnel_amid_churn
	check "pings" pings c1
	is "leaked" "$(leaked)" 0
	is "dropped" "$(value wan0 unroutable_drops)" 0
	at_least "steered" "$(value wan0 steered)" 50
	end_churn
}

# The uplink's route goes, and its tunnel fails closed.
test_churn_route_deleted() {
	tunnel_amid_churn
	ip -n pgw-gw route del default via 198.51.100.1
	wait_for 3 counts wan0 unroutable_drops 1 || fail "nothing dropped"
	sleep 1
	reset_evidence
	sleep 1
	is "replies by wan0" "$(by wan0)" 0
	is "leaked" "$(leaked)" 0
	end_churn
}

near_got() { in_ns near cat /sys/class/net/eth0/statistics/rx_packets; }

# A better route through the uplink comes, by another gateway; the routing table still
# prefers the corporate side.
test_churn_better_route() {
	tunnel_amid_churn
	ip -n pgw-gw route add default via "$NEAR" metric 150
	sleep 1.5
	before=$(near_got)
	sleep 1
	at_least "replies by the other gateway" $(($(near_got) - before)) 10
	is "leaked" "$(leaked)" 0
	end_churn
}

run_tests churn_without churn_with churn_route_deleted churn_better_route
