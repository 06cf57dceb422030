#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two gateways announce one address by BGP to a router that shares the clients between
# them, with the files of Documentation/examples/anycast. Which hash keeps the control
# connection and the GRE of a client together?
#
# vm: --daemons --timeout 2400

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/recipe_lib.sh"
. "$(dirname "$0")/recipe_pair.sh"

export RECIPE_PROGRAMS="bird vtysh"
CLIENTS=60

setup() {
	local ns
	make_topology
	plug_pair
	count_pair
	for ns in $GATEWAYS; do
		ip -n "pgw-$ns" addr add "$SHARED/32" dev lo
		start_pptpd "$ns"
		no_pptpgw "$ns"
	done
	own_pools
	start_router
	announce gw 198.51.100.2
	announce gw2 198.51.100.3
	wait_for 30 shares || fail "the router does not share: $(shared_route)"
}

# gw2 gives its clients other addresses, to which the corporate router has another route.
own_pools() {
	ip -n pgw-crt route add 10.250.0.0/24 via 10.1.0.2
	ip -n pgw-crt route add 10.251.0.0/24 via 10.1.0.3
	sed -i 's/10[.]250/10.251/' "$WORK/pptpd-gw2/conf"
	kill "$(pgrep -x pptpd --ns "$(ip netns pids pgw-gw2 | head -n 1)" --nslist net)"
	bg gw2 pptpd --conf "$WORK/pptpd-gw2/conf" --fg >"$WORK/pptpd-gw2/log" 2>&1
}

start_router() {
	cat >"$WORK/isp.conf" <<-END
		router id 198.51.100.1;
		protocol device { }
		protocol kernel { merge paths on; ipv4 { export where source = RTS_BGP; }; }
		template bgp announcer {
			local 198.51.100.1 as 65000;
			connect delay time 1;
			ipv4 { import all; export none; };
		}
		protocol bgp from announcer { neighbor 198.51.100.2 as 65001; }
		protocol bgp from announcer { neighbor 198.51.100.3 as 65001; }
	END
	bg isp bird -f -c "$WORK/isp.conf" -s "$WORK/isp.ctl" >"$WORK/isp.log" 2>&1
}

announce() { # NS ROUTER-ID
	example "$1" anycast/frr.conf frr/frr.conf
	sed -i "s/router-id .*/router-id $2/" "/etc/netns/pgw-$1/frr/frr.conf"
	start_frr "$1" bgpd
}

shared_route() { ip -n pgw-isp route show "$SHARED"; }

shares() { [ "$(shared_route | grep -c nexthop)" = 2 ]; }

with_pptpgw() {
	local ns
	for ns in $GATEWAYS; do
		default_by_corp0 "$ns"
		example "$ns" anycast/pptpgw.conf pptpgw/pptpgw.conf
		start_pptpgw "$ns"
	done
}

hash_policy() { in_ns isp sysctl -qw "net.ipv4.fib_multipath_hash_policy=$1"; }

# -- which gateway gets what -------------------------------------------------------

# Each gateway notes from which clients it got TCP, and from which GRE, and answers none.
note_clients() {
	local ns
	for ns in $GATEWAYS; do
		in_ns "$ns" nft -f - <<-END
			table ip noted
			delete table ip noted
			table ip noted {
				set with_tcp { type ipv4_addr; flags dynamic; size 1000; }
				set with_gre { type ipv4_addr; flags dynamic; size 1000; }
				chain pre {
					type filter hook prerouting priority -300;
					ip daddr != $SHARED return
					tcp dport 1723 add @with_tcp { ip saddr } drop
					ip protocol gre add @with_gre { ip saddr } drop
				}
			}
		END
	done
}

noted() { # NS SET
	in_ns "$1" nft -j list set ip noted "$2" |
		jq -r '.nftables[] | .set.elem[]?' | sort
}

# GRE of a tunnel without MPPE: what is in it can be read.
GRE_READABLE=3001880b001c000100000001ff030021
GRE_READABLE+=4500001800000000400166cd0afa00640a140002
GRE_READABLE+=0800f7ff

