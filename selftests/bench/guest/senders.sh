#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# senders.sh CONFIGURATION RUNS: how many replies a second one processor sends, and
# two at once. Prints a line for each run of each.

# shellcheck source=gateway.sh
. "$(dirname "$0")/gateway.sh"

configure "$1"
make_tunnels 2000
for ((i = 0; i < $2; i++)); do
	tell senders 1
	tell senders 2
done
