#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# "up" and "check-config" where something cannot be set or installed: the rest is, and
# what is missing is reported. The roles are files, see roles.c; deploy/service.sh has
# the tests with the module.

. "$(dirname "$0")/lib.sh"

. "$(dirname "$0")/up_lib.sh"

# -- roles depend on no route ----------------------------------------------------

# refused COLUMN TEXT ROUTE...: "up" reports that route, and does the rest.
refused() {
	local status=$1 column=$2 text=$3
	shift 3
	gateway_conf "route $*"
	exits "$status" pg up
	says err "$WORK/conf:6:$column: $text"
	roles_are_set
	is "routes" "$(ours)" "10.20.0.0/16 via 10.1.0.1 dev corp0
10.21.0.0/16 via 10.1.0.1 dev corp0"
	exits 0 pg down
	is "roles" "$(roles)" "corp0 none;wan0 none"
}

test_conflict_with_ospf() {
	route add 10.30.0.0/16 via 10.1.0.9 proto ospf
	refused 2 7 "10.30.0.0/16 metric 0 is owned by ospf: 10.30.0.0/16 via 10.1.0.9 dev corp0" \
		10.30.0.0/16 via 10.1.0.1
	exits 0 route show 10.30.0.0/16
	says out "10.30.0.0/16 via 10.1.0.9 dev corp0 proto ospf "
}

# A VRRP backup does not have the address.
test_source_is_away() {
	refused 0 7 "src 10.1.0.200 is not an address of this host yet" \
		10.30.0.0/16 via 10.1.0.1 src 10.1.0.200
	refused 0 7 "src 2001:db8:1::77 is not an address of this host yet" \
		2001:db8:30::/48 via 2001:db8:1::1 src 2001:db8:1::77
}

# The same at a reload.
test_source_goes_away() {
	ip -n pgw-gw addr add 10.1.0.200/32 dev corp0
	gateway_conf "route 10.30.0.0/16 via 10.1.0.1 dev corp0 src 10.1.0.200"
	exits 0 pg up
	says err ""
	must_be_applied_but ""
	ip -n pgw-gw addr del 10.1.0.200/32 dev corp0
	sed -i 's/dev wan0 role internet/dev wan0 role corporate/' "$WORK/conf"
	exits 0 pg up
	says err "$WORK/conf:6:7: src 10.1.0.200 is not an address of this host yet"
	is "roles" "$(roles)" "corp0 corporate;wan0 corporate"
	must_be_applied_but 10.30.0.0/16
}

# An address that another interface has, one that is down, and one of table local only.
test_sources() {
	ip -n pgw-gw addr add 10.9.9.9/32 dev lo
	route add local 10.8.0.0/16 dev lo table local proto static
	ip -n pgw-gw link add down0 type veth peer name down1
	ip -n pgw-gw addr add 10.3.0.2/24 dev down0
	gateway_conf "route 10.30.0.0/16 via 10.1.0.1 dev corp0 src 10.9.9.9" \
		"route 10.33.0.0/16 via 10.1.0.1 dev corp0 src 10.3.0.2" \
		"route 10.31.0.0/16 via 10.1.0.1 dev corp0 src 10.8.1.1" \
		"route 10.32.0.0/16 via 10.1.0.1 dev corp0 src 127.0.0.7"
	exits 0 pg up
	says err ""
	must_be_applied_but ""
}

# What only the kernel knows: its answer is shown.
test_kernel_refuses() {
	ip netns exec pgw-gw sysctl -qw net.ipv6.conf.corp0.disable_ipv6=1
	gateway_conf "route 2001:db8:30::/48 via fe80::1 dev corp0" \
		"route 10.31.0.0/16 via 10.1.0.1 dev corp0"
	exits 2 pg up
	grep -q "^$WORK/conf:6:7: gateway fe80::1: IPv6 is disabled" \
		"$WORK/err" || fail "$(cat "$WORK/err")"
	says out "3 added, 0 changed, 0 deleted, 0 unchanged"
	roles_are_set
}

