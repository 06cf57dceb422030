#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# profile.sh CONFIGURATION MEASUREMENT...: print the kernel's symbols and where the
# module's code is, then have the emulator log each instruction while three
# batches of each kind of packets are sent.

# shellcheck source=gateway.sh
. "$(dirname "$0")/gateway.sh"

port=$(grep -lx monitor /sys/class/virtio-ports/*/name) || die "no port leads to the monitor"
port=${port%/name}
monitor=/dev/${port##*/}

# Prints what was measured, too.
trace() { # MEASUREMENT
	printf '%s\n' "singlestep on" "log exec,nochain" >"$monitor"
	sleep 0.1
	tell "$1" 1
	printf '%s\n' "log none" "singlestep off" >"$monitor"
	sleep 0.1
}

configure "$1"
shift
make_tunnels 1
echo 2 >/sys/module/pgwbench/parameters/batches
cat /proc/kallsyms
[ "$configuration" != pptpgw ] ||
	echo "text $(cat /sys/module/pptpgw/sections/.text)"
for name; do
	[ "$name" != already_right ] || end_wrong_default
	trace "$name"
done
