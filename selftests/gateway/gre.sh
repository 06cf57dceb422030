#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# GRE on its own: a rule routes the control connection right, so only GRE is at
# stake.

. "$(dirname "$0")/../lib/gateway.sh"

control_is_right() {
	ip_batch gw <<-END
		route add default via 198.51.100.1 table 100
		rule add ipproto tcp sport 1723 lookup 100
	END
}

# The client's GRE is held back: the server's is the first.
hold_client() {
	control_is_right
	in_ns isp nft -f - <<-END
		table ip hold {
			chain forward {
				type filter hook forward priority 0;
				ip saddr $C1 meta l4proto gre drop
			}
		}
	END
	start_pptpd gw
}

test_server_first_without() {
	hold_client
	dial c1 "$WAN0"
	wait_for 30 reaches 2 leaked gre || fail "no GRE leaked"
	is "GRE by wan0" "$(by wan0 gre)" 0
}

test_server_first_with() {
	hold_client
	load_with_roles
	dial c1 "$WAN0"
	wait_for 30 reaches 2 by wan0 gre || fail "no GRE came by wan0"
	is "leaked GRE" "$(leaked gre)" 0
	in_ns isp nft delete table ip hold
	wait_for 60 up c1 || fail "no tunnel"
	check "ping" pings c1
	is "leaked" "$(leaked)" 0
}

# PX_PROTO_PPTP: the kernel's own GRE, at both ends.
kernel_call() {
	modprobe -q pptp || skip "this kernel has no PPTP sockets"
	control_is_right
	bg gw "$TOOLS/kpptp" server "$WAN0" 10 >"$WORK/server.log" 2>&1
	wait_for 10 listens gw || fail "the server does not listen"
	in_ns c1 "$TOOLS/kpptp" client "$WAN0" 10 >"$WORK/client.log" 2>&1
}

test_kernel_sockets_without() {
	! kernel_call || fail "the frames came"
	at_least "leaked GRE" "$(leaked gre)" 5
	is "GRE by wan0" "$(by wan0 gre)" 0
}

test_kernel_sockets_with() {
	load_with_roles
	kernel_call || fail "frames are missing"
	is "leaked GRE" "$(leaked gre)" 0
	at_least "GRE by wan0" "$(by wan0 gre)" 10
	at_least "steered" "$(value wan0 steered)" 10
}

run_tests server_first_without server_first_with \
	kernel_sockets_without kernel_sockets_with
