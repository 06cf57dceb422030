#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The outside: sysfs, module parameters, what may be written and by whom.

. "$(dirname "$0")/../lib/gateway.sh"

# refuses FILE WORD: writing it fails with EINVAL and changes nothing.
refuses() {
	local before
	before=$(value wan0 "$1")
	! setting wan0 "$1" "$2" 2>"$WORK/err" || fail "$1 took '$2'"
	grep -q 'Invalid argument' "$WORK/err" || fail "$(cat "$WORK/err")"
	is "$1 after '$2'" "$(value wan0 "$1")" "$before"
}

test_words() {
	load
	is "role at first" "$(value wan0 role)" none
	is "policy at first" "$(value wan0 policy)" enforce
	is "unroutable at first" "$(value wan0 unroutable)" drop
	is "guard at first" "$(value wan0 guard)" warn
	refuses role wrong
	refuses role internetx
	refuses role '""'
	setting wan0 role internet
	is "role" "$(value wan0 role)" internet
	refuses role wrong
	refuses policy drop
	refuses unroutable observe
	refuses guard drop
	setting wan0 policy observe
	setting wan0 unroutable pass
	is "policy" "$(value wan0 policy)" observe
	is "unroutable" "$(value wan0 unroutable)" pass
	setting wan0 guard deny
	is "guard" "$(value wan0 guard)" deny
	! setting wan0 steered 1 2>/dev/null || fail "a counter was written"
	! setting wan0 peers 1 2>/dev/null || fail "peers was written"
	setting wan0 role none
	is "role at last" "$(value wan0 role)" none
}

# files IF: how many it has.
files() { in_ns gw find "/sys/class/net/$1/pptpgw/" -type f | wc -l; }

# listed IF: its role and counters, as netlink has them, in a dump and alone.
listed() {
	json ".[] | select(.ifname == \"$1\") | .role, .guard, .steered" dev show | xargs
	json ".[] | .role, .guard, .steered" dev show "$1" | xargs
}

# An interface costs little where nobody uses pptpgw.
test_lazy_files() {
	local all dev
	load
	ip -n pgw-gw link add pgwx type dummy
	is "files at first" "$(files pgwx)" 4
	setting pgwx role none
	setting pgwx guard warn
	is "files after what was so already" "$(files pgwx)" 4
	is "listed" "$(listed pgwx | xargs)" "none warn 0 none warn 0"
	setting pgwx policy observe
	all=$(files pgwx)
	at_least "files after a change" "$all" 10
	is "files of another" "$(files corp0)" 4
	setting wan0 role internet
	for dev in lo wan0 wan1 corp0 pgwx; do
		is "files of $dev with an uplink" "$(files "$dev")" "$all"
	done
	is "policy" "$(value pgwx policy)" observe
	ip -n pgw-gw link add pgwy type dummy
	is "files of a new one" "$(files pgwy)" "$all"
	setting wan0 role none
	is "files of one that stays" "$(files pgwy)" "$all"
	ip -n pgw-gw link add pgwz type dummy
	is "files of a new one without an uplink" "$(files pgwz)" 4
	is "interfaces listed" "$(json length dev show)" \
		"$(in_ns gw sh -c 'ls /sys/class/net | wc -l')"
}

test_unprivileged() {
	load
	! in_ns gw setpriv --bounding-set -net_admin --inh-caps -net_admin \
		sh -c 'echo internet >/sys/class/net/wan0/pptpgw/role' \
		2>"$WORK/err" || fail "written without CAP_NET_ADMIN"
	grep -q 'not permitted\|I/O error' "$WORK/err" || fail "$(cat "$WORK/err")"
	is "role" "$(value wan0 role)" none
}

test_renamed_interface() {
	load_with_roles
	ip -n pgw-gw link set wan0 down
	ip -n pgw-gw link set wan0 name dsl0
	is "role" "$(value dsl0 role)" internet
	ip -n pgw-gw link set dsl0 netns pgw-c1
	is "role elsewhere" "$(in_ns c1 cat /sys/class/net/dsl0/pptpgw/role)" none
}

