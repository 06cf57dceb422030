# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The topology of the gateway's tests, in network namespaces, the evidence on its wires,
# and made-up packets. Source ktap.sh and netns.sh first.
#
#   c1 203.0.113.10 ---+
#   c2 203.0.113.11 ---+-- isp ==== wan0 198.51.100.2 --+
#   nat 203.0.113.20 --+    |                           gw -- corp0 10.1.0.2
#    |                      +====== wan1 192.0.2.2 -----+            |
#   n1, n2 192.168.9.x      |                                       crt
#                          near 198.51.100.77                        |
#                                        chost 10.20.0.2 ------------+
#                                        csrv  10.20.0.3 ------------+
#
# isp is the Internet: each uplink ends in a bridge of its own, where the
# gateway's next hop (.1) lives. crt is the corporate router. Both count the
# replies that the gateway sends them; these counters are the evidence.

WAN0=198.51.100.2
WAN1=192.0.2.2
SHARED=203.0.113.200
C1=203.0.113.10
C2=203.0.113.11
NEAR=198.51.100.77
CHOST=10.20.0.2
CSRV=10.20.0.3
ALL_NS="gw isp c1 c2 near nat n1 n2 crt chost csrv"
export WAN0 WAN1 SHARED C1 C2 NEAR CHOST CSRV

TOOLS=$SELFTESTS/tools/build

# -- the wires -----------------------------------------------------------------

setup_isp() {
	ip_batch isp <<-END
		link add br0 type bridge
		link add br1 type bridge
		link add brc type bridge
		link set wan0 master br0
		link set near master br0
		link set wan1 master br1
		link set c1 master brc
		link set c2 master brc
		link set nat master brc
		link set br0 up
		link set br1 up
		link set brc up
		addr add 198.51.100.1/24 dev br0
		addr add 192.0.2.1/24 dev br1
		addr add 203.0.113.1/25 dev brc
		route add $SHARED via $WAN0
	END
}

setup_gw() {
	ip_batch gw <<-END
		addr add $WAN0/24 dev wan0
		addr add $WAN1/24 dev wan1
		addr add 10.1.0.2/24 dev corp0
		route add 10.20.0.0/16 via 10.1.0.1
		route add default via 10.1.0.1 metric 100
		route add default via 198.51.100.1 metric 200
		route add default via 192.0.2.1 metric 300
	END
}

