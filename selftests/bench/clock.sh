#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# clock.sh CONFIGURATION TUNNELS...: the time that a GRE reply takes, where the time
# stamp counter is a clock: not in a virtual machine that counts instructions. Prints
# the clock's rate, then lines like steer.sh.

# shellcheck source=gateway.sh
. "$(dirname "$0")/gateway.sh"

# The kernel has all of it built in.
modprobe() { :; }

configure "$1"
shift
tell ticks 100
for tunnels; do
	make_tunnels "$tunnels"
	measure_replies gre_reply "$tunnels"
done
