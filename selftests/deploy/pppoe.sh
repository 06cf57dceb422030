#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Uplinks by PPPoE, with the files of Documentation/examples/pppoe: the ISP's access
# concentrator is rp-pppoe's server. It ends a session, gives another address, and serves
# two uplinks with one address of its own.
#
# vm: --daemons --timeout 2400

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/recipe_lib.sh"

export RECIPE_PROGRAMS="pppoe-server socat"
export GATEWAYS=gw
CONCENTRATOR=198.51.100.1

# -- the ISP -------------------------------------------------------------------

# own_ppp NS: an /etc/ppp of its own, with the secrets of both sides.
own_ppp() {
	local dir=/etc/netns/pgw-$1/ppp
	write_secrets
	mkdir -p "/etc/netns/pgw-$1"
	rm -rf "$dir"
	cp -a /etc/ppp "$dir"
	echo 'gateway@isp.example * uplink *' >>"$dir/chap-secrets"
}

# concentrator BRIDGE FIRST SESSIONS: it gives out addresses from FIRST on.
concentrator() {
	bg isp pppoe-server -F -I "$1" -L "$CONCENTRATOR" -R "$2" -N "$3" \
		-X "$WORK/server-$1.pid" >"$WORK/server-$1.log" 2>&1
}

# The ISP accepts from each session only the address that it gave.
setup_access() {
	own_ppp isp
	printf '%s\n' require-chap "name isp" "mtu 1492" "mru 1492" lcp-echo-interval=0 |
		sed 's/=/ /' >/etc/netns/pgw-isp/ppp/pppoe-server-options
	ip_batch isp <<-END
		addr flush dev br0
		addr flush dev br1
		addr add $CONCENTRATOR/32 dev lo
	END
	in_ns isp sysctl -qw net.ipv4.conf.default.rp_filter=1
}

# What comes out of a session for a client, and what of that in pieces.
count_sessions() {
	in_ns isp nft -f - <<-END
		table ip sessions {
			counter from_first { }
			counter from_second { }
			counter pieces { }
			chain seen {
				type filter hook prerouting priority -450;
				iifname != "ppp*" return
				ip daddr != { $C1, $C2 } return
				ip frag-off & 0x3fff != 0 counter name pieces
				ip saddr 198.51.100.100-198.51.100.199 counter name from_first
				ip saddr 198.51.100.200-198.51.100.250 counter name from_second
			}
		}
	END
}

sessions() {
	in_ns isp nft list counter ip sessions "$1" | sed -n 's/.*packets \([0-9]*\).*/\1/p'
}

# -- the gateway ---------------------------------------------------------------

setup() {
	make_topology
	modprobe -a pppoe || true
	setup_access
	count_sessions
	ip_batch gw <<-END
		addr flush dev wan0
		addr flush dev wan1
		route del 10.20.0.0/16
	END
	own_ppp gw
	example gw pppoe/pptpd-options ppp/pptpd-options
	example gw pppoe/pptpgw-role ppp/ip-pre-up.d/pptpgw-role
	example gw pppoe/uplink0 ppp/peers/uplink0
	example gw pppoe/uplink1 ppp/peers/uplink1
	no_pptpgw gw
	start_pptpd gw "file /etc/ppp/pptpd-options"
}

with_pptpgw() {
	without=
	example gw pppoe/pptpgw.conf pptpgw/pptpgw.conf
	start_pptpgw gw
}

without_pptpgw() {
	without=yes
	ip -n pgw-gw route add 10.20.0.0/16 via 10.1.0.1
}

default_by_uplinks() { ip -n pgw-gw route del default via 10.1.0.1; }

# As Debian's ifupdown runs it; the log is the test's. Without pptpgw, the default route is
# pppd's to add.
call_uplink() {
	# shellcheck disable=SC2086
	bg gw pppd call "$1" ${without:+defaultroute} logfile "$WORK/$1.log" debug \
		>"$WORK/$1.out" 2>&1
}

address_of() {
	ip -n pgw-gw -4 -o addr show dev "$1" up 2>/dev/null | sed -n 's/.* inet \([0-9.]*\) .*/\1/p'
}

has_address() { [ -n "$(address_of "$1")" ] && [ "$(address_of "$1")" != "${2:-}" ]; }

index_of() { in_ns gw cat "/sys/class/net/$1/ifindex"; }

has_default() { ip -n pgw-gw route show default | grep -q " dev $1 "; }

is_ready() { has_address "$1" "${2:-}" && { [ -n "$without" ] || has_default "$1"; }; }

dial_uplink() { # UPLINK [NOT-ADDRESS]
	call_uplink "$1"
	wait_for 60 is_ready "$1" || fail "$1 does not come"
}

# The ISP ends all sessions.
end_sessions() {
	local pid
	for pid in $(ip netns pids pgw-isp); do
		[ "$(cat "/proc/$pid/comm" 2>/dev/null)" != pppd ] || kill "$pid"
	done
}

# -- tests ---------------------------------------------------------------------

test_without() {
	without_pptpgw
	concentrator br0 198.51.100.100 1
	dial_uplink uplink0
	dial c1 "$(address_of uplink0)"
	wait_for 30 leaks || fail "nothing leaked"
	check "c1 has a tunnel" no_tunnel c1 5
	record "PPPoE uplink" without "no tunnel, $(leaked) replies leaked"
}

is_back() { [ "$(index_of uplink0)" != "$before" ] && works c1; }

