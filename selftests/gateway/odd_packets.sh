#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Odd packets, and packets of no tunnel: they pass untouched, and the odd ones
# are counted. The evidence is a capture of every wire, with and without.

. "$(dirname "$0")/../lib/gateway.sh"

GRE0=0000880b0000000000000000
GRE_WRONG_PROTO=3001080000040001000000010102030405

# A GRE header of version 0, another protocol, cut short at each byte.
odd_gre() { # NS ARG...
	local n
	send "$@" 47 "$GRE0"
	send "$@" 47 "$GRE_WRONG_PROTO"
	for n in 1 2 4 6 7; do
		send "$@" 47 "${GRE_DATA:0:$((2 * n))}"
	done
	send "$@" 47 ""
}

# Two that are too short for a header, and one that says its header is so short.
odd_tcp() { # PORTS NS ARG...
	local ports=$1
	shift
	send "$@" 6 "${TCP_ACK:0:20}"
	send "$@" 6 "${TCP_REPLY:0:26}"
	send "$@" 6 "${ports}000000010000000110100000ffff0000"
}

fragments() { # NS ARG...
	send "$@" -m -p 16 47 "$GRE_DATA"
	send "$@" -f 32 47 0102030405060708
}

# The gateway sends each odd thing, and forwards it from the corporate side.
odd_traffic() {
	for from in "gw -s $WAN0" "csrv -s $CSRV"; do
		# shellcheck disable=SC2086
		{
			odd_gre $from -d $C1
			odd_tcp 06bb9c40 $from -d $C1
			fragments $from -d $C1
			send $from -d $C1 -o 47 $GRE_DATA
			send $from -d $C1 47 $GRE_ACK
		}
	done
}

foreign_traffic() {
	for from in "gw -s $WAN0" "gw -s 10.1.0.2" "csrv -s $CSRV"; do
		# shellcheck disable=SC2086
		{
			send $from -d $C1 17 06bb06bb000c00000102030405060708
			send $from -d $C1 -c 6 00509c4000000001000000015010ffff00000000
			send $from -d $C1 1 0800f7fe00010000
			send $from -d $C1 47 $GRE0
			send $from -d $C1 50 0000000100000001
			send $from -d $C1 -p 1000 17 06bb06bb03f00000
		}
	done
	send c1 -s "$C1" -d 198.51.100.77 17 06bb06bb000c00000102030405060708
	send isp -s 198.51.100.1 -d "$CHOST" 17 06bb06bb000c00000102030405060708
}

# All but the hosts' own ICMP answers, whose IP identification is random.
OURS="ip and not (icmp and not icmp[0] = 8)"

# packets FILE: a line each, in an order that does not depend on timing.
packets() {
	awk '/^\t/ { line = line $0; next }
	     { if (line) print line; line = $0 }
	     END { if (line) print line }' "$1" | sort
}

# capture FILE COMMAND: what the gateway puts on its three wires meanwhile.
capture() {
	local file=$1 wire pid pids=()
	shift
	for wire in wan0 wan1 corp0; do
		bg gw tcpdump -nxtl -i "$wire" -Q out "$OURS" \
			2>"$file.$wire.err" >"$file.$wire"
		pids+=($!)
		wait_for 20 grep -q listening "$file.$wire.err"
	done
	"$@"
	sleep 2
	kill "${pids[@]}"
	for pid in "${pids[@]}"; do
		wait_for 10 [ ! -d "/proc/$pid" ]
	done
}

# The same traffic makes the same packets on the same wires.
same_with_and_without() {
	capture "$WORK/without" "$1"
	load_with_roles forward=always
	capture "$WORK/with" "$1"
	for wire in wan0 wan1 corp0; do
		diff <(packets "$WORK/without.$wire") \
			<(packets "$WORK/with.$wire") >"$WORK/diff" ||
			fail "$wire differs: $(head -n 5 "$WORK/diff")"
	done
	at_least "packets captured" \
		"$(cat "$WORK"/with.wan0 "$WORK"/with.corp0 | grep -c '^IP')" "$2"
	is "steered" "$(value wan0 steered)" 0
	is "dropped" "$(value wan0 unroutable_drops)" 0
}

test_foreign_traffic() {
	ip -n pgw-isp route add 10.20.0.0/24 via "$WAN0"
	same_with_and_without foreign_traffic 18
}

# GREv1 of nobody's follows its source address, if that is wan0's: keep to the
# right default route, so that this changes no wire.
test_odd_replies() {
	ip -n pgw-gw route del default via 10.1.0.1
	same_with_and_without odd_traffic 20
	is "GRE of others" "$(value wan0 gre_other)" 2
	is "GRE of others, forwarded" "$(value corp0 gre_other)" 2
	is "truncated" "$(value wan0 truncated)" 9
	is "truncated, forwarded" "$(value corp0 truncated)" 9
	is "fragments" "$(value wan0 fragments)" 1
	is "fragments, forwarded" "$(value corp0 fragments)" 1
}

