# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# What the attacks on a gateway share. An attacker sends any packet, from the
# Internet or from the corporate network, as often as RATE, and never sees a reply.
# Source gateway.sh and servers.sh first.

RATE=${RATE:-1000}	# packets a second
ATTACK_SECONDS=${ATTACK_SECONDS:-60}

# load_with_uplinks IF...: these are uplinks, and the corporate side is corp0.
load_with_uplinks() {
	local dev
	load || fail "insmod failed"
	for dev in "$@"; do
		setting "$dev" role internet
	done
	setting corp0 role corporate
}

# The corporate router knows no way to the Internet: what leaks ends there, counted.
leaks_end() {
	in_ns crt nft add chain netdev evidence ends \
		"{ type filter hook ingress device gw priority 1; }"
	in_ns crt nft add rule netdev evidence ends \
		ip daddr 203.0.113.0/24 tcp sport 1723 drop
}

# -- attacks -------------------------------------------------------------------

received() { in_ns gw cat "/sys/class/net/$1/statistics/rx_packets"; }

more_came() { [ "$(received "$1")" -gt "$2" ]; }

# attack IF NS ARG...: from NS, send such packets to the gateway's IF until
# end_attack.
attack() {
	attacked=$1
	local ns=$2
	shift 2
	attack_began="$(milliseconds) $(received "$attacked")"
	bg "$ns" "$TOOLS/ipsend" -r "$RATE" -n 1000000000 "$@"
	attacker=$!
	wait_for 10 more_came "$attacked" "${attack_began#* }" ||
		fail "the attack does not begin"
}

# It has come, if slower than it was meant to where the machine is busy.
end_attack() {
	local began=${attack_began% *} before=${attack_began#* } rate
	kill "$attacker" || fail "the attack ended early"
	rate=$((($(received "$attacked") - before) * 1000 /
		($(milliseconds) - began)))
	note "$rate packets a second by $attacked"
	at_least "packets a second by $attacked" "$rate" $((RATE / 5))
}

# by_uplink UPLINK ARG...: send by that uplink, whatever the ISP's routes are.
by_uplink() {
	local uplink=$1
	shift
	send isp -l "br${uplink#wan},$(mac gw "$uplink")" "$@"
}

# attack_by UPLINK ARG...: likewise, until end_attack.
attack_by() {
	local uplink=$1
	shift
	attack "$uplink" isp -l "br${uplink#wan},$(mac gw "$uplink")" "$@"
}

# -- clients -------------------------------------------------------------------

# talks NS SERVER: the server answers a Start-Control-Connection-Request
# (RFC 2637, section 2.1).
talks() {
	# shellcheck disable=SC2016
	in_ns "$1" timeout 10 bash -c '
		start="\0\x9c\0\1\x1a\x2b\x3c\x4d\0\1\0\0\1\0\0\0\0\0\0\1\0\0\0\1"
		exec 3<>"/dev/tcp/$0/1723" || exit
		printf "$start$(printf "\\\\0%.0s" {1..132})" >&3
		[ "$(head -c 156 <&3 | wc -c)" = 156 ]' "$2"
}

# talks_by_wan0 NS SERVER: five times, each as a client that the gateway does not
# know.
talks_by_wan0() {
	local i
	for ((i = 0; i < 5; i++)); do
		pg tunnel flush >/dev/null
		talks "$1" "$2" || fail "$1 does not reach the server"
		is "peers of wan1" "$(value wan1 peers)" 0
	done
}

silence() { ip netns pids "pgw-$1" | xargs kill -STOP || true; }

resume() { ip netns pids "pgw-$1" | xargs kill -CONT || true; }

# port_of CLIENT NS: of its control connection with the server in NS.
port_of() {
	in_ns "$2" ss -Htn state established sport = :1723 dst "$1" |
		sed -n 's/.*:\([0-9]*\) *$/\1/p' | head -n 1
}

# -- forged segments -----------------------------------------------------------

# segment FROM TO FLAGS: a TCP header, in hexadecimal.
segment() { printf '%04x%04x000000010000000150%sffff00000000' "$1" "$2" "$3"; }

# grants FROM TO ID: a segment of 8 Outgoing-Call-Replies (RFC 2637, section
# 2.8) that grant the calls from that ID on.
grants() {
	local id
	segment "$1" "$2" 18
	for ((id = $3; id < $3 + 8; id++)); do
		printf '002000011a2b3c4d00080000%04x%04x' "$id" "$id"
		printf '01000000%08x%08x%08x' 0 $((64 << 16)) 0
	done
}

# events NAME FILE: how many the monitor saw.
events() { jq -r .event "$WORK/$2" | grep -cx "$1"; }
