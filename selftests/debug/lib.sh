# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the detectors of a debug kernel found. Sourced on the host and in the virtual
# machine; $DETECTORS is the file that lists them.

DETECTORS=$(dirname "${BASH_SOURCE[0]}")/detectors

# found_in FILE...: the names of the detectors whose words are in a log, one a line.
found_in() {
	local name words
	while read -r name words; do
		if grep -aqE -e "$words" "$@"; then
			printf '%s\n' "$name"
		fi
	done < <(grep -v '^#' "$DETECTORS")
}

KMEMLEAK=/sys/kernel/debug/kmemleak

has_kmemleak() { [ -e "$KMEMLEAK" ]; }

# What was allocated before is not the test's.
forget_leaks() { ! has_kmemleak || echo clear >"$KMEMLEAK"; }

# report_leaks: log what nobody points to. An object is a leak when it is 5 seconds old
# and two scans agree. Without kmemleak nothing is found, and the mutant call-kept fails.
report_leaks() {
	has_kmemleak || return 0
	sleep 6
	echo scan >"$KMEMLEAK"
	sleep 1
	echo scan >"$KMEMLEAK"
	sed 's/^unreferenced/kmemleak: &/; s/^/<3>/' "$KMEMLEAK" | head -n 200 |
		while IFS= read -r line; do
			printf '%s\n' "$line" >/dev/kmsg
		done
}
