#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# NAT on either side: a server behind DNAT, or behind the gateway without it; two
# clients behind one address.

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/../lib/servers.sh"

test_dnat_without() {
	server_behind_dnat
	dial c1 "$WAN0"
	wait_for 20 leaks || fail "nothing leaked"
	check "there is a tunnel" no_tunnel c1 5
	is "replies by wan0" "$(by wan0)" 0
}

test_dnat_with() {
	server_behind_dnat
	load_with_roles
	tunnel c1 "$WAN0"
	is "leaked" "$(leaked)" 0
	at_least "replies by wan0" "$(by wan0)" 10
	at_least "steered" "$(value wan0 steered)" 10
	is "peers" "$(value wan0 peers)" 1
}

# Without the hook replies leak as without the module.
test_dnat_forward_never() {
	server_behind_dnat
	load_with_roles forward=never
	dial c1 "$WAN0"
	wait_for 20 leaks || fail "nothing leaked"
	is "steered" "$(value wan0 steered)" 0
	is "peers" "$(value wan0 peers)" 0
}

# The FORWARD hook, for which all forwarded packets pay, counts a packet like this.
has_forward_hook() {
	local before
	before=$(value corp0 gre_other)
	send csrv -s "$CSRV" -d 198.51.100.1 47 3001880c0004000100000001
	[ "$(value corp0 gre_other)" -gt "$before" ]
}

has_no_forward_hook() { ! has_forward_hook; }

# Rules come and go while the module is loaded. Before Linux 5.13 defragmentation, which NAT
# asks for, never ends in a namespace, and its hook is taken for NAT.
test_dnat_comes_later() {
	load_with_roles
	sleep 3
	check "hook without NAT" has_no_forward_hook
	server_behind_dnat
	check "hook with NAT" wait_for 3 has_forward_hook
	tunnel c1 "$WAN0"
	is "leaked" "$(leaked)" 0
	at_least "steered" "$(value wan0 steered)" 10
	hang_up c1
	in_ns gw nft delete table ip nat
	if kernel_since 5.13; then
		check "hook without NAT again" wait_for 3 has_no_forward_hook
	else
		sleep 3
		check "hook that stays" has_forward_hook
	fi
}

test_public_server_without() {
	public_server
	dial c1 "$PUBLIC"
	wait_for 20 leaks || fail "nothing leaked"
	check "there is a tunnel" no_tunnel c1 5
}

test_public_server_with() {
	public_server
	load_with_roles forward=always
	tunnel c1 "$PUBLIC"
	is "leaked" "$(leaked)" 0
	at_least "steered" "$(value wan0 steered)" 10
}

# Its client roams to the other uplink while it waits for an answer, which is lost.
test_public_server_roaming_unanswered() {
	public_server
	load_with_roles forward=always
	tunnel c1 "$PUBLIC" --idle-wait 10
	lose_answer "$C1"
	ip -n pgw-isp route replace "$PUBLIC" via "$WAN1"
	wait_for 30 counts wan1 moved 1 || fail "the peer did not move"
	pings c1 || fail "c1: $(tail -n 2 "$WORK/ping") $(tail -n 2 "$WORK/c1.log")"
	is "calls closed" "$(json .calls_closed stats)" 0
}

clients_behind_nat() {
	modprobe -qa nf_nat_pptp nf_conntrack_pptp ||
		skip "this kernel has no conntrack helper for PPTP"
	in_ns nat nft -f - <<-END
		table ip nat {
			ct helper pptp { type "pptp" protocol tcp; }
			chain pre {
				type filter hook prerouting priority 0;
				tcp dport 1723 ct helper set "pptp"
			}
			chain post {
				type nat hook postrouting priority 100;
				oifname eth0 masquerade
			}
		}
	END
	start_pptpd gw
}

test_two_behind_nat_without() {
	clients_behind_nat
	dial n1 "$WAN0"
	dial n2 "$WAN0"
	wait_for 20 leaks || fail "nothing leaked"
	check "n1 has a tunnel" no_tunnel n1 5
	check "n2 has a tunnel" no_tunnel n2 1
}

test_two_behind_nat_with() {
	clients_behind_nat
	load_with_roles
	tunnel n1 "$WAN0"
	tunnel n2 "$WAN0"
	check "n1 still pings" pings n1
	check "n1 is up" up n1
	check "n2 is up" up n2
	is "leaked" "$(leaked)" 0
	is "peers" "$(value wan0 peers)" 1
	is "calls" "$(value wan0 calls_opened)" 2
}

run_tests dnat_without dnat_with dnat_forward_never dnat_comes_later \
	public_server_without public_server_with public_server_roaming_unanswered \
	two_behind_nat_without two_behind_nat_with