# session_ends: sets took, the seconds until the client, which redials, works again.
session_ends() {
	local before began
	before=$(index_of uplink0)
	end_sessions
	began=$(milliseconds)
	wait_for 120 is_back || fail "no tunnel after the session ended"
	took=$(seconds_since "$began")
}

# So long it takes with the right default route alone.
test_session_ends_without() {
	without_pptpgw
	default_by_uplinks
	concentrator br0 198.51.100.100 1
	dial_uplink uplink0
	redial c1 "$(address_of uplink0)"
	wait_for 60 works c1 || fail "no tunnel"
	session_ends
	record "PPPoE session ends" without "$took s"
}

test_with() {
	with_pptpgw
	concentrator br0 198.51.100.100 1
	dial_uplink uplink0
	redial c1 "$(address_of uplink0)"
	wait_for 60 works c1 || fail "no tunnel"
	session_ends
	record "PPPoE session ends" with "$took s"
	is "role" "$(value uplink0 role)" internet
	is "leaked" "$(leaked)" 0
	at_least "replies by the session" "$(sessions from_first)" 20
	record "PPPoE uplink" with "tunnel, 0 replies leaked"
}

# That of a client which could not hang up stays for a while.
roles_of_tunnels() {
	local dev
	for dev in $(tunnel_device gw); do
		value "$dev" role
	done | sort -u
}

test_renumbered() {
	local first second
	with_pptpgw
	concentrator br0 198.51.100.100 8
	dial_uplink uplink0
	first=$(address_of uplink0)
	tunnel c1 "$first"
	is "role of clients' tunnels" "$(roles_of_tunnels)" none
	end_sessions
	wait_for 60 is_ready uplink0 "$first" || fail "no other address"
	hang_up c1
	second=$(address_of uplink0)
	note "$first, then $second"
	tunnel c1 "$second"
	is "role" "$(value uplink0 role)" internet
	is "role of clients' tunnels" "$(roles_of_tunnels)" none
	is "leaked" "$(leaked)" 0
}

# -- sizes ---------------------------------------------------------------------

# pings_of FROM SIZE TO: with DF, a packet of SIZE bytes.
pings_of() { in_ns "$1" ping -M "do" -c 2 -i 0.3 -W 5 -s $(($2 - 28)) "$3" >"$WORK/ping" 2>&1; }

# The largest segment that the client reads in the SYN of a corporate host.
announced() {
	in_ns c1 timeout 20 tcpdump -i "$(tunnel_device c1)" -nlc 1 \
		'tcp[tcpflags] & tcp-syn != 0' 2>/dev/null | sed -n 's/.*mss \([0-9]*\).*/\1/p'
}

test_sizes() {
	local mss
	with_pptpgw
	in_ns gw nft -f "$EXAMPLES/pppoe/nftables.conf"
	concentrator br0 198.51.100.100 1
	dial_uplink uplink0
	tunnel c1 "$(address_of uplink0)"

	check "1448 bytes to the client" pings_of chost 1448 10.250.0.100
	check "1448 bytes from the client" pings_of c1 1448 "$CHOST"
	is "replies in pieces" "$(sessions pieces)" 0
	! pings_of chost 1449 10.250.0.100 || fail "1449 bytes to the client"
	grep -q "mtu = 1448" "$WORK/ping" || fail "chost: $(cat "$WORK/ping")"

	announced >"$WORK/mss" &
	sleep 2
	in_ns chost timeout 3 socat -u /dev/null tcp:10.250.0.100:9 2>/dev/null || true
	wait $! || true
	mss=$(cat "$WORK/mss")
	is "largest segment" "$mss" 1408

	count_errors
	send c1 -D -p 1463 -s "$C1" -d "$(address_of uplink0)" 47 "$GRE_DATA"
	wait_for 5 reaches 1 nft_packets c1 errors errors ||
		fail "the client does not hear that 1,500 bytes do not fit"
}

count_errors() {
	in_ns c1 nft -f - <<-END
		table netdev errors {
			counter errors { }
			chain seen {
				type filter hook ingress device eth0 priority 0;
				icmp type destination-unreachable icmp code 4 counter name errors
			}
		}
	END
}

# -- two uplinks -----------------------------------------------------------------

two_uplinks() {
	concentrator br0 198.51.100.100 1
	concentrator br1 198.51.100.200 1
	dial_uplink uplink0
	dial_uplink uplink1
}

# By the second, the replies leave by the first, and the ISP drops them.
test_two_without() {
	without_pptpgw
	default_by_uplinks
	two_uplinks
	tunnel c1 "$(address_of uplink0)"
	dial c2 "$(address_of uplink1)"
	check "c2 has a tunnel" no_tunnel c2 20
	record "two PPPoE uplinks, one peer" without "no tunnel by the second"
}

test_two_with() {
	with_pptpgw
	two_uplinks
	tunnel c1 "$(address_of uplink0)"
	tunnel c2 "$(address_of uplink1)"
	is "leaked" "$(leaked)" 0
	at_least "replies by the first" "$(sessions from_first)" 10
	at_least "replies by the second" "$(sessions from_second)" 10
	is "peers of the first" "$(value uplink0 peers)" 1
	is "peers of the second" "$(value uplink1 peers)" 1
	record "two PPPoE uplinks, one peer" with "a tunnel by each, 0 replies leaked"
}

run_tests without session_ends_without with renumbered sizes two_without two_with
