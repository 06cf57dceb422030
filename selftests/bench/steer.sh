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
run=/sys/module/pgwbench/parameters/run

setup_gateway() {
	sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.default.rp_filter=0
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
		max_peers=2000000 peer_timeout=604800
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

measure() { # TUNNELS
	local name
	tell meet "$1" >/dev/null
	for name in gre_reply tcp_reply gre_in udp_out tcp_out udp_forward \
		tcp_forward; do
		tell "$name" "$1"
	done
	already_right "$1"
}

main() {
	local tunnels
	echo "kernel $(uname -v | sed 's/.*Debian \([^ ]*\).*/\1/')"
	setup_gateway
	"configure_$1"
	shift
	for tunnels; do
		measure "$tunnels"
	done
	# These leave more peers behind.
	tell embryo "$tunnels"
	tell create "$tunnels"
}

main "$@"
