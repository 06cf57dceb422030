#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The guard against those who ask for a default route through the corporate side
# by ip(8) and ioctl().

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/../lib/guard.sh"

test_plain() {
	violate() { gw_ip route add default via 10.1.0.1 dev corp0; }
	undo() { gw_ip route del default via 10.1.0.1 dev corp0; }
	no_corporate_default
	three_ways "default 10.1.0.1"
	can_deny || return 0
	is "exit status" "$status" 2
	grep -Eq '^[0-9:.]+ guard denied: default via 10.1.0.1 dev corp0$' \
		"$WORK/lines" || fail "$(cat "$WORK/lines")"
}

test_replacing() {
	violate() { gw_ip route replace default via 10.1.0.1 dev corp0 metric 200; }
	undo() { gw_ip route replace default via 198.51.100.1 metric 200; }
	no_corporate_default
	three_ways "default 10.1.0.1"
	check "the old route is gone" leaves_by wan0
}

# Beside one for any TOS, which leaves by wan0.
test_tos() {
	violate() {
		gw_ip route add default tos 0x10 via 10.1.0.1 dev corp0 metric 400
	}
	undo() { gw_ip route del default tos 0x10 via 10.1.0.1 dev corp0; }
	no_corporate_default
	three_ways "default 10.1.0.1"
	check "the other default route is gone" leaves_by wan0
}

# Beside a better one for the same TOS, it is not active, and nobody's business.
test_tos_second() {
	no_corporate_default
	guarded deny
	gw_ip route add default tos 0x10 via 198.51.100.1 metric 5
	gw_ip route add default tos 0x10 via 10.1.0.1 metric 6
	is "denied" "$(value corp0 guard_denied)" 0
	is "warned" "$(value corp0 guard_warned)" 0
	gw_ip route del default tos 0x10 via 198.51.100.1 2>"$WORK/err" ||
		fail "the better route cannot be deleted"
	is "said" "$(cat "$WORK/err")" "$WARNING"
	is "warned" "$(value corp0 guard_warned)" 1
	is "denied" "$(value corp0 guard_denied)" 0
}

# What VPN clients do.
test_halves() {
	violate() {
		gw_ip route add 0.0.0.0/1 via 10.1.0.1
		gw_ip route add 128.0.0.0/1 via 10.1.0.1
	}
	undo() {
		gw_ip route del 0.0.0.0/1
		gw_ip route del 128.0.0.0/1
	}
	no_corporate_default
	three_ways "0.0.0.0/1 10.1.0.1" "128.0.0.0/1 10.1.0.1"
}

test_on_link() {
	violate() { gw_ip route add default dev corp0; }
	undo() { gw_ip route del default dev corp0; }
	no_corporate_default
	three_ways "default -"
}

test_multipath() {
	violate() {
		gw_ip route add default nexthop via 198.51.100.1 dev wan0 \
			nexthop via 10.1.0.1 dev corp0
	}
	undo() { gw_ip route del default metric 0; }
	no_corporate_default
	three_ways "default 10.1.0.1"
}

test_nexthop_object() {
	violate() { gw_ip route add default nhid 1; }
	undo() { gw_ip route del default nhid 1; }
	no_corporate_default
	gw_ip nexthop add id 1 via 10.1.0.1 dev corp0
	three_ways "default 10.1.0.1"
}

test_nexthop_group() {
	violate() { gw_ip route add default nhid 3; }
	undo() { gw_ip route del default nhid 3; }
	no_corporate_default
	gw_ip nexthop add id 1 via 10.1.0.1 dev corp0
	gw_ip nexthop add id 2 via 198.51.100.1 dev wan0
	gw_ip nexthop add id 3 group 1/2
	three_ways "default 10.1.0.1"
}

