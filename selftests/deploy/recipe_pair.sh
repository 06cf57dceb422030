# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A second gateway, gw2, beside the topology's. Source recipe_lib.sh first.

export GATEWAYS="gw gw2"
ALL_NS="$ALL_NS gw2"

# Two gateways at the ISP's bridge, and at one of the corporate router.
plug_pair() {
	ip -n pgw-gw link del wan1
	link gw2 wan0 isp wan0b
	link gw2 corp0 crt gw2
	ip -n pgw-isp link set wan0b master br0
	ip -n pgw-isp route del "$SHARED"
	ip -n pgw-gw route del 10.20.0.0/16
	ip_batch crt <<-END
		link add brgw type bridge
		link set gw master brgw
		link set gw2 master brgw
		link set brgw up
		addr del 10.1.0.1/24 dev gw
		addr add 10.1.0.1/24 dev brgw
	END
	ip_batch gw2 <<-END
		addr add 198.51.100.3/24 dev wan0
		addr add 10.1.0.3/24 dev corp0
		route add default via 198.51.100.1 metric 200
	END
}

# Where that gateway's uplink ends.
isp_port() { [ "$1" = gw ] && echo wan0 || echo wan0b; }

# What the gateways send to the client by the corporate side ends there.
count_pair() {
	in_ns crt nft -f - <<-END
		table netdev evidence
		delete table netdev evidence
		table netdev evidence {
			counter leaked { }
			chain gw {
				type filter hook ingress device gw priority 0;
				jump seen
			}
			chain gw2 {
				type filter hook ingress device gw2 priority 0;
				jump seen
			}
			chain seen {
				ip daddr { $C1, $C2 } counter name leaked drop
			}
		}
	END
}
