#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# expiry.sh: how long the processor is kept from others while a million peers are there,
# are walked over, and expire, in a virtual machine that counts instructions. Prints the
# longest such time in nanoseconds by what goes on: "before" is nothing.

# shellcheck source=gateway.sh
. "$(dirname "$0")/gateway.sh"

PEERS=1000000

# during NAME SECONDS COMMAND...: the longest such time while COMMAND runs.
during() {
	local name=$1 seconds=$2 pid
	shift 2
	tell stall "$seconds" | sed "s/^stall/$name/" &
	pid=$!
	sleep 1
	"$@" >/dev/null
	wait "$pid"
}

tool() { "$top/pptpgw" "$@"; }

configure pptpgw
make_tunnels $PEERS
tell stall 20 | sed 's/^stall/before/'
# None of them has this address: all are looked at.
during listing 20 tool tunnel show client 192.0.2.1
during flushing 20 tool tunnel flush client 192.0.2.1
during explaining 20 tool explain 192.0.2.1
echo 1 >/sys/module/pptpgw/parameters/peer_timeout
tell stall 60 | sed 's/^stall/expiring/'
[ "$(cat /sys/class/net/wan0/pptpgw/peers)" = 0 ] || die "some peers have not expired"
