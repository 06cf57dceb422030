# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Gateways that more than one script tests: one with a shared address, ones with the
# server behind them. Source gateway.sh first.

# c1 reaches the shared address by wan0, c2 by wan1, and neither ISP carries
# the other's traffic: such a packet is counted as crossed, and dropped.
share_address() {
	ip -n pgw-gw addr add "$SHARED"/32 dev lo
	ip -n pgw-gw route del default via 10.1.0.1
	ip_batch isp <<-END
		rule add from $C2 lookup 101
		route add $SHARED via $WAN1 table 101
	END
	in_ns isp nft -f - <<-END
		table netdev uplinks {
			counter crossed { }
			chain wan0 {
				type filter hook ingress device wan0 priority 1;
				ip daddr $C2 counter name crossed drop
			}
			chain wan1 {
				type filter hook ingress device wan1 priority 1;
				ip daddr $C1 counter name crossed drop
			}
		}
	END
	start_pptpd gw
}

# isps_check_sources [DEVICE0 DEVICE1]: neither ISP carries what has the other's source
# address: such a packet is counted as crossed, and dropped.
isps_check_sources() {
	in_ns isp nft -f - <<-END
		table netdev uplinks {
			counter crossed { }
			chain wan0 {
				type filter hook ingress device ${1:-wan0} priority 1;
				ip saddr $WAN1 counter name crossed drop
			}
			chain wan1 {
				type filter hook ingress device ${2:-wan1} priority 1;
				ip saddr $WAN0 counter name crossed drop
			}
		}
	END
}

crossed() { nft_packets isp uplinks crossed; }

# lose_answer CLIENT: from now on all that wan0 sends there is lost; wait for a segment of
# the server that is.
lose_answer() {
	in_ns isp nft -f - <<-END
		table netdev lost {
			counter segments { }
			chain wan0 {
				type filter hook ingress device wan0 priority 2;
				ip daddr $1 tcp sport 1723 counter name segments
				ip daddr $1 drop
			}
		}
	END
	wait_for 20 lost || fail "no segment was lost"
}

lost() { [ "$(nft_packets isp lost segments)" -gt 0 ]; }

# dnat_to SERVER [UPLINK ADDRESS]: what comes in there for PPTP is for SERVER. The
# gateway has no pptp helper: GRE from the server gets its own translation.
dnat_to() {
	local server=$1 uplink=${2:-wan0} address=${3:-$WAN0}
	in_ns gw nft -f - <<-END
		table ip nat {
			chain pre {
				type nat hook prerouting priority -100;
				iifname $uplink tcp dport 1723 dnat to $server
				iifname $uplink meta l4proto gre dnat to $server
			}
			chain post {
				type nat hook postrouting priority 100;
				ip saddr $server meta l4proto gre snat to $address
			}
		}
	END
}

server_behind_dnat() {
	dnat_to "$CSRV"
	ip -n pgw-chost route add 10.250.0.0/24 via "$CSRV"
	start_pptpd csrv
}

# A server behind the gateway that has a public address.
PUBLIC=192.0.2.200
public_server() {
	ip -n pgw-csrv addr add "$PUBLIC/32" dev lo
	ip -n pgw-crt route add "$PUBLIC" via "$CSRV"
	ip -n pgw-gw route add "$PUBLIC" via 10.1.0.1
	ip -n pgw-isp route add "$PUBLIC" via "$WAN0"
	ip -n pgw-chost route add 10.250.0.0/24 via "$CSRV"
	start_pptpd csrv
}
