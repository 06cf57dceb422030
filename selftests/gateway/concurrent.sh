#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two processors at once: each packet is counted exactly once, and each client is
# one peer.
#
# vm: --smp 2

. "$(dirname "$0")/../lib/gateway.sh"

N=50000
BYTES=$((20 + ${#GRE_DATA} / 2))	# of a packet with GRE_DATA

# on_both NS FIRST SECOND: in NS, a sender on each of two processors; their arguments.
on_both() {
	local ns=$1 first second pid
	[ "$(nproc)" -ge 2 ] || skip "there is one processor"
	read -ra first <<<"$2"
	read -ra second <<<"$3"
	in_ns "$ns" taskset -c 0 "$TOOLS/ipsend" "${first[@]}" &
	pid=$!
	in_ns "$ns" taskset -c 1 "$TOOLS/ipsend" "${second[@]}"
	wait "$pid"
}

# received CLIENT: packets that came from it.
received() { json ".[] | select(.client == \"$1\") | .rx_packets" tunnel show; }

# replies CLIENT: packets, bytes, and how many of them were steered.
replies() {
	json ".[] | select(.client == \"$1\") | \"\(.tx_packets) \(.tx_bytes) \(.steered)\"" \
		tunnel show
}

# added BEFORE AFTER: each word of AFTER, less that of BEFORE.
added() { paste -d' ' <(tr ' ' '\n' <<<"$1") <(tr ' ' '\n' <<<"$2") |
	awk '{ print $2 - $1 }' | paste -sd' '; }

# N replies to each of two clients, which may be the same, at once; C1 and C2 then
# have got so many.
replies_to() { # CLIENT CLIENT REPLIES1 REPLIES2
	local before1 before2 steered
	load_with_roles
	meet "$C1" 1
	meet "$C2" 1
	before1=$(replies "$C1")
	before2=$(replies "$C2")
	steered=$(value wan0 steered)
	on_both gw "-n $N -s $WAN0 -d $1 47 $GRE_DATA" \
		"-n $N -s $WAN0 -d $2 47 $GRE_DATA"
	is "steered by wan0" $(($(value wan0 steered) - steered)) $((2 * N))
	is "to the first" "$(added "$before1" "$(replies "$C1")")" "$3 $(($3 * BYTES)) $3"
	is "to the second" "$(added "$before2" "$(replies "$C2")")" "$4 $(($4 * BYTES)) $4"
}

test_replies_of_one_peer() { replies_to "$C1" "$C1" $((2 * N)) 0; }

test_replies_of_two_peers() { replies_to "$C1" "$C2" "$N" "$N"; }

# Some are lost in the gateway's backlog: nft counts what reaches it.
test_packets_of_one_client() {
	local before
	load_with_roles
	meet "$C1" 1
	in_ns gw nft -f - <<-END
		table ip arrived {
			counter seen { }
			chain input {
				type filter hook input priority 0;
				ip protocol gre counter name seen
			}
		}
	END
	before=$(received "$C1")
	on_both isp "-n $N -s $C1 -d $WAN0 47 $GRE_DATA" \
		"-n $N -s $C1 -d $WAN0 47 $GRE_DATA"
	sleep 1
	arrived=$(in_ns gw nft list counter ip arrived seen |
		sed -n 's/.*packets \([0-9]*\).*/\1/p')
	at_least "arrived" "$arrived" 1000
	is "rx_packets" $(($(received "$C1") - before)) "$arrived"
}

# Both processors make the same clients peers, at the same time: each client has two
# connections, whose handshakes and first data go on side by side.
test_same_peers() {
	local n=1000
	[ "$(nproc)" -ge 2 ] || skip "there is one processor"
	load_with_roles
	meet -2 10.64.0.0/16 "$n"
	# Three of each of a client's two connections; TCP may say one again.
	at_least "replies by wan0" "$(by wan0)" $((6 * n))
	is "steered" "$(value wan0 steered)" "$(by wan0)"
	is "leaked" "$(leaked)" 0
	is "learned" "$(value wan0 learned)" "$n"
	is "peers" "$(value wan0 peers)" "$n"
	is "clients" "$(json 'map(.client) | unique | length' tunnel show)" "$n"
}

run_tests replies_of_one_peer replies_of_two_peers packets_of_one_client same_peers