# Thousands of routes are refused for one reason.
test_many_are_refused() {
	ip netns exec pgw-gw sysctl -qw net.ipv6.conf.corp0.disable_ipv6=1
	{
		echo "dev wan0 role internet"
		seq 1 3000 | sed 's,.*,route 2001:db8:30:&::/64 via fe80::1 dev corp0,'
		echo "route 10.31.0.0/16 via 10.1.0.1 dev corp0"
	} | conf
	exits 2 pg up
	at_most "lines" "$(wc -l <"$WORK/err")" 25
	is "role" "$(roles)" "corp0 none;wan0 internet"
	is "routes" "$(ours)" "10.31.0.0/16 via 10.1.0.1 dev corp0"
}

# Who waits for a confirmation keeps nobody from setting roles.
test_confirmation_pending() {
	gateway_conf
	exits 0 pg route apply --confirm 60
	exits 2 pg up
	grep -qx "pptpgw: another pptpgw changes routes, or waits for 'pptpgw route confirm'" \
		"$WORK/err" || fail "$(cat "$WORK/err")"
	grep -qx "pptpgw: the routes are as they were before" "$WORK/err" ||
		fail "$(cat "$WORK/err")"
	roles_are_set
	exits 0 pg route confirm
	exits 0 pg up
	says err ""
}

# While one waits, the roles are another's to set at once.
test_roles_do_not_wait() {
	local start
	gateway_conf
	exits 0 pg route apply --confirm 60
	start=$(milliseconds)
	pg up >"$WORK/out" 2>"$WORK/err" &
	wait_for 5 roles_are_set_now || fail "the roles wait"
	at_most "milliseconds" $(($(milliseconds) - start)) 5000
	exits 0 pg route confirm
	wait $!
}

# -- what comes later --------------------------------------------------------------

test_address_in_dad() {
	ip netns exec pgw-gw sysctl -qw net.ipv6.conf.corp0.accept_dad=1 \
		net.ipv6.conf.corp0.dad_transmits=5
	ip -n pgw-gw addr add 2001:db8:1::77/64 dev corp0
	gateway_conf "route 2001:db8:30::/48 via 2001:db8:1::1 dev corp0 src 2001:db8:1::77"
	exits 0 pg up
	says err "$WORK/conf:6:7: src 2001:db8:1::77 is not usable yet: duplicate address detection goes on"
	roles_are_set
	is "routes" "$(ours | wc -l)" 2
	pg_bg route reconcile
	check "the route comes" wait_for 15 has_route 2001:db8:30::/48
}

test_address_by_dhcp() {
	gateway_conf "route 10.30.0.0/16 via 10.1.0.1 dev corp0 src 10.1.0.200"
	exits 0 pg up
	pg_bg route reconcile
	sleep 0.5
	ip -n pgw-gw addr add 10.1.0.200/32 dev corp0
	check "the route comes" wait_for 15 has_route 10.30.0.0/16
}

# Routes need no module.
test_no_module() {
	rmdir /sys/module/pptpgw
	gateway_conf
	exits 2 pg up
	tail -n 2 "$WORK/err" >"$WORK/end"
	says end "pptpgw: the kernel module cannot be loaded
pptpgw: the roles of 2 interfaces are not set without the module"
	must_be_applied_but ""
	is "roles" "$(roles)" "corp0 none;wan0 none"
	mkdir /sys/module/pptpgw
	exits 0 pg up
	roles_are_set
	exits 0 pg down
	is "roles" "$(roles)" "corp0 none;wan0 none"
	is "routes" "$(ours)" ""
}

# modprobe is the system's, not that of who calls.
test_callers_path() {
	rmdir /sys/module/pptpgw
	mkdir "$WORK/bin"
	printf '#!/bin/sh\ntouch %s/called\n' "$WORK" >"$WORK/bin/modprobe"
	chmod 755 "$WORK/bin/modprobe"
	gateway_conf
	PATH=$WORK/bin:$PATH exits 2 pg up
	check "the caller's modprobe is called" [ ! -e "$WORK/called" ]
}

# -- before the network ------------------------------------------------------------

test_roles_only() {
	gateway_conf "route 10.30.0.0/16 via 10.9.9.9 dev ppp7"
	exits 0 pg up --roles
	says err ""
	roles_are_set
	is "routes" "$(ours)" ""
	exits 0 pg up
	must_be_applied_but 10.30.0.0/16
	sed -i 's/dev wan0 role internet/dev wan0 role corporate/' "$WORK/conf"
	exits 0 pg up --roles
	is "roles" "$(roles)" "corp0 corporate;wan0 corporate"
	must_be_applied_but 10.30.0.0/16
	exits 0 pg down
	is "roles" "$(roles)" "corp0 none;wan0 none"
	is "routes" "$(ours)" ""
}

