#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# IPsec: the route that a reply gets is subject to policy, as the one was that the
# routing table gave it.

. "$(dirname "$0")/../lib/gateway.sh"

# What arrives encrypted, by either way.
count_encrypted() {
	in_ns isp nft -f - <<-END
		add counter netdev evidence encrypted
		add rule netdev evidence wan0 ip protocol esp counter name encrypted
	END
	in_ns crt nft -f - <<-END
		add counter netdev evidence encrypted
		add rule netdev evidence seen ip protocol esp counter name encrypted
	END
}

# The client is known to come by wan0, which the routing table does not take.
client_meets() {
	load_with_roles
	meet "$C1" 1
	count_encrypted
	is "peers" "$(value wan0 peers)" 1
	send gw -s "$WAN0" -d "$C1" 47 "$GRE_DATA"
	is "in the clear by wan0, without a policy" "$(by wan0 gre)" 1
	reset_evidence
}

# policy [SELECTOR...]: GRE to the client is to be encrypted.
policy() {
	ip -n pgw-gw xfrm policy add dst "$C1" proto gre "$@" dir out tmpl \
		src "$WAN0" dst "$C1" proto esp mode transport
}

# What the policy wants.
give_keys() {
	ip_batch gw <<-END
		xfrm state add src $WAN0 dst $C1 proto esp spi 1 mode transport auth hmac(sha1) 0x0123456789012345678901234567890123456789 enc ecb(cipher_null) ""
	END
}

none_in_the_clear() {
	is "in the clear by wan0" "$(by wan0 gre)" 0
	is "in the clear by corp0" "$(leaked gre)" 0
	is "encrypted by corp0" "$(seen crt encrypted)" 0
}

# The policy binds what leaves by wan0, and has not bound the route before.
binds_the_new_route() {
	local steered dropped
	steered=$(value wan0 steered)
	dropped=$(value wan0 unroutable_drops)
	send gw -n 3 -s "$WAN0" -d "$C1" 47 "$GRE_DATA"
	note "without keys: $(by wan0 gre) in the clear by wan0, $(leaked gre) by corp0"
	none_in_the_clear
	is "encrypted without keys" "$(seen isp encrypted)" 0
	is "unsteerable" "$(value wan0 unsteerable)" 0
	is "dropped" "$(value wan0 unroutable_drops)" $((dropped + 3))

	ip -n pgw-gw xfrm state flush
	give_keys
	send gw -n 3 -s "$WAN0" -d "$C1" 47 "$GRE_DATA"
	none_in_the_clear
	is "encrypted by wan0" "$(seen isp encrypted)" 3
	is "steered" "$(value wan0 steered)" $((steered + 3))
}

test_policy_of_the_uplink() {
	client_meets
	policy dev wan0
	binds_the_new_route
}

test_corporate_side_without_ipsec() {
	client_meets
	in_ns gw sysctl -qw net.ipv4.conf.corp0.disable_xfrm=1 \
		net.ipv4.conf.corp0.disable_policy=1
	ip -n pgw-gw route flush cache
	policy
	binds_the_new_route
}

# Without keys there is no way by the uplink: the setting decides.
test_pass_without_keys() {
	client_meets
	policy dev wan0
	setting wan0 unroutable pass
	send gw -n 3 -s "$WAN0" -d "$C1" 47 "$GRE_DATA"
	is "passed" "$(value wan0 unroutable_passes)" 3
	is "by wan0" "$(by wan0 gre)" 0
	is "by corp0" "$(leaked gre)" 3
}

# Policy forbids, as opposed to having no keys.
test_policy_blocks() {
	client_meets
	ip -n pgw-gw xfrm policy add dst "$C1" proto gre dev wan0 dir out \
		action block
	send gw -n 3 -s "$WAN0" -d "$C1" 47 "$GRE_DATA"
	none_in_the_clear
	is "dropped" "$(value wan0 unroutable_drops)" 3
}

run_tests policy_of_the_uplink corporate_side_without_ipsec \
	pass_without_keys policy_blocks
