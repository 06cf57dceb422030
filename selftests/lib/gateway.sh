# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of a gateway source: all of the libraries, a fresh topology for each
# test, and no module until the test loads it.

LIB=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=selftests/lib/ktap.sh
. "$LIB/ktap.sh"
# shellcheck source=selftests/lib/netns.sh
. "$LIB/netns.sh"
# shellcheck source=selftests/lib/topology.sh
. "$LIB/topology.sh"
# shellcheck source=selftests/lib/tunnels.sh
. "$LIB/tunnels.sh"
# shellcheck source=selftests/lib/module.sh
. "$LIB/module.sh"
# shellcheck source=selftests/lib/tool.sh
. "$LIB/tool.sh"

requires() {
	need_root
	[ -n "$MODULE" ] || skip_all "pptpgw.ko is not built"
	need_programs ip nft pptpd pppd pptp ss "$TOOLS/ipsend"
	load_ppp
}

setup() { make_topology; }

teardown() {
	unload
	remove_topology
	forget_tunnels
}

show_logs() {
	show_tail 15 "$WORK"/*.log "$WORK"/pptpd-*/log "$WORK"/pptpd-*/pppd.log
	# shellcheck disable=SC2016
	! module_loaded || in_ns gw bash -c '
		cd /sys/class/net && grep -H . {wan,corp}*/pptpgw/* | grep -v ":0$"' |
		sed 's/^/#   /'
	dmesg | tail -n 5 | sed 's/^/#   /'
}
