#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A first configuration from the routes that are there.

. "$(dirname "$0")/lib.sh"

HEADER="# Routes that other programs own. Delete each there, and by 'ip route del': until
# then 'pptpgw route apply' reports a conflict."

others_routes() {
	route add 10.20.0.0/16 via 10.1.0.1 metric 50 proto static
	route add 10.21.0.0/16 via 10.1.0.1
	route add 10.22.0.0/16 nexthop via 10.1.0.1 weight 2 nexthop via 10.1.0.3
	route add blackhole 10.23.0.0/16 proto static
	route add 10.24.0.0/16 via 10.1.0.1 table 100 src 10.1.0.2 mtu lock 1400
	route6 add 2001:db8:20::/48 via 2001:db8:1::1 proto static
}

# Without those of the kernel, of daemons, of DHCP, and of ours.
more_routes() {
	local daemon
	for daemon in zebra bird ospf bgp dhcp ra keepalived babel 99; do
		route add 10.30.0.0/16 via 10.1.0.1 metric "$RANDOM" \
			proto "$daemon"
	done
	route add 10.40.0.0/16 via 10.1.0.1 proto 217
}

lines() {
	cat <<-END
		route 10.24.0.0/16 via 10.1.0.1 dev corp0 table 100 src 10.1.0.2 mtu lock 1400  # owned by boot
		# route default via 198.51.100.1 dev wan0  # left out: a default route is the uplink's; owned by boot
		route 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50  # owned by static
		route 10.21.0.0/16 via 10.1.0.1 dev corp0  # owned by boot
		route 10.22.0.0/16 nexthop via 10.1.0.1 dev corp0 weight 2 nexthop via 10.1.0.3 dev corp0  # owned by boot
		route blackhole 10.23.0.0/16  # owned by static
		route 2001:db8:20::/48 via 2001:db8:1::1 dev corp0 metric 1024  # owned by static
	END
}

test_import() {
	others_routes
	more_routes
	table >"$WORK/before"
	exits 0 pg route import
	says err ""
	says out "$HEADER
$(lines)"
	check "the table is as before" same_table "$WORK/before"
}

# What it writes is a configuration: of the very routes that are there, whose owner is
# the only difference.
test_first_use() {
	others_routes
	exits 0 pg route import
	conf <"$WORK/out"
	exits 1 pg check-config
	is "complaints" "$(grep -c ' is owned by ' "$WORK/err")" 6
	is "other complaints" "$(grep -vc ' is owned by ' "$WORK/err")" 0
	for proto in static boot; do
		route flush proto "$proto" root 10.0.0.0/8
		route flush proto "$proto" table 100
		route6 flush proto "$proto" root 2001:db8::/32
	done
	apply
	counted 6 0 0 0
	exits 0 pg route diff
}

# What the configuration has no words for is no line of it.
test_left_out() {
	route add 10.20.0.0/16 via 10.1.0.1 initcwnd 10
	route add 10.21.0.0/16 via 10.1.0.1
	route append 10.21.0.0/16 via 10.1.0.3
	exits 0 pg route import
	says out "$HEADER
# route default via 198.51.100.1 dev wan0  # left out: a default route is the uplink's; owned by boot
# route 10.20.0.0/16 via 10.1.0.1 dev corp0 initcwnd 10  # left out: it has what pptpgw.conf(5) has no words for; owned by boot
route 10.21.0.0/16 via 10.1.0.1 dev corp0  # owned by boot
# route 10.21.0.0/16 via 10.1.0.3 dev corp0  # left out: a second one of the same prefix and metric; owned by boot"
}

test_json() {
	others_routes
	exits 0 pg -j route import
	is "JSON" "$(jq -c '.[] | [.dst, .owner, .left_out]' "$WORK/out" | sort)" \
		'["10.20.0.0/16","static",null]
["10.21.0.0/16","boot",null]
["10.22.0.0/16","boot",null]
["10.23.0.0/16","static",null]
["10.24.0.0/16","boot",null]
["2001:db8:20::/48","static",null]
["default","boot","a default route is the uplink'"'s"'"]'
}

run_tests import first_use left_out json
