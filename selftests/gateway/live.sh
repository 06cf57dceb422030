#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Things that come and go while a tunnel is up: the module, an uplink.

. "$(dirname "$0")/../lib/gateway.sh"

# The control connection is held back until GRE has been steered without it; its
# next echo makes the peer.
test_insmod_under_a_tunnel() {
	ip -n pgw-gw route del default via 10.1.0.1
	start_pptpd gw
	dial c1 "$WAN0" --idle-wait 10
	wait_for 60 up c1 || fail "no tunnel"
	check "ping" pings c1
	in_ns isp nft -f - <<-END
		table ip hold {
			chain forward {
				type filter hook forward priority 0;
				ip saddr $C1 tcp dport 1723 drop
			}
		}
	END
	load_with_roles
	ip -n pgw-gw route add default via 10.1.0.1 metric 100
	check "ping" pings c1
	is "peers" "$(value wan0 peers)" 0
	at_least "steered by address" "$(value wan0 by_address)" 3
	in_ns isp nft delete table ip hold
	wait_for 30 counts wan0 peers 1 || fail "the echo made no peer"
	check "ping" pings c1
	is "leaked" "$(leaked)" 0
}

# The gateway is the initial namespace, where names of the parameters hold.
gateway_is_this_host() {
	[ "${PPTPGW_VM:-}" ] || skip "changes the host's own network: VM only"
	ip netns del pgw-gw
	ip netns attach pgw-gw 1
	sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.ip_forward=1 \
		net.ipv4.conf.default.rp_filter=0
	load internet=wan0,wan1 corporate=corp0
	plug_wan0
	link gw wan1 isp wan1
	link gw corp0 crt gw
	ip -n pgw-isp link set wan1 master br1
	ip -n pgw-crt addr add 10.1.0.1/24 dev gw
	ip addr add "$SHARED"/32 dev lo
	ip_batch gw <<-END
		addr add $WAN1/24 dev wan1
		addr add 10.1.0.2/24 dev corp0
		route add 10.20.0.0/16 via 10.1.0.1
		route add default via 10.1.0.1 metric 100
		route add default via 192.0.2.1 metric 300
	END
	setup_corp_routes
	setup_evidence
	start_pptpd gw
}

# A device that comes back has the MAC address that its neighbours remember.
plug_wan0() {
	link gw wan0 isp wan0
	ip link set wan0 address 02:00:00:00:00:02
	ip -n pgw-isp link set wan0 master br0
	ip addr add "$WAN0"/24 dev wan0
	ip route add default via 198.51.100.1 metric 200
}

# The gateway pings through the tunnel; nobody may see its GRE anywhere.
replies_stop() {
	reset_evidence
	! ping -q -c 10 -i 0.2 -W 1 10.250.0.100 >/dev/null ||
		fail "pings are answered"
	is "leaked" "$(leaked)" 0
	is "replies by wan1" "$(by wan1)" 0
}

test_uplink_down_and_up() {
	gateway_is_this_host
	is "role" "$(value wan0 role)" internet
	tunnel c1 "$SHARED"
	ip link set wan0 down
	replies_stop
	at_least "dropped" "$(value wan0 unroutable_drops)" 10
	ip link set wan0 up
	ip route replace default via 198.51.100.1 metric 200
	wait_for 20 in_ns c1 ping -c 1 -W 1 "$CHOST" || fail "does not resume"
	check "ping" pings c1
	is "leaked" "$(leaked)" 0
}

test_uplink_deleted_and_created() {
	gateway_is_this_host
	tunnel c1 "$SHARED"
	ip link del wan0
	replies_stop
	at_least "dropped" "$(value corp0 unroutable_drops)" 10
	plug_wan0
	is "role" "$(value wan0 role)" internet
	ip -n pgw-isp route replace "$SHARED" via "$WAN0"
	wait_for 20 in_ns c1 ping -c 1 -W 1 "$CHOST" || fail "does not resume"
	check "ping" pings c1
	is "leaked" "$(leaked)" 0
	is "peers" "$(value wan0 peers)" 1
}

# The uplink's settings outlive it.
test_uplink_deleted_pass() {
	gateway_is_this_host
	setting wan0 unroutable pass
	tunnel c1 "$SHARED"
	ip link del wan0
	reset_evidence
	! ping -q -c 5 -i 0.2 -W 1 10.250.0.100 >/dev/null ||
		fail "pings are answered"
	at_least "by corp0" "$(leaked)" 5
	at_least "passed" "$(value corp0 unroutable_passes)" 5
	is "dropped" "$(value corp0 unroutable_drops)" 0
	is "replies by wan1" "$(by wan1)" 0
}

# The only uplink is deleted: replies do not leak while its peers live, and the
# hooks go when the last has expired.
test_last_uplink_deleted() {
	gateway_is_this_host
	echo none >/sys/class/net/wan1/pptpgw/role
	tunnel c1 "$SHARED"
	ip link del wan0
	replies_stop
	at_least "dropped" "$(value corp0 unroutable_drops)" 10
	ip netns pids pgw-c1 | xargs -r kill -9 2>/dev/null || true
	pkill -9 pppd || true
	echo 1 >/sys/module/pptpgw/parameters/peer_timeout
	sleep 1
	wait_for 40 no_reply_is_ours || fail "the hooks stay"
}

# A reply that pptpgw would have to count leaves uncounted.
no_reply_is_ours() {
	local before
	before=$(value corp0 no_ingress)
	send gw -s "$SHARED" -d "$C2" 47 "$GRE_DATA"
	[ "$(value corp0 no_ingress)" = "$before" ]
}

run_tests insmod_under_a_tunnel uplink_down_and_up \
	uplink_deleted_and_created uplink_deleted_pass \
	last_uplink_deleted
