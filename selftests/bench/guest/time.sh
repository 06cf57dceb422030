#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# time.sh CONFIGURATION TUNNELS...: the time that a GRE reply takes, where the time
# stamp counter is a clock: not in a virtual machine that counts instructions. Prints
# the clock's rate, then lines like packets.sh.

# shellcheck source=gateway.sh
. "$(dirname "$0")/gateway.sh"

# shellcheck disable=SC2034
BUILT_IN=yes

configure "$1"
shift
tell ticks 100
for tunnels; do
	make_tunnels "$tunnels"
	measure_replies gre_reply "$tunnels"
done