test_roles_only_errors() {
	gateway_conf "rout 10.30.0.0/16 via 10.1.0.1"
	exits 1 pg up --roles
	grep -qx "pptpgw: nothing was changed" "$WORK/err" || fail "$(cat "$WORK/err")"
	is "roles" "$(roles)" "corp0 none;wan0 none"
	gateway_conf
	exits 1 pg up --role
	exits 1 pg up --roles wan0
	is "roles" "$(roles)" "corp0 none;wan0 none"
}

# -- check-config ------------------------------------------------------------------

# checked STATUS TEXT ROUTE...: check-config and up agree.
checked() {
	local status=$1 text=$2
	shift 2
	gateway_conf "route $*"
	exits "$status" pg check-config
	says err "$WORK/conf:6:7: $text"
	exits "$((2 * status))" pg up
	says err "$WORK/conf:6:7: $text"
	roles_are_set
}

test_check_config_routes() {
	local own
	own=$(ip -n pgw-gw -6 -br addr show dev corp0 scope link | grep -o 'fe80[^/]*')
	checked 0 "src 10.1.0.200 is not an address of this host yet" \
		10.30.0.0/16 via 10.1.0.1 src 10.1.0.200
	checked 1 "10.30.0.0/16: the gateway is an address of this host" \
		10.30.0.0/16 via 10.1.0.2
	checked 1 "10.30.0.0/16: the gateway is an address of this host" \
		10.30.0.0/16 via 10.1.0.2 dev corp0 onlink
	checked 1 "10.30.0.0/16: the gateway is an address of this host" \
		10.30.0.0/16 nexthop via 10.1.0.1 nexthop via 10.1.0.2
	checked 1 "2001:db8:30::/48: the gateway is an address of this host" \
		2001:db8:30::/48 via 2001:db8:1::2
	checked 1 "2001:db8:30::/48: the gateway is an address of this host" \
		2001:db8:30::/48 via "$own" dev corp0
	checked 1 "2001:db8:30::/48: IPv6 takes the same next hop only once" \
		2001:db8:30::/48 nexthop via 2001:db8:1::1 nexthop via 2001:db8:1::1
	checked 1 "2001:db8:30::/48: each of several IPv6 next hops needs 'via'" \
		2001:db8:30::/48 nexthop via 2001:db8:1::1 nexthop dev corp0
	route add 10.30.0.0/16 via 10.1.0.9 proto static
	checked 1 "10.30.0.0/16 metric 0 is owned by static: 10.30.0.0/16 via 10.1.0.9 dev corp0" \
		10.30.0.0/16 via 10.1.0.1
}

# What it does not complain of, the kernel takes.
test_check_config_accepts() {
	gateway_conf "route 10.30.0.0/16 nexthop via 10.1.0.1 nexthop via 10.1.0.1" \
		"route 10.31.0.0/16 nexthop via 10.1.0.1 nexthop dev wan0" \
		"route 2001:db8:30::/48 nexthop via fe80::1 dev corp0 nexthop via fe80::1 dev wan0" \
		"route 2001:db8:31::/48 nexthop dev corp0"
	exits 0 pg check-config
	says err ""
	exits 0 pg up
	says err ""
	says out "6 added, 0 changed, 0 deleted, 0 unchanged"
}

test_check_config_typo() {
	printf '%s\n' "dev wna0 role internet" "dev corp0 role corporate" | conf
	exits 0 pg check-config
	says err "pptpgw: $WORK/conf:1: there is no interface 'wna0' yet"
	says out "2 interfaces, 0 routes"
	exits 0 pg up
	says err "pptpgw: $WORK/conf:1: there is no interface 'wna0' yet"
}

run_tests roles_only roles_only_errors conflict_with_ospf source_is_away source_goes_away sources kernel_refuses \
	many_are_refused confirmation_pending roles_do_not_wait address_in_dad \
	address_by_dhcp no_module callers_path check_config_routes check_config_accepts \
	check_config_typo
