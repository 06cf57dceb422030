#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# expiry.sh: how long the processor is kept from others while a million peers expire,
# in a virtual machine that counts instructions. Prints the longest such time in
# nanoseconds, while nothing expires ("before") and while they do ("expiring").

# shellcheck source=gateway.sh
. "$(dirname "$0")/gateway.sh"

PEERS=1000000

configure pptpgw
make_tunnels $PEERS
tell stall 20 | sed 's/^stall/before/'
echo 1 >/sys/module/pptpgw/parameters/peer_timeout
tell stall 60 | sed 's/^stall/expiring/'
[ "$(cat /sys/class/net/wan0/pptpgw/peers)" = 0 ] || die "some peers have not expired"
