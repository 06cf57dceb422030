# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What a gateway shows that has booted by itself, see boot_setup.sh, whatever its
# init system. Sourced by boot_systemd.sh and boot_sysvinit.sh, which define
#
#   service VERB   start, stop or reload pptpgw
#   say_log        print what was logged

. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/netns.sh"
. "$(dirname "$0")/../lib/topology.sh"
. "$(dirname "$0")/../lib/tunnels.sh"
. "$(dirname "$0")/../lib/module.sh"

requires() {
	if [ -z "${PPTPGW_VM:-}" ] || ! is_host gw; then
		skip_all "needs a VM that boots: see vm/run --init"
	fi
	load_ppp
}

# The host has booted with the topology, which stays for all tests.
setup() { reset_evidence; }

show_logs() {
	say_log | tail -n 60 | sed 's/^/#   /'
	show_tail 15 "$WORK"/*.log /var/log/pppd.log
	ip route show table all | sed 's/^/#   /'
	grep -H . /sys/class/net/*/pptpgw/role | sed 's/^/#   /'
}

our_routes() { ip route show proto 217 | sed 's/ *$//' | sort; }

OUR_ROUTES="10.20.0.0/16 via 10.1.0.1 dev corp0
blackhole 10.99.0.0/16"

has_our_routes() { [ "$(our_routes)" = "$OUR_ROUTES" ]; }

# role IF: none, too, if there is no module.
role() { value "$1" role 2>/dev/null || echo none; }

has_role() { [ "$(role "$1")" = "$2" ]; }

test_host_is_up() {
	is "role of wan0" "$(role wan0)" internet
	is "role of corp0" "$(role corp0)" corporate
	is "routes" "$(our_routes)" "$OUR_ROUTES"
	is "default route" "$(ip route show default | head -n 1 | sed 's/ *onlink *$//; s/ *$//')" \
		"default via 10.1.0.1 dev corp0 metric 100"
}

# What DHCP and ifupdown got while the network came up: the address, and no default route.
test_guard_holds_at_boot() {
	note "$(ip -br -4 addr show dev corp1)"
	check "no address by DHCP" grep -q ' 10[.]2[.]0[.]1[0-9][0-9]/' \
		<(ip -br -4 addr show dev corp1)
	is "default routes through corp1" "$(ip route show default dev corp1)" ""
	at_least "guard_denied" "$(value corp1 guard_denied)" 1
}

test_client_dials() {
	tunnel c1 "$WAN0"
	at_least "replies by wan0" "$(by wan0 gre)" 10
	is "leaked" "$(leaked)" 0
	at_least "steered" "$(value wan0 steered)" 10
	hang_up c1
}

# The same without pptpgw: no tunnel. It leaves the host as it was before, and
# comes back.
test_stopped_and_started() {
	service stop
	is "role of wan0" "$(role wan0)" none
	is "role of corp0" "$(role corp0)" none
	is "routes" "$(our_routes)" ""
	dial c2 "$WAN0"
	check "a tunnel without pptpgw" no_tunnel c2 12
	at_least "leaked" "$(leaked)" 1
	hang_up c2
	service start
	reset_evidence
	test_host_is_up
	tunnel c2 "$WAN0"
	is "leaked" "$(leaked)" 0
	hang_up c2
}

# Besides its route of pptpgw, corp0 loses its default route, which nobody puts
# back.
test_link_flap() {
	ip link set corp0 down
	is "routes" "$(our_routes)" "blackhole 10.99.0.0/16"
	ip link set corp0 up
	wait_for 20 has_our_routes || fail "not put back: $(our_routes)"
	ip route add default via 10.1.0.1 dev corp0 metric 100
}

plug_wan1() {
	link gw wan1 isp wan1
	ip -n pgw-isp link set wan1 master br1
}

test_late_interface() {
	plug_wan1
	wait_for 60 has_role wan1 internet || fail "wan1 has no role"
	is "unroutable" "$(value wan1 unroutable)" pass
	ip link del wan1
}

# ifupdown has a word of its own, for what no udev tells.
test_ifup_hook() {
	ln -s /dev/null /etc/udev/rules.d/90-pptpgw.rules
	udevadm control --reload
	plug_wan1
	udevadm settle
	is "role" "$(role wan1)" none
	ifup wan1
	wait_for 60 has_role wan1 internet || fail "wan1 has no role"
	ip link del wan1
	rm /etc/udev/rules.d/90-pptpgw.rules
	udevadm control --reload
}

# An interface that the configuration does not know has nothing done.
test_foreign_interface() {
	local before
	before=$(say_log | wc -l)
	ip link add dummy7 type veth peer name dummy8
	udevadm settle
	sleep 2
	is "lines logged" "$(say_log | wc -l)" "$before"
	ip link del dummy7
}

has_77() { our_routes | grep -q '^10.77.0.0/16 '; }

test_reload() {
	mkdir -p /etc/pptpgw/conf.d
	echo "route 10.77.0.0/16 via 10.1.0.1 dev corp0" >/etc/pptpgw/conf.d/more.conf
	service reload
	check "no new route" has_77
	ip route del 10.77.0.0/16
	wait_for 20 has_77 || fail "reconcile does not know the new route"
	rm /etc/pptpgw/conf.d/more.conf
	service reload
	is "routes" "$(our_routes)" "$OUR_ROUTES"
}
