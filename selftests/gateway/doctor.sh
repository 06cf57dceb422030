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
		"role-differs routes-differ default-corporate"
	is "fix" "$(jq -r '.[0].fix' "$WORK/out")" "pptpgw dev set wan0 role internet && pptpgw dev set wan1 role internet && pptpgw dev set corp0 role corporate"
	doctor 0 --fix
	is "fixed" "$(ids 'select(.fixed)')" \
		"role-differs routes-differ default-corporate"
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

# rp_filter works before the module, and drops for the sake of that default route: what doctor
# fixes is what a tunnel needs.
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
	is "findings" "$(ids)" "default-corporate"
	doctor 0 --fix
	tunnel c1 "$WAN0"
}

# -- doctor --watch --------------------------------------------------------------

# The second default route leads to the corporate side.
test_watch_without_the_module() {
	start_pptpd gw
	begin_watch -n pgw-gw
	dial c1 "$WAN0"
	no_tunnel c1 5 || fail "a tunnel by the wrong interface"
	end_watch 3 "$C1: SYN in by wan0, answered by corp0, not acknowledged"
}

test_watch() {
	load_with_roles
	start_pptpd gw
	begin_watch -n pgw-gw
	tunnel c1 "$WAN0"
	end_watch 0 "$C1: SYN in by wan0, answered by wan0 (steered); GRE in by wan0, answered by wan0; PPP is up"
	begin_watch -n pgw-gw -j
	tunnel c2 "$WAN1"
	kill -INT "$watcher"
	wait "$watcher"
	is "client, ingress and the rest" "$(jq -sc '.[-1] | [.client, .local, .ingress,
		.syn_in, .gre_out, .call, .gre_heard, .ppp, .steered, .through]' "$WORK/watched")" \
		"[\"$C2\",\"$WAN1\",\"wan1\",\"wan1\",\"wan1\",true,true,\"up\",true,true]"
}

test_watch_gre_dropped() {
	load_with_roles
	start_pptpd gw
	in_ns gw nft "add table ip t; add chain ip t c { type filter hook input priority 0; };
		add rule ip t c ip protocol gre drop"
	begin_watch -n pgw-gw
	dial c1 "$WAN0"
	no_tunnel c1 8 || fail "a tunnel without GRE"
	end_watch 3 "$C1: SYN in by wan0, answered by wan0 (steered); GRE in by wan0 dropped: NETFILTER_DROP; GRE out by wan0"
}

# A wrong password is no fault of the gateway, but no tunnel either.
test_watch_wrong_password() {
	load_with_roles
	start_pptpd gw "name other"
	printf 'user other another *\n' >>/etc/ppp/chap-secrets
	begin_watch -n pgw-gw
	dial c1 "$WAN0"
	no_tunnel c1 8 || fail "a tunnel with a wrong password"
	end_watch 3 "$C1: SYN in by wan0, answered by wan0 (steered); GRE in by wan0, answered by wan0; PPP: authentication failed"
}

# What the uplink has no route for, the module drops.
test_watch_unroutable() {
	load_with_roles
	start_pptpd gw
	ip -n pgw-gw route del default via 198.51.100.1
	begin_watch -n pgw-gw
	dial c1 "$WAN0"
	no_tunnel c1 5 || fail "a tunnel without a route"
	end_watch 3
	last_line | grep -Eqx "$C1: SYN in by wan0, answer dropped: in pgw_\w+, no route through its ingress" ||
		fail "last line: $(last_line)"
}

run_tests from_broken_to_healthy roles_of_the_module differs_from_the_module \
	strict_rp_filter watch_without_the_module watch watch_gre_dropped \
	watch_wrong_password watch_unroutable
