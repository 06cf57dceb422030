#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two gateways share an address on the Internet and one on the corporate side by VRRP, with
# the files of Documentation/examples/ha-pair and ha-pair-vmac. The one that serves the
# client fails; how long until the other one does?
#
# vm: --daemons --timeout 2400

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/recipe_lib.sh"
. "$(dirname "$0")/recipe_pair.sh"

export RECIPE_PROGRAMS=keepalived
VIP=198.51.100.10

# -- the pair ------------------------------------------------------------------

setup() {
	local ns
	make_topology
	plug_pair
	ip -n pgw-crt route add 10.250.0.0/24 via 10.1.0.10
	count_pair
	for ns in $GATEWAYS; do
		example "$ns" ha-pair/pptpgw-state keepalived/pptpgw-state
		start_pptpd "$ns"
	done
}

# The fault that pptpgw is for: DHCP has put a better default route there.
default_by_corp0() {
	ip -n pgw-gw2 route add default via 10.1.0.1 metric 100
}

default_by_wan0() { ip -n pgw-gw route del default via 10.1.0.1; }

start_keepalived() { # NS
	bg "$1" keepalived -n -l -D -p "$WORK/$1.pid" -r "$WORK/$1-vrrp.pid" \
		>"$WORK/keepalived-$1.log" 2>&1
}

has_vip() { ip -n "pgw-$1" -4 -o addr show | grep -q " $VIP/"; }

other() { [ "$1" = gw ] && echo gw2 || echo gw; }

# start_pair RECIPE [pptpgw]: with it, or without; gw is master first.
start_pair() {
	local ns
	for ns in $GATEWAYS; do
		example "$ns" "$1/keepalived.conf" keepalived/keepalived.conf
		no_pptpgw "$ns"
		if [ -n "${2:-}" ]; then
			example "$ns" "$1/pptpgw.conf" pptpgw/pptpgw.conf
			start_pptpgw "$ns"
		else
			ip -n "pgw-$ns" route add 10.20.0.0/16 via 10.1.0.1
		fi
		start_keepalived "$ns"
		wait_for 60 has_vip gw || fail "gw is not master"
	done
	wait_for 60 is_backup gw2 || fail "gw2 is no backup"
}

# -- faults --------------------------------------------------------------------

keepalived_pids() {
	local pid
	for pid in $(ip netns pids "pgw-$1"); do
		[ "$(cat "/proc/$pid/comm" 2>/dev/null)" != keepalived ] || echo "$pid"
	done
}

fault_stopped() { kill "$(cat "$WORK/$1.pid")"; }

fault_killed() { keepalived_pids "$1" | xargs kill -KILL; }

# As systemd does. With use_vmac it has to: what is left on the killed one's interfaces
# has the hardware address of the new master.
fault_restarted() {
	fault_killed "$1"
	sleep 1
	start_keepalived "$1"
}

fault_link_down() { ip -n pgw-isp link set "$(isp_port "$1")" down; }

# The way back. What a killed keepalived has left, the next one takes away.
repair_stopped() { start_keepalived "$1"; }

repair_killed() { start_keepalived "$1"; }

repair_restarted() { :; }

repair_link_down() { ip -n pgw-isp link set "$(isp_port "$1")" up; }

is_over() { works c1 && serves "$1"; }

# fail_over FAULT FROM: sets took, the seconds until the other one has the client's tunnel.
fail_over() {
	local began to
	to=$(other "$2")
	began=$(milliseconds)
	"fault_$1" "$2"
	wait_for 90 is_over "$to" || fail "$1: the client has no tunnel with $to"
	took=$(seconds_since "$began")
}

# Its keepalived has entered this state last.
is_backup() {
	[ "$(grep -o 'Entering [A-Z]* STATE' "$WORK/keepalived-$1.log" | tail -n 1)" = \
		"Entering BACKUP STATE" ] && ! has_vip "$1"
}

# One after the other, there and back, so that each finds a pair of two.
three_faults() { # CASE COLUMN KILLED
	local from=gw fault
	for fault in stopped "$3" link_down; do
		fail_over "$fault" "$from"
		record "$1: $fault" "$2" "$took s"
		"repair_$fault" "$from"
		wait_for 60 is_backup "$from" || fail "$from is no backup"
		sleep 4
		check "no takeover at the return" has_vip "$(other "$from")"
		from=$(other "$from")
		wait_for 20 works c1 || fail "the tunnel does not survive the return"
	done
}

# -- tests ---------------------------------------------------------------------

# The corporate default route, and no pptpgw: no tunnel at all.
test_without() {
	default_by_corp0
	start_pair ha-pair
	redial c1 "$VIP"
	wait_for 30 leaks || fail "nothing leaked"
	check "c1 has a tunnel" no_tunnel c1 10
	record "HA pair, default route by corp0" without "no tunnel, $(leaked) replies leaked"
}

test_routing_alone() {
	default_by_wan0
	start_pair ha-pair
	redial c1 "$VIP"
	wait_for 60 is_over gw || fail "no tunnel"
	three_faults "HA pair" without killed
}

# corporate_side NS: the master's packets come from the shared address, as its route says.
corporate_side() {
	in_ns "$1" ip route get "$CHOST" | grep -q "src 10.1.0.10" ||
		fail "$1: $(in_ns "$1" ip route get "$CHOST")"
}

with_pptpgw() { # RECIPE CASE KILLED
	default_by_corp0
	start_pair "$1" pptpgw
	redial c1 "$VIP"
	wait_for 60 is_over gw || fail "no tunnel"
	three_faults "$2" with "$3"
	corporate_side gw2
	is "leaked" "$(leaked)" 0
	record "$2, default route by corp0" with "tunnel, 0 replies leaked"
}

test_with() { with_pptpgw ha-pair "HA pair" killed; }

test_vmac_without() {
	default_by_wan0
	start_pair ha-pair-vmac
	redial c1 "$VIP"
	wait_for 60 is_over gw || fail "no tunnel"
	three_faults "HA pair, use_vmac" without restarted
}

test_vmac_with() {
	with_pptpgw ha-pair-vmac "HA pair, use_vmac" restarted
	at_least "steered" "$(in_ns gw2 cat /sys/class/net/vrrp.51/pptpgw/steered)" 10
}

run_tests without routing_alone with vmac_without vmac_with
