#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# doctor, with the module: what it finds, also about the module. Hosts that
# need no module are in doctor/.

. "$(dirname "$0")/../lib/gateway.sh"

# doctor WANTED-STATUS [ARG...]: its answer is in $WORK/out.
doctor() {
	local want=$1 status=0
	shift
	"$PPTPGW" -j -n pgw-gw -c "$WORK/conf" doctor "$@" \
		>"$WORK/out" 2>"$WORK/err" || status=$?
	is "standard error" "$(cat "$WORK/err")" ""
	is "exit status" "$status" "$want"
}

ids() { jq -r "[.[] | ${1:-.} | .id] | join(\" \")" "$WORK/out"; }

configure() {
	printf '%s\n' "dev wan0 role internet" "dev wan1 role internet" \
		"dev corp0 role corporate" \
		"route 10.30.0.0/16 via 10.1.0.1 dev corp0" >"$WORK/conf"
}

test_from_broken_to_healthy() {
	configure
	doctor 3
	is "without the module" "$(ids)" "module-missing routes-differ default-corporate"
	load
	doctor 3
	is "without roles" "$(ids)" \
		"role-differs role-differs role-differs routes-differ default-corporate"
	is "fix" "$(jq -r '.[2].fix' "$WORK/out")" "pptpgw dev set corp0 role corporate"
	doctor 0 --fix
	is "fixed" "$(ids 'select(.fixed)')" \
		"role-differs role-differs role-differs routes-differ default-corporate"
	is "roles" "$(value wan0 role) $(value wan1 role) $(value corp0 role)" \
		"internet internet corporate"
	is "defaults" "$(ip -n pgw-gw route show default | grep -c corp0)" 0
	doctor 0
	is "findings" "$(ids)" ""
}

# Roles that the module alone knows count, too.
test_roles_of_the_module() {
	load_with_roles
	: >"$WORK/conf"
	doctor 3
	is "findings" "$(ids)" default-corporate
	setting corp0 role none
	doctor 3
	is "findings" "$(ids)" default-no-role
}

test_differs_from_the_module() {
	load_with_roles
	ip -n pgw-gw route del default dev corp0
	ip -n pgw-gw route add 10.30.0.0/16 via 10.1.0.1 proto 217
	configure
	doctor 0
	setting wan1 role corporate
	doctor 3
	is "findings" "$(ids)" role-differs
	is "owner" "$(jq -r '.[0].owner' "$WORK/out")" "$WORK/conf:2"
}

# rp_filter works before the module: what doctor fixes is what a tunnel needs.
test_strict_rp_filter() {
	load_with_roles
	ip -n pgw-gw route add 10.30.0.0/16 via 10.1.0.1 proto 217
	ip -n pgw-gw route change default via 10.1.0.1 metric 100 proto dhcp
	in_ns gw sysctl -qw net.ipv4.conf.wan0.rp_filter=1
	configure
	start_pptpd gw
	dial c1 "$WAN0"
	no_tunnel c1 10 || fail "a tunnel through a strict rp_filter"
	hang_up c1
	doctor 3
	is "findings" "$(ids)" "default-corporate rp-filter"
	doctor 0 --fix
	tunnel c1 "$WAN0"
}

run_tests from_broken_to_healthy roles_of_the_module differs_from_the_module \
	strict_rp_filter
