#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Packets that are nearly those of PPTP, as fast as they can be sent: from the Internet, from
# the corporate side and from the gateway's own processes, while its operator asks and
# changes everything. PACKETS of them, and a control connection for each 500. The kernel has
# no complaint, and a client gets through afterwards.

. "$(dirname "$0")/../lib/gateway.sh"

PACKETS=${PACKETS:-30000}

# Wide enough that a packet has more than a page, so that not all of it is linear.
widen() {
	for at in "gw wan0" "isp wan0" "isp br0" "gw corp0" "crt gw"; do
		ip -n "pgw-${at% *}" link set "${at#* }" mtu 9000
	done
}

# The frames that are tagged have an interface, too.
add_vlan() {
	ip -n pgw-gw link add wan0.7 link wan0 up type vlan id 7
	ip -n pgw-gw addr add 198.51.100.3/24 dev wan0.7 noprefixroute
	setting wan0.7 role internet
}

# A tunnel's whole life is what the packets are made from.
capture_a_tunnel() {
	bg isp tcpdump -U -i wan0 -w "$WORK/cap" "tcp port 1723 or proto gre" 2>"$WORK/err"
	wait_for 20 grep -q listening "$WORK/err"
	tunnel c1 "$WAN0"
	hang_up c1
	in_ns isp pkill tcpdump
	at_least "bytes captured" "$(stat -c %s "$WORK/cap")" 4000
}

# hostile NS SEED COUNT [IF [MAC]]: the operator's commands come before it.
hostile() {
	local ns=$1
	shift
	in_ns "$ns" nice -n 10 "$TOOLS/hostile" "$1" "$2" "$WORK/cap" "${@:3}"
}

# A namespace with a role is deleted while such packets arrive there. Waits for what it
# started: an interface that is gone ends the sender.
delete_under_fire() {
	local sender status=0
	ip netns add pgw-victim
	link victim wan0 isp victim
	ip -n pgw-victim addr add "$WAN0/24" dev wan0
	in_ns victim bash -c 'echo internet >/sys/class/net/wan0/pptpgw/role'
	hostile isp "$1" 1000000000 victim "$(mac victim wan0)" &
	sender=$!
	sleep 0.3
	ip netns del pgw-victim
	wait "$sender" || status=$?
	[ "$status" = 3 ]
}

# All that an operator and the kernel may do meanwhile, again and again.
disturb() {
	local round=0
	while [ ! -e "$WORK/calm" ]; do
		round=$((round + 1))
		pg tunnel show
		pg dev show
		pg explain "$C1"
		[ $((round % 3)) != 0 ] || pg tunnel flush
		setting wan1 role none
		setting wan1 policy observe
		setting wan1 role internet
		setting wan1 policy enforce
		setting wan0 role none
		setting wan0 role internet
		setting corp0 role none
		setting corp0 role corporate
		ip -n pgw-gw route replace default via 10.1.0.1 metric 50
		ip -n pgw-gw link set wan1 down
		ip -n pgw-gw route del default via 10.1.0.1 metric 50
		ip -n pgw-gw link set wan1 up
		ip -n pgw-gw route replace default via 192.0.2.1 metric 300
		delete_under_fire "$round"
		echo "$round" >"$WORK/rounds"
	done
}

received() { in_ns gw cat "/sys/class/net/$1/statistics/rx_packets"; }

# What arrived as odd, on any interface.
total() { in_ns gw bash -c "cat /sys/class/net/*/pptpgw/$1" | awk '{ n += $1 } END { print n }'; }

# Each kind of odd packet has been among them.
each_is_counted() {
	local name
	for name in truncated fragments gre_other gre_unknown half_open; do
		note "$name: $(total "$name")"
		at_least "$name" "$(total "$name")" 1
	done
	note "peers: $(json .peers stats)"
}

gets_through() {
	rm -f "$WORK/c1.log"
	reset_evidence
	tunnel c1 "$WAN0"
	is "leaked" "$(leaked)" 0
	at_least "replies by wan0" "$(by wan0)" 10
}

test_packets() {
	local share=$((PACKETS / 3)) pid pids=() disturber wan0 corp0
	widen
	start_pptpd gw
	load_with_roles forward=always
	add_vlan
	capture_a_tunnel
	wan0=$(received wan0) corp0=$(received corp0)
	disturb >"$WORK/disturb.log" 2>&1 &
	disturber=$!
	hostile isp 1 "$share" wan0 "$(mac gw wan0)" >"$WORK/sent.wan0" & pids+=($!)
	hostile crt 2 "$share" gw "$(mac gw corp0)" >"$WORK/sent.corp0" & pids+=($!)
	hostile gw 3 "$share" >"$WORK/sent.gw" & pids+=($!)
	for pid in "${pids[@]}"; do
		wait "$pid" || fail "a sender ended with $?"
	done
	touch "$WORK/calm"
	wait "$disturber" || fail "what an operator does failed: $(tail -n 3 "$WORK/disturb.log")"
	at_least "packets that arrived at wan0" $(($(received wan0) - wan0)) "$share"
	at_least "packets that arrived at corp0" $(($(received corp0) - corp0)) "$share"
	note "sent: $(cat "$WORK"/sent.* | paste -sd ' '); disturbed $(cat "$WORK/rounds") times"
	each_is_counted
	ip -n pgw-gw route del default via 10.1.0.1 metric 50 2>/dev/null || true
	gets_through
}

# Connections that are real, so that what they say is believed: calls of a real server.
test_calls() {
	local disturber
	start_pptpd gw
	load_with_roles
	disturb_calls >/dev/null 2>&1 &
	disturber=$!
	in_ns c2 "$TOOLS/oddcalls" 1 $((PACKETS / 500)) "$WAN0" | sed 's/^/# /'
	touch "$WORK/calm"
	wait "$disturber"
	note "calls opened: $(json .calls_opened stats), closed: $(json .calls_closed stats)"
	at_least "calls opened" "$(json .calls_opened stats)" 1
	at_least "odd messages" "$(value wan0 control_odd)" 1
	gets_through
}

disturb_calls() {
	while [ ! -e "$WORK/calm" ]; do
		pg tunnel show
		pg tunnel flush
		sleep 0.5
	done
}

run_tests packets calls
