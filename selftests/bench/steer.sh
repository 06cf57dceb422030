#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# steer.sh CONFIGURATION TUNNELS...: what replies cost in one configuration of a
# gateway whose default route is the wrong one. In a virtual machine of its own,
# as rules and static keys stay behind. Prints the kernel's version, then a line a
# measurement: its name, the tunnels, the least and the median number of
# instructions of a packet.

set -eu
top=$(dirname "$(realpath "$0")")/..
die() {
	echo "$*" >&2
	exit 1
}

run=/sys/module/pgwbench/parameters/run

setup_gateway() {
	sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.default.rp_filter=0
	modprobe dummy numdummies=0
	ip -batch - <<-END
		link add wan0 type dummy
		link add corp0 type dummy
		addr add 198.51.100.2/24 dev wan0
		addr add 10.1.0.2/24 dev corp0
		link set wan0 up
		link set corp0 up
		route add 10.20.0.0/16 via 10.1.0.1
		route add default via 10.1.0.1 metric 100
		route add default via 198.51.100.1 metric 200
	END
	modprobe pptp
}

# -- configurations --------------------------------------------------------------

configure_none() { insmod "$top/pgwbench.ko"; }

configure_empty() { insmod "$top/pgwbench.ko" empty=1; }

configure_pptpgw() {
	configure_none
	insmod "$top/pptpgw.ko" internet=wan0 corporate=corp0 \
		max_peers=1048576 peer_timeout=604800
}

# pptpgw for servers behind this host, too.
configure_pptpgw_forward() {
	configure_none
	insmod "$top/pptpgw.ko" internet=wan0 corporate=corp0 forward=always
}

via_table_100() { # SELECTOR...
	ip route add default via 198.51.100.1 dev wan0 table 100
	ip rule add "$@" lookup 100
}

configure_rule() {
	configure_none
	via_table_100 from 198.51.100.2
}

# The device number is in the program.
configure_tc_bpf() {
	configure_none
	[ "$(cat /sys/class/net/wan0/ifindex)" = 2 ]
	tc qdisc add dev corp0 clsact
	tc filter add dev corp0 egress bpf direct-action \
		object-file "$top/redirect.o" section tc
}

configure_nft_stateless() {
	configure_none
	via_table_100 fwmark 1
	nft -f - <<-END
		table ip steer {
			chain output {
				type route hook output priority mangle;
				ip saddr 198.51.100.2 ip protocol gre meta mark set 1
				ip saddr 198.51.100.2 tcp sport 1723 meta mark set 1
			}
		}
	END
}

# What conntrack needs for many tunnels, which say nothing while others are made.
tune_conntrack() {
	modprobe nf_conntrack hashsize=65536
	modprobe nf_conntrack_pptp
	sysctl -qw net.netfilter.nf_conntrack_max=262144 \
		net.netfilter.nf_conntrack_expect_max=65536 \
		net.netfilter.nf_conntrack_tcp_be_liberal=1 \
		net.netfilter.nf_conntrack_gre_timeout=604800 \
		net.netfilter.nf_conntrack_gre_timeout_stream=604800
}

configure_nft_ct_mark() {
	tune_conntrack
	configure_none
	via_table_100 fwmark 1
	nft -f - <<-END
		table ip steer {
			ct helper pptp {
				type "pptp" protocol tcp;
			}
			chain prerouting {
				type filter hook prerouting priority mangle;
				iif wan0 ct state new ct mark set 1
				tcp dport 1723 ct helper set "pptp"
			}
			chain output {
				type route hook output priority mangle;
				meta mark set ct mark
			}
		}
	END
}

configure_iptables_connmark() {
	tune_conntrack
	configure_none
	via_table_100 fwmark 1
	iptables -t raw -A PREROUTING -p tcp --dport 1723 -j CT --helper pptp
	iptables -t mangle -A PREROUTING -i wan0 -m conntrack --ctstate NEW \
		-j CONNMARK --set-mark 1
	iptables -t mangle -A OUTPUT -j CONNMARK --restore-mark
}

# -- measurements -----------------------------------------------------------------

tell() { # COMMAND TUNNELS
	echo "$1 $2" >"$run"
	cat "$run"
}

# The default route is the right one.
already_right() {
	ip route del default via 10.1.0.1 metric 100
	tell gre_reply "$1" | sed 's/^gre_reply/already_right/'
	ip route add default via 10.1.0.1 metric 100
}

left_by() { cat "/sys/class/net/$1/statistics/tx_packets"; }

# Replies: they must leave by the uplink, but for the two that have no remedy.
measure_replies() { # NAME TUNNELS
	local before
	before=$(left_by wan0)
	tell "$1" "$2"
	case $configuration:$(($(left_by wan0) - before)) in
	none:0 | empty:0) ;;
	none:* | empty:* | *:0) die "$1: replies left by the wrong device" ;;
	*:2100) ;;
	*) die "$1: some replies left by the wrong device" ;;
	esac
}

# slab NAME: bytes of a slab cache.
slab() {
	awk -v name="$1" '$1 == name { print $15 * $6 * 4096 }' /proc/slabinfo
}

# Bytes a tunnel: of conntrack all entries, of pptpgw the peer and the table.
memory() { # TUNNELS
	local slab table=0
	case $configuration in
	pptpgw)
		slab=$(slab pptpgw_peer)
		table=$(awk '/pgw_table_init/ { n += $2 } END { print n + 0 }' \
			/proc/vmallocinfo)
		;;
	*ct_mark | *connmark) slab=$(slab nf_conntrack) ;;
	*) return ;;
	esac
	echo "slab_bytes $1 $((slab / $1))"
	echo "table_bytes $1 $((table / $1))"
}

# What peers cost when there are a million of them, and when they go.
measure_many() {
	tell stall 60 | sed 's/^stall/stall_before/'
	echo 1 >/sys/module/pptpgw/parameters/peer_timeout
	tell stall 60
	echo "left $tunnels $(cat /sys/class/net/wan0/pptpgw/peers)"
}

# Of many tunnels only the clients are made, without calls.
measure() { # TUNNELS
	local name
	if [ "$1" -le 10000 ]; then
		tell meet "$1" >/dev/null
	else
		tell greet "$1" >/dev/null
	fi
	memory "$1"
	measure_replies gre_reply "$1"
	measure_replies tcp_reply "$1"
	for name in gre_in udp_out tcp_out udp_forward \
		tcp_forward; do
		tell "$name" "$1"
	done
	already_right "$1"
}

main() {
	local tunnels
	configuration=$1
	echo "kernel $(uname -v | sed 's/.*Debian \([^ ]*\).*/\1/')"
	setup_gateway
	"configure_$configuration"
	shift
	for tunnels; do
		measure "$tunnels"
	done
	[ "$configuration" = pptpgw ] || return 0
	# These leave more peers behind.
	tell embryo "$tunnels"
	tell create "$tunnels"
	[ "$tunnels" -lt 1000000 ] || measure_many
}

main "$@"