# Inbound: it reaches whom it is for, and is counted where it came in.
test_odd_arrivals() {
	load_with_roles
	in_ns gw nft -f - <<-END
		table ip arrived {
			counter seen { }
			chain input {
				type filter hook input priority 300;
				meta l4proto gre counter name seen
			}
		}
	END
	odd_gre isp -s "$C1" -d "$WAN0"
	is "GRE of others" "$(value wan0 gre_other)" 2
	is "truncated" "$(value wan0 truncated)" 6
	send isp -s "$C1" -d "$WAN0" -o 47 "$GRE_DATA"
	is "unknown, with options" "$(value wan0 gre_unknown)" 1
	fragments isp -s "$C1" -d "$WAN0"
	is "unknown, reassembled" "$(value wan0 gre_unknown)" 2
	odd_tcp 9c4006bb isp -s "$C1" -d "$WAN0"
	is "truncated TCP" "$(value wan0 truncated)" 9
	is "arrived" "$(in_ns gw nft list counter ip arrived seen |
		sed -n 's/.*packets \([0-9]*\).*/\1/p')" 10
	is "peers" "$(value wan0 peers)" 0
}

# The GRE header lies in a page fragment of the skb, not in its linear part.
test_non_linear() {
	for at in "gw wan0" "isp wan0" "isp br0"; do
		ip -n "pgw-${at% *}" link set "${at#* }" mtu 9000
	done
	load_with_roles
	meet "$C1" 1
	to=br0,$(mac gw wan0)
	send isp -n 3 -s "$C2" -d "$WAN0" -l "$to" -p 5000 47 "$GRE_DATA"
	send isp -n 3 -s "$C2" -d "$WAN0" -l "$to" -p 5000 47 "$GRE0"
	is "unknown" "$(value wan0 gre_unknown)" 3
	is "of others" "$(value wan0 gre_other)" 3
	half_open=$(value wan0 half_open)
	send isp -n 1 -s "$C2" -d "$WAN0" -l "$to" -p 5000 6 "$TCP_ACK"
	is "half_open" "$(value wan0 half_open)" $((half_open + 1))
}

# Replies of a known tunnel are steered, odd or not, and their bytes are kept.
test_odd_but_known() {
	load_with_roles
	meet "$C1" 1
	reset_evidence
	bg isp tcpdump -nxtl -i wan0 -Q in ip proto 47 >"$WORK/seen" \
		2>"$WORK/err"
	wait_for 20 grep -q listening "$WORK/err"
	for args in "" "-o" "-m -p 16" "-f 32"; do
		# shellcheck disable=SC2086
		send gw -s $WAN0 -d $C1 $args 47 $GRE_DATA
	done
	send gw -s "$WAN0" -d "$C1" 47 "$GRE_ACK"
	wait_for 5 reaches 5 by wan0 || true
	sleep 1
	is "by wan0" "$(by wan0)" 5
	is "leaked" "$(leaked)" 0
	is "fragments" "$(value wan0 fragments)" 0
	is "fragments, where they would have left" "$(value corp0 fragments)" 1
	at_least "with these bytes" \
		"$(tr -d ' \n\t' <"$WORK/seen" | grep -o "${GRE_DATA:0:16}" | wc -l)" 3
}

# control HEX...: send bytes as a client does, on a connection; each argument
# is a segment. The server must get them all.
control() {
	local segment
	exec 3<>"/dev/tcp/$1/1723"
	read -rN 5 -u 3
	shift
	for segment in "$@"; do
		perl -e 'print pack "H*", shift' "$segment" >&3
		sleep 0.3
	done
	exec 3>&-
}

test_odd_control_messages() {
	local header=00010000 echo start long
	echo=001000011a2b3c4d0005000000000001
	long=$(printf '00%.0s' {1..140})
	start=009c00011a2b3c4d0001000001000000$long
	load_with_roles
	# The greeting proves the handshake, so that there is a peer.
	bg gw socat TCP-LISTEN:1723,reuseaddr,fork \
		SYSTEM:"printf hello; cat >>$WORK/got"
	wait_for 10 listens gw || fail "socat does not listen"
	segments=("$start" "$echo" "$echo$echo$echo" \
		"0000${echo:4}" "000b${echo:4}" "ffff${echo:4}" \
		"${echo:0:22}" "${echo:0:4}" "0010${header}deadbeef" \
		"001000021a2b3c4d00050000" "000c00011a2b3c4d00080000" \
		"000e00011a2b3c4d000d00000064" "$echo")
	export -f control
	in_ns c1 bash -c 'control "$@"' control "$WAN0" "${segments[@]}"
	wait_for 5 [ -s "$WORK/got" ] || fail "nothing arrived"
	sleep 1
	is "bytes" "$(od -An -v -tx1 "$WORK/got" | tr -d ' \n')" \
		"$(printf '%s' "${segments[@]}")"
	# Those of the client, and the greeting.
	is "control_odd" "$(value wan0 control_odd)" 9
	is "calls closed that were never opened" "$(value wan0 calls_closed)" 0
	is "peers" "$(value wan0 peers)" 1
}

run_tests foreign_traffic odd_replies odd_arrivals non_linear odd_but_known \
	odd_control_messages
