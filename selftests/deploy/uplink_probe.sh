#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Two uplinks with one address, which the ISPs announce: one of them fails, by its carrier
# or silently, and the ISP sends the client's packets by the other. How long until the same
# tunnel works again? With the files of Documentation/examples/uplink-probe.
#
# vm: --daemons --timeout 2400

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/../lib/servers.sh"
. "$(dirname "$0")/recipe_lib.sh"

export RECIPE_PROGRAMS=ping
export GATEWAYS=gw

setup() { share_uplinks; }

# As the unit does.
start_probe() {
	local PROBE_ADDRESS
	# shellcheck source=Documentation/examples/uplink-probe/probe disable=SC1091
	. "$EXAMPLES/uplink-probe/probe"
	bg gw "$EXAMPLES/uplink-probe/pptpgw-probe" wan0 "$PROBE_ADDRESS" >"$WORK/probe.log" 2>&1
}

# The ISP's network finds out at once, which takes longer in life: with and without.
route_by() { ip -n pgw-isp route replace "$SHARED" via "$1"; }

fault_carrier() { ip -n pgw-isp link set wan0 down; }

repair_carrier() { ip -n pgw-isp link set wan0 up; }

# The router at the other end answers; nothing comes from behind it.
fault_silent() {
	in_ns isp nft -f - <<-END
		table ip dead {
			chain pre {
				type filter hook prerouting priority 0;
				iifname br0 ip daddr != 198.51.100.1 counter drop
			}
		}
	END
}

repair_silent() { in_ns isp nft delete table ip dead; }

# moved FAULT SECONDS: print the seconds until the tunnel carries pings again.
moved() {
	local began
	began=$(milliseconds)
	in_ns isp nft delete table netdev uplinks
	"fault_$1"
	route_by "$WAN1"
	wait_for "$2" works c1 || return 0
	seconds_since "$began"
}

without() { # FAULT CASE
	tunnel c1 "$SHARED"
	is "seconds" "$(moved "$1" 40)" ""
	record "$2" without "the tunnel is lost"
}

test_carrier_without() { without carrier "two uplinks, carrier lost"; }

test_silent_without() { without silent "two uplinks, silently dead"; }

# survives FAULT SECONDS: sets took.
survives() {
	start_with_defaults
	[ -z "${probe:-}" ] || start_probe
	tunnel c1 "$SHARED"
	took=$(moved "$1" "$2")
	[ -n "$took" ] || fail "the tunnel is lost"
	check "the client dialled again" kill -0 "$(cat "$WORK/c1.pid")"
	is "leaked" "$(leaked)" 0
}

test_carrier_with() {
	survives carrier 20
	record "two uplinks, carrier lost" with "the tunnel survives, 0 replies leaked"
	record "two uplinks, carrier lost" recovery "$took s"
}

# A control segment would prove that the client comes in by the other uplink, within a
# minute; before that, its PPP gives up, and it dials again.
test_silent_with() {
	start_with_defaults
	redial c1 "$SHARED"
	wait_for 60 works c1 || fail "no tunnel"
	took=$(moved silent 60)
	[ -n "$took" ] || fail "no tunnel by the other uplink"
	is "leaked" "$(leaked)" 0
	record "two uplinks, silently dead" with "the client dials again, 0 replies leaked"
	record "two uplinks, silently dead" recovery "$took s"
}

has_role() { [ "$(value "$1" role)" = "$2" ]; }

# New clients come in by the other, whose ISP serves them; the uplink returns.
test_silent_with_probe() {
	probe=yes
	survives silent 40
	record "two uplinks, silently dead, probe" with "the tunnel survives, 0 replies leaked"
	record "two uplinks, silently dead, probe" recovery "$took s"
	is "role" "$(value wan0 role)" none
	tunnel c2 "$WAN1"
	repair_silent
	wait_for 30 has_role wan0 internet || fail "the uplink does not return"
	route_by "$WAN0"
	wait_for 90 works c1 || fail "the tunnel does not survive the return"
	hang_up c2
	tunnel c2 "$WAN0"
	is "leaked" "$(leaked)" 0
	at_least "replies by wan0" "$(by wan0)" 10
}

run_tests carrier_without carrier_with silent_without silent_with silent_with_probe