setup_clients() {
	local c
	for c in "c1 $C1" "c2 $C2" "nat 203.0.113.20"; do
		ip_batch "${c% *}" <<-END
			addr add ${c#* }/25 dev eth0
			route add default via 203.0.113.1
		END
	done
	ip_batch near <<-END
		addr add $NEAR/24 dev eth0
		route add default via 198.51.100.1
	END
	ip_batch nat <<-END
		addr add 192.168.9.1/32 dev n1
		addr add 192.168.9.1/32 dev n2
		route add 192.168.9.11 dev n1
		route add 192.168.9.12 dev n2
	END
	for c in 1 2; do
		ip_batch "n$c" <<-END
			addr add 192.168.9.1$c/24 dev eth0
			route add default via 192.168.9.1
		END
	done
}

# What the corporate router reaches through the gateway.
setup_corp_routes() {
	ip_batch crt <<-END
		route add 10.250.0.0/24 via 10.1.0.2
		route add 198.51.100.0/24 via 10.1.0.2
		route add 203.0.113.0/24 via 10.1.0.2
	END
}

setup_corp() {
	local c
	ip_batch crt <<-END
		addr add 10.1.0.1/24 dev gw
		link add br0 type bridge
		link set chost master br0
		link set csrv master br0
		link set br0 up
		addr add 10.20.0.1/24 dev br0
	END
	setup_corp_routes
	for c in "chost $CHOST" "csrv $CSRV"; do
		ip_batch "${c% *}" <<-END
			addr add ${c#* }/24 dev eth0
			route add default via 10.20.0.1
		END
	done
}

plug_cables() {
	make_cables <<-END
		gw wan0 isp wan0
		gw wan1 isp wan1
		gw corp0 crt gw
		c1 eth0 isp c1
		c2 eth0 isp c2
		near eth0 isp near
		nat eth0 isp nat
		n1 eth0 nat n1
		n2 eth0 nat n2
		chost eth0 crt chost
		csrv eth0 crt csrv
	END
}

make_topology() {
	make_namespaces net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.disable_ipv6=1 \
		net.ipv6.conf.default.disable_ipv6=1
	plug_cables
	setup_isp
	setup_gw
	setup_clients
	setup_corp
	setup_evidence
}

# Take the tests' things out of the host's namespace.
unplug_host() {
	local dev
	pkill -9 'pptpd|pptpctrl|pppd' || true
	ip addr del "$SHARED/32" dev lo 2>/dev/null || true
	for dev in wan0 wan1 corp0; do
		ip link del "$dev" 2>/dev/null || true
	done
}

remove_topology() {
	! is_host gw || unplug_host
	remove_namespaces
}

# -- evidence ------------------------------------------------------------------

# What reaches the corporate router from the gateway.
count_leaks() {
	in_ns crt nft -f - <<-END
		table netdev evidence
		delete table netdev evidence
		table netdev evidence {
			counter leaked { }
			counter leaked_gre { }
			counter far { }
			chain seen {
				type filter hook ingress device gw priority 0;
				ip daddr $CHOST tcp sport 1723 counter name far
				ip daddr $CHOST ip protocol gre counter name far
				ip daddr != { 203.0.113.0/24, $NEAR } return
				ip protocol gre counter name leaked_gre
				ip protocol gre counter name leaked
				tcp sport 1723 counter name leaked
			}
		}
	END
}

# What reaches the ISP, by uplink.
count_by_uplink() {
	in_ns isp nft -f - <<-END
		table netdev evidence
		delete table netdev evidence
		table netdev evidence {
			counter wan0 { }
			counter wan0_gre { }
			counter wan1 { }
			counter arped { }
			chain wan0 {
				type filter hook ingress device wan0 priority 0;
				ip protocol gre counter name wan0_gre
				ip protocol gre counter name wan0
				tcp sport 1723 counter name wan0
				arp daddr ip { $C1, $C2 } counter name arped
			}
			chain wan1 {
				type filter hook ingress device wan1 priority 0;
				ip protocol gre counter name wan1
				tcp sport 1723 counter name wan1
			}
		}
	END
}

setup_evidence() {
	count_leaks
	count_by_uplink
}

# seen NS COUNTER: packets counted so far.
seen() { nft_packets "$1" evidence "$2"; }

# leaked [gre]: replies that reached the corporate router.
leaked() { seen crt "leaked${1:+_$1}"; }

# by UPLINK [gre]: replies that reached the ISP there.
by() { seen isp "$1${2:+_$2}"; }

# reaches NUMBER COMMAND...: COMMAND prints at least NUMBER.
reaches() {
	local number=$1
	shift
	[ "$("$@")" -ge "$number" ]
}

reset_evidence() {
	in_ns crt nft reset counters table netdev evidence >/dev/null
	in_ns isp nft reset counters table netdev evidence >/dev/null
}

leaks() { [ "$(leaked)" -gt 0 ]; }

# -- made-up packets -----------------------------------------------------------

# What follows the IP header. TCP between port 40000 and 1723, the reply with
# data: no handshake, and no socket, so that it proves nothing of the client. GRE
# of PPTP with a call ID and a sequence number (RFC 2637, section 4.1).
TCP_SYN=9c4006bb00000001000000005002ffff00000000
TCP_ACK=9c4006bb00000001000000015010ffff00000000
TCP_REPLY=06bb9c4000000001000000015018ffff0000000064617461
GRE_DATA=3001880b00040001000000010102030405
GRE_ACK=2081880b0000000100000001
export TCP_SYN TCP_ACK TCP_REPLY GRE_DATA GRE_ACK

# send NS ARG...: see tools/ipsend.c
send() {
	local ns=$1
	shift
	in_ns "$ns" "$TOOLS/ipsend" "$@"
}

# -- real handshakes -----------------------------------------------------------

# meet [-2] PREFIX COUNT [SERVER]: COUNT clients, each with the next address of
# PREFIX, shake hands with the gateway for real, and are peers of it from then on;
# see tools/meet.c, also for -2. They come in by the uplink that SERVER is an address
# of, or wan0. Meanwhile their addresses are the Internet's own.
meet() {
	local twice=
	[ "$1" != -2 ] || { twice=$1; shift; }
	ip -n pgw-isp route replace local "$1" dev lo
	in_ns isp "$TOOLS/meet" ${twice:+"$twice"} /run/netns/pgw-gw \
		"${3:-$WAN0}" "$1" "$2"
	ip -n pgw-isp route del local "$1" dev lo
}