# Only in a machine of its own: the names hold in the initial namespace.
test_names() {
	[ "${PPTPGW_VM:-}" ] || skip "changes the host's own network: VM only"
	load internet=pgwa,pgwb corporate=pgwc
	for dev in pgwa pgwb pgwc pgwd; do
		ip link add "$dev" type dummy
	done
	is "pgwa" "$(cat /sys/class/net/pgwa/pptpgw/role)" internet
	is "pgwb" "$(cat /sys/class/net/pgwb/pptpgw/role)" internet
	is "pgwc" "$(cat /sys/class/net/pgwc/pptpgw/role)" corporate
	is "pgwd" "$(cat /sys/class/net/pgwd/pptpgw/role)" none
	rmmod pptpgw
	load internet=pgwd
	is "pgwd, there before" "$(cat /sys/class/net/pgwd/pptpgw/role)" internet
	ip link del pgwd
	ip link set pgwa name pgwd
	is "renamed to pgwd" "$(cat /sys/class/net/pgwd/pptpgw/role)" internet
	ip link add pgwe netns pgw-gw type dummy
	for dev in pgwb pgwc pgwd; do
		ip link del "$dev"
	done
}

refuses_to_load() {
	! load "$@" 2>/dev/null || fail "loaded with $*"
	check "loaded all the same" [ ! -d /sys/module/pptpgw ]
}

test_bad_parameters() {
	refuses_to_load internet=wan0,corp0 corporate=corp0
	refuses_to_load internet=not/a/name
	refuses_to_load internet=averyverylongname
	refuses_to_load max_peers=0
	refuses_to_load max_peers=16777217
	refuses_to_load max_peers=many
	refuses_to_load peer_timeout=0
	refuses_to_load forward=sometimes
	dmesg | grep -q "forward=: 'sometimes' is not never, nat or always" ||
		fail "nothing says what is wrong"
	load max_peers=10 peer_timeout=5
	cd /sys/module/pptpgw/parameters || fail "no parameters"
	for bad in 0 -1 x 604801; do
		! echo "$bad" 2>/dev/null >peer_timeout || fail "took $bad"
	done
	is "peer_timeout" "$(cat peer_timeout)" 5
	echo 7 >peer_timeout
	is "peer_timeout" "$(cat peer_timeout)" 7
	is "max_peers" "$(cat max_peers)" 10
}

test_limits_and_expiry() {
	load_with_roles max_peers=10
	meet 198.18.0.0/24 50
	is "peers" "$(value wan0 peers)" 10
	is "learned" "$(value wan0 learned)" 10
	# Each of the 40 proves itself two or three times: the ACK of the server's data
	# may come before the server's socket knows that it has sent it.
	at_least "table_full" "$(value wan0 table_full)" 80
	at_least "3 times 40, less that" $((120 - $(value wan0 table_full))) 0
	# SYN-ACK, data and an ACK, to each: none is lost.
	is "replies by wan0" "$(by wan0)" 150
	is "leaked" "$(leaked)" 0
	echo 1 >/sys/module/pptpgw/parameters/peer_timeout
	wait_for 40 counts wan0 expired 10 || fail "peers do not expire"
	is "peers" "$(value wan0 peers)" 0
}

# Under a VRF the ingress is the real device, of which one VRF may have two.
vrf_with_two_uplinks() {
	modprobe -q vrf || skip "this kernel has no VRF"
	ip_batch gw <<-END
		link add inet type vrf table 50
		link set inet up
		link set wan0 master inet
		link set wan1 master inet
		route add default via 192.0.2.1 metric 100 table 50
		route add default via 198.51.100.1 metric 200 table 50
	END
	in_ns gw sysctl -qw net.ipv4.tcp_l3mdev_accept=1
	bg gw socat TCP-LISTEN:1723,fork,reuseaddr PIPE
	wait_for 10 listens gw || fail "socat does not listen"
}

echoes() {
	[ "$(echo hello | in_ns c1 socat -T 3 - TCP:"$WAN0":1723,connect-timeout=3)" = hello ]
}

test_vrf_without() {
	vrf_with_two_uplinks
	echoes || true
	is "replies by wan0" "$(by wan0)" 0
	at_least "replies by wan1" "$(by wan1)" 1
}

test_vrf_with() {
	load_with_roles
	vrf_with_two_uplinks
	check "no answer" echoes
	is "replies by wan1" "$(by wan1)" 0
	at_least "replies by wan0" "$(by wan0)" 3
	is "steered, each once" "$(value wan0 steered)" "$(by wan0)"
	is "peers" "$(value wan0 peers)" 1
}

test_rmmod() {
	for round in 1 2 3; do
		load_with_roles
		rmmod pptpgw || fail "rmmod failed in round $round"
	done
	is "files left" "$(in_ns gw find /sys/class/net/wan0/ -name pptpgw)" ""
}

run_tests words lazy_files unprivileged renamed_interface names bad_parameters \
	limits_and_expiry vrf_without vrf_with rmmod