# split_clients GRE: print how many have TCP at one gateway and GRE at the other.
split_clients() {
	local i
	note_clients
	for ((i = 1; i <= CLIENTS; i++)); do
		send c1 -c -s "203.0.113.$((20 + i))" -d "$SHARED" 6 "$TCP_SYN"
		send c1 -s "203.0.113.$((20 + i))" -d "$SHARED" 47 "$1"
	done
	is "clients with TCP" "$({ noted gw with_tcp; noted gw2 with_tcp; } | wc -l)" "$CLIENTS"
	at_least "clients of gw" "$(noted gw with_tcp | wc -l)" $((CLIENTS / 5))
	at_least "clients of gw2" "$(noted gw2 with_tcp | wc -l)" $((CLIENTS / 5))
	comm -12 <(noted gw with_tcp) <(noted gw2 with_gre) >"$WORK/split"
	comm -12 <(noted gw2 with_tcp) <(noted gw with_gre) >>"$WORK/split"
	for ns in $GATEWAYS; do
		in_ns "$ns" nft delete table ip noted
	done
	wc -l <"$WORK/split"
}

# policy NUMBER NAME [GRE]: sets split.
policy() {
	hash_policy "$1"
	split=$(split_clients "${3:-$GRE_DATA}")
	record "anycast, hash policy $1 ($2)" without "$split of $CLIENTS clients are split"
}

# Of what a packet has at layer 3, GRE and TCP of a client have the same.
test_hash_policies() {
	policy 0 "L3"
	is "split by policy 0" "$split" 0
	policy 1 "L4"
	at_least "split by policy 1" "$split" $((CLIENTS / 5))
	policy 2 "inner L3"
	is "split by policy 2" "$split" 0
	policy 2 "inner L3, no MPPE" "$GRE_READABLE"
	at_least "split by policy 2 without MPPE" "$split" $((CLIENTS / 5))
	in_ns isp sysctl -qw net.ipv4.fib_multipath_hash_fields=3
	policy 3 "addresses"
	is "split by policy 3" "$split" 0
}

# -- real clients ----------------------------------------------------------------

default_by_corp0() { ip -n "pgw-$1" route replace default via 10.1.0.1 metric 100; }

test_without() {
	local ns
	for ns in $GATEWAYS; do
		default_by_corp0 "$ns"
		ip -n "pgw-$ns" route add 10.20.0.0/16 via 10.1.0.1
	done
	dial c1 "$SHARED"
	wait_for 30 leaks || fail "nothing leaked"
	check "c1 has a tunnel" no_tunnel c1 5
	record "anycast pair" without "no tunnel, $(leaked) replies leaked"
}

is_over() { works c1 && serves "$1"; }

# fails: the gateway that serves c1 loses its uplink; sets took, the seconds until the other
# one has the client's tunnel.
fails() {
	local began from=gw to=gw2
	! serves gw2 || { from=gw2; to=gw; }
	began=$(milliseconds)
	ip -n pgw-isp link set "$(isp_port "$from")" down
	wait_for 90 is_over "$to" || fail "the client has no tunnel with $to"
	took=$(seconds_since "$began")
}

test_fails_without() {
	local ns
	ip -n pgw-gw route del default via 10.1.0.1
	for ns in $GATEWAYS; do
		ip -n "pgw-$ns" route add 10.20.0.0/16 via 10.1.0.1
	done
	redial c1 "$SHARED"
	wait_for 60 works c1 || fail "no tunnel"
	fails
	record "anycast pair, uplink lost" without "$took s"
}

test_with() {
	with_pptpgw
	redial c1 "$SHARED"
	wait_for 60 works c1 || fail "no tunnel"
	fails
	record "anycast pair, uplink lost" with "$took s"
	is "leaked" "$(leaked)" 0
	record "anycast pair" with "tunnel, 0 replies leaked"
}

run_tests hash_policies without fails_without with
