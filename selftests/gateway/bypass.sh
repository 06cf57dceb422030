#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What takes the replies of a server behind the gateway past the FORWARD hook, and how
# that is prevented: ICMP redirects, and flowtables.

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/../lib/servers.sh"

# -- ICMP redirects --------------------------------------------------------------

ONLINK=10.1.0.3
PUBLIC=192.0.2.200

# The server is on the link between the gateway and the corporate router, the gateway
# its default route; and it listens to redirects. Its address is its own: NAT withholds
# redirects that are about connections which it translates. The router, whose address
# moves, has no way to the clients.
server_on_the_link() {
	ip_batch crt <<-END
		link add corp type bridge
		addr del 10.1.0.1/24 dev gw
		addr add 10.1.0.1/24 dev corp
		link set gw master corp
		link set csrv nomaster
		link set csrv master corp
		link set corp up
	END
	ip_batch csrv <<-END
		addr flush dev eth0
		addr add $ONLINK/24 dev eth0
		route add default via 10.1.0.2
		route add 10.20.0.0/24 via 10.1.0.1
	END
	ip -n pgw-crt route add 10.250.0.0/24 via "$ONLINK"
	in_ns csrv sysctl -qw net.ipv4.conf.all.accept_redirects=1 \
		net.ipv4.conf.eth0.accept_redirects=1
	in_ns crt nft -f - <<-END
		table netdev past {
			counter replies { }
			chain seen {
				type filter hook ingress device csrv priority 0;
				ether daddr != $(mac crt corp) return
				ip daddr 203.0.113.0/24 counter name replies
			}
		}
	END
	ip -n pgw-csrv addr add "$PUBLIC/32" dev eth0
	ip -n pgw-gw route add "$PUBLIC" dev corp0
	ip -n pgw-isp route add "$PUBLIC" via "$WAN0"
	start_pptpd csrv
}

# Replies that the server sent past the gateway.
past() { nft_packets crt past replies; }

is_redirected() { [ "$(past)" -gt 0 ]; }

# The gateway's default route points to the corporate router, so the kernel tells the
# server to go there itself, before the FORWARD hook.
test_redirects_with() {
	server_on_the_link
	load_with_roles forward=always
	in_ns gw sysctl -qw net.ipv4.conf.all.send_redirects=1
	dial c1 "$PUBLIC"
	wait_for 20 is_redirected || fail "the server is not redirected"
	in_ns csrv ip route get "$C1" | sed 's/^/# /'
	check "there is a tunnel" no_tunnel c1 5
}

# As doctor has it.
test_redirects_without() {
	server_on_the_link
	load_with_roles forward=always
	in_ns gw sysctl -qw net.ipv4.conf.all.send_redirects=1
	sends_redirects || fail "doctor does not find it"
	in_ns gw "$PPTPGW" -j doctor >"$WORK/doctor" || true
	jq -r '.[] | select(.id == "send-redirects").fix' "$WORK/doctor" \
		>"$WORK/fix"
	sed 's/^/# /' "$WORK/fix"
	in_ns gw sh -e "$WORK/fix"
	! sends_redirects || fail "doctor finds it still"
	tunnel c1 "$PUBLIC"
	is "replies past the gateway" "$(past)" 0
	is "leaked" "$(leaked)" 0
}

sends_redirects() {
	in_ns gw "$PPTPGW" -j doctor | jq -e 'any(.id == "send-redirects")' >/dev/null
}

# -- flowtables --------------------------------------------------------------------

# flowtable MATCH: what matches is not for the FORWARD hook once its connection is up,
# until it has been silent for two seconds.
flowtable() {
	in_ns gw nft -f - <<-END || skip "this kernel has no flowtables"
		table ip fast {
			flowtable flows {
				hook ingress priority 0; devices = { wan0, corp0 };
			}
			chain forward {
				type filter hook forward priority 0;
				$1 flow add @flows
			}
		}
	END
	in_ns gw sysctl -qw net.netfilter.nf_flowtable_tcp_timeout=2
}

flows() { in_ns gw conntrack -L -p tcp 2>/dev/null | grep -c OFFLOAD; }

no_flows() { [ "$(flows)" = 0 ]; }

# A server that hears a line, is silent until its connection has left the flowtable, and
# then says three lines, a second apart.
server_breaks_the_silence() {
	dnat_to "$CSRV"
	load_with_roles
	flowtable "$1"
	bg csrv socat TCP-LISTEN:1723,reuseaddr "SYSTEM:
		read line; until [ -e $WORK/go ]; do sleep 0.1; done
		for line in one two three; do echo \$line; sleep 1; done; sleep 60"
	wait_for 10 listens csrv || fail "socat does not listen"
	bg c1 bash -c "(echo hello; sleep 60) |
		socat - TCP:$WAN0:1723 >$WORK/heard"
	wait_for 10 counts wan0 steered 1 || fail "no connection"
	sleep 2
	wait_for 20 no_flows || fail "the flow does not expire"
	is "leaked before" "$(leaked)" 0
	touch "$WORK/go"
	sleep 8
	note "leaked: $(leaked); heard: $(xargs <"$WORK/heard")"
}

# It is put back into the flowtable with the routing table's route, and what follows
# does not pass FORWARD.
test_flowtable_of_all() {
	server_breaks_the_silence "ip protocol tcp"
	at_least "leaked" "$(leaked)" 1
	! grep -q three "$WORK/heard" || fail "the client hears all"
}

# As Documentation/pptpgw.rst has it.
test_flowtable_without_pptp() {
	server_breaks_the_silence "meta l4proto tcp ct original proto-dst != 1723"
	is "leaked" "$(leaked)" 0
	is "heard" "$(xargs <"$WORK/heard")" "one two three"
}

# GRE is no business of a flowtable.
test_flowtable_and_a_tunnel() {
	server_behind_dnat
	load_with_roles
	flowtable "meta l4proto != tcp"
	tunnel c1 "$WAN0"
	is "leaked" "$(leaked)" 0
	at_least "steered" "$(value wan0 steered)" 10
	is "calls" "$(value wan0 calls_opened)" 1
	is "flows" "$(in_ns gw conntrack -L -p gre 2>/dev/null | grep -c OFFLOAD)" 0
}

run_tests redirects_with redirects_without flowtable_of_all \
	flowtable_without_pptp flowtable_and_a_tunnel