test_nexthop_replaced() {
	violate() { gw_ip nexthop replace id 1 via 10.1.0.1 dev corp0; }
	undo() { gw_ip nexthop replace id 1 via 198.51.100.1 dev wan0; }
	expect_no_message_for_objects
	no_corporate_default
	gw_ip nexthop add id 1 via 198.51.100.1 dev wan0
	gw_ip route add default nhid 1
	three_ways "default 10.1.0.1"
	check "the old nexthop is gone" leaves_by wan0
}

test_nexthop_in_group_replaced() {
	violate() { gw_ip nexthop replace id 1 via 10.1.0.1 dev corp0; }
	undo() { gw_ip nexthop replace id 1 via 198.51.100.1 dev wan0; }
	expect_no_message_for_objects
	no_corporate_default
	gw_ip nexthop add id 1 via 198.51.100.1 dev wan0
	gw_ip nexthop add id 2 via 192.0.2.1 dev wan1
	gw_ip nexthop add id 3 group 1/2
	gw_ip route add default nhid 3
	three_ways "default 10.1.0.1"
}

test_group_replaced() {
	violate() { gw_ip nexthop replace id 3 group 1/2; }
	undo() { gw_ip nexthop replace id 3 group 2; }
	expect_no_message_for_objects
	no_corporate_default
	gw_ip nexthop add id 1 via 10.1.0.1 dev corp0
	gw_ip nexthop add id 2 via 192.0.2.1 dev wan1
	gw_ip nexthop add id 3 group 2
	gw_ip route add default nhid 3
	three_ways "default 10.1.0.1"
}

# A nexthop object that no default route uses is nobody's business.
test_nexthop_unused() {
	no_corporate_default
	guarded deny
	gw_ip nexthop add id 1 via 198.51.100.1 dev wan0
	gw_ip route add 172.16.0.0/12 nhid 1
	gw_ip nexthop replace id 1 via 10.1.0.1 dev corp0
	is "denied" "$(value corp0 guard_denied)" 0
	is "warned" "$(value corp0 guard_warned)" 0
}

test_batch() {
	violate() {
		gw_ip -batch - <<-END
			route add 172.16.0.0/12 via 10.1.0.1
			route add default via 10.1.0.1 dev corp0
		END
	}
	undo() {
		gw_ip route del default via 10.1.0.1
		gw_ip route del 172.16.0.0/12
	}
	no_corporate_default
	three_ways "default 10.1.0.1"
	can_deny || return 0
	gw_ip route show | grep -q '^172.16.0.0/12 via 10.1.0.1' ||
		fail "a corporate route was refused"
}

# ioctl(SIOCADDRT), as route(8) and pppd have it, knows no messages.
test_ioctl() {
	violate() { in_ns gw busybox route add default gw 10.1.0.1 dev corp0; }
	undo() { gw_ip route del default via 10.1.0.1 dev corp0; }
	command -v busybox >/dev/null || skip "busybox is not installed"
	warning=""
	refusal="route: SIOCADDRT: Operation not permitted"
	no_corporate_default
	three_ways "default 10.1.0.1"
}

# What is refused to nobody: routes that are no corporate default routes.
test_innocent() {
	no_corporate_default
	guarded deny
	gw_ip route add 0.0.0.0/2 via 10.1.0.1
	gw_ip route add 10.0.0.0/8 via 10.1.0.1
	gw_ip route add default via 10.1.0.1 table 100
	gw_ip route add default via 198.51.100.1 metric 20
	gw_ip route add 0.0.0.0/1 via 198.51.100.1
	gw_ip route add unreachable default metric 10
	gw_ip route replace default via 192.0.2.1 metric 5
	is "denied" "$(value corp0 guard_denied)" 0
	is "warned" "$(value corp0 guard_warned)" 0
	is "events" "$(jq -c 'select(.event != "dev_changed")' "$WORK/events")" ""
}

run_tests plain replacing tos tos_second halves on_link multipath nexthop_object nexthop_group \
	nexthop_replaced nexthop_in_group_replaced group_replaced nexthop_unused \
	batch ioctl innocent
