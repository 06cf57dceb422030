#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# packets.sh CONFIGURATION TUNNELS...: what packets cost in one configuration of a
# gateway, in a virtual machine that counts instructions. Prints the kernel's
# version, then a line a measurement: its name, the tunnels, the least and the median
# number of instructions of a packet.

# shellcheck source=gateway.sh
. "$(dirname "$0")/gateway.sh"

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
		table=$(awk '/ (grow_work|pgw_table_start)\+/ { n += $2 } END { print n + 0 }' \
			/proc/vmallocinfo)
		;;
	*ct_mark | *connmark) slab=$(slab nf_conntrack) ;;
	*) return ;;
	esac
	echo "slab_bytes $1 $(((slab + $1 - 1) / $1))"
	echo "table_bytes $1 $(((table + $1 - 1) / $1))"
}

measure() { # TUNNELS
	local name
	make_tunnels "$1"
	memory "$1"
	measure_replies gre_reply "$1"
	measure_replies tcp_reply "$1"
	for name in gre_in udp_out tcp_out udp_forward \
		tcp_forward; do
		tell "$name" "$1"
	done
	end_wrong_default
	tell already_right "$1"
	begin_wrong_default
}

# Replies to one client that has no peer: to its GRE, to a segment of it that nobody
# has seen, and to its SYN. Where there is hardly a peer, as how many share a chain of
# the table or a cell of the notes with this client depends on a number that each boot
# draws.
measure_unknown() {
	local name
	tell knock 1 >/dev/null
	for name in gre_unknown tcp_unknown syn_ack; do
		measure_replies "$name" 1
	done
	end_wrong_default
	tell syn_ack_right 1
	begin_wrong_default
}

main() {
	local tunnels
	configure "$1"
	shift
	case $configuration in
	none | pptpgw) measure_unknown ;;
	esac
	for tunnels; do
		measure "$tunnels"
	done
	[ "$configuration" = pptpgw ] || return 0
	# These leave more peers behind.
	tell half_open "$tunnels"
	tell create "$tunnels"
}

main "$@"
