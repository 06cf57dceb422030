#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# churn.sh CONFIGURATION TUNNELS...: what a reply costs on average while routes of the
# corporate side come and go, in a virtual machine that counts instructions. Prints
# lines for each number of tunnels: "quiet", what it costs when none does; "begin", in the
# first seconds, and "amid", after them, with the number of changes a second, too.

# shellcheck source=gateway.sh
. "$(dirname "$0")/gateway.sh"

# Some more than a thousand changes a second: pgwbench.ko tells how many. To wait for
# what never comes takes no process.
churn() {
	local i never
	exec {never}<> <(:)
	while read -rt 0.003 -u "$never" || true; do
		for i in 1 2 3 4 5; do
			echo "route replace 10.30.$i.0/24 via 10.1.0.1"
			echo "route del 10.30.$i.0/24 via 10.1.0.1"
		done
	done > >(exec ip -batch -)
}

configure "$1"
shift
for tunnels; do
	make_tunnels "$tunnels"
	tell amid "$tunnels" | sed 's/^amid/quiet/'
	churn &
	tell amid "$tunnels" | sed 's/^amid/begin/'
	tell amid "$tunnels"
	kill $!
	wait
done
