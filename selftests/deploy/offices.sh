#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Offices: a router that dials in with a network behind it, and a gateway that dials out
# while it serves clients, with the files of Documentation/examples/offices.
#
# vm: --daemons --timeout 2400

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/recipe_lib.sh"

export RECIPE_PROGRAMS=pppd
export GATEWAYS=gw
OFFICE_HOST=10.60.0.2

# c1 is the office's router; n1 is a host behind it. Its user has a name of its own. pptpd
# sees the /etc/ppp of its own that is there when it starts.
setup() {
	make_topology
	ip -n pgw-n1 link del eth0
	link n1 eth0 c1 lan
	ip -n pgw-c1 addr add 10.60.0.1/24 dev lan
	ip -n pgw-n1 addr add $OFFICE_HOST/24 dev eth0
	ip -n pgw-n1 route add default via 10.60.0.1
	ip -n pgw-crt route add 10.60.0.0/24 via 10.1.0.2
	ip -n pgw-gw route del 10.20.0.0/16
	mkdir -p /etc/netns/pgw-gw/ppp
	start_pptpd gw
	printf 'office1 pptpd secret *\n' >>/etc/ppp/chap-secrets
	cp -a /etc/ppp/. /etc/netns/pgw-gw/ppp
}

with_pptpgw() { # [LINE]
	example gw offices/pptpgw.conf pptpgw/pptpgw.conf
	[ -z "${1:-}" ] || echo "$1" >>/etc/netns/pgw-gw/pptpgw/pptpgw.conf
	start_pptpgw gw
}

# From the corporate side, with the office's own route back.
office_is_reached() { works c1 && in_ns chost ping -q -c 1 -W 1 "$OFFICE_HOST"; }

# The office dials, with a user of its own.
dial_office() { redial c1 "$WAN0" office1; }

# comes_back: after the office has hung up, another client gets its interface and its
# address; then the office dials again.
comes_back() {
	dial_office
	wait_for 60 office_is_reached || fail "the office is not reached"
	hang_up c1
	wait_for 20 is_free || fail "ppp0 stays"
	tunnel c2 "$WAN0"
	dial_office
}

is_free() { ! ip -n pgw-gw link show ppp0; }

# -- tests ---------------------------------------------------------------------

test_without() {
	no_pptpgw gw
	ip -n pgw-gw route add 10.20.0.0/16 via 10.1.0.1
	example gw offices/office-routes ppp/ip-up.d/office-routes
	dial_office
	wait_for 30 leaks || fail "nothing leaked"
	check "the office is reached" no_tunnel c1 5
	record "office dials in" without "no tunnel, $(leaked) replies leaked"
}

# With a line "dev ppp0", its network is sent to whoever has that name.
test_route_by_name() {
	with_pptpgw "route 10.60.0.0/24 dev ppp0"
	comes_back
	wait_for 60 works c1 || fail "the office has no tunnel"
	! wait_for 10 office_is_reached || fail "the office is reached"
}

test_with() {
	local began
	with_pptpgw
	example gw offices/office-routes ppp/ip-up.d/office-routes
	comes_back
	began=$(milliseconds)
	wait_for 60 office_is_reached || fail "the office is not reached"
	record "office dials in" recovery "$(seconds_since "$began") s from the call"
	pings c2 || fail "the other client has no tunnel"
	in_ns n1 ping -q -c 1 -W 2 "$CHOST" || fail "the office's host does not reach chost"
	is "leaked" "$(leaked)" 0
	record "office dials in" with "its network is reached, 0 replies leaked"
}

# -- the gateway dials out -------------------------------------------------------

# c2 has a server, with other addresses than the gateway's.
remote_server() {
	local dir=$WORK/pptpd-remote
	mkdir "$dir"
	printf '%s\n' "option $dir/options" "localip 10.251.0.1" \
		"remoteip 10.251.0.100-109" >"$dir/conf"
	printf '%s\n' "name pptpd" require-mschap-v2 require-mppe-128 nobsdcomp nodeflate novj \
		"logfile $dir/pppd.log" debug lock >"$dir/options"
	bg c2 pptpd --conf "$dir/conf" --fg >"$dir/log" 2>&1
	wait_for 20 listens c2 || fail "the remote server does not listen"
}

# The SYNs that the gateway sends to the remote server by the corporate side.
count_astray() {
	in_ns crt nft -f - <<-END
		add counter netdev evidence astray
		insert rule netdev evidence seen ip daddr $C2 counter name astray
	END
}

has_remote_tunnel() { in_ns gw ping -q -c 1 -W 1 10.251.0.1; }

test_dials_out_without() {
	with_pptpgw
	sed -i '/203.0.113.11/d' /etc/netns/pgw-gw/pptpgw/pptpgw.conf
	in_ns gw pptpgw route apply >"$WORK/apply.log"
	remote_server
	count_astray
	dial gw "$C2"
	! wait_for 15 has_remote_tunnel || fail "there is a tunnel"
	at_least "packets astray" "$(seen crt astray)" 1
	record "gateway dials out" without "no tunnel, $(seen crt astray) packets astray"
}

test_dials_out() {
	with_pptpgw
	remote_server
	count_astray
	dial gw "$C2"
	wait_for 60 has_remote_tunnel || fail "no tunnel"
	tunnel c1 "$WAN0"
	check "the remote tunnel" has_remote_tunnel
	is "packets astray" "$(seen crt astray)" 0
	is "leaked" "$(leaked)" 0
	record "gateway dials out" with "a tunnel, and those of clients, 0 packets astray"
}

run_tests without route_by_name with dials_out_without dials_out
