# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the detectors of a debug kernel found. Sourced on the host and in the virtual
# machine; $DETECTORS is the file that lists them.

# shellcheck source=../lib/netns.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/netns.sh"

DETECTORS=$(dirname "${BASH_SOURCE[0]}")/detectors

# What Linux says of a failed allocation while a module loads (event_create_dir()).
NO_MATTER='WARNING: (CPU: .* at )?kernel/trace/trace_events\.c:.* event_define_fields'

# found_in FILE...: the names of the detectors whose words are in a log, one a line.
found_in() {
	local name words
	while read -r name words; do
		if [ "$(grep -ahvE -e "$NO_MATTER" "$@" | grep -cE -e "$words")" -gt 0 ]; then
			printf '%s\n' "$name"
		fi
	done < <(grep -v '^#' "$DETECTORS")
}

# complain WORDS: in the log, where the detectors' words are looked for.
complain() { printf '<3>%s\n' "$*" >/dev/kmsg; }

# compare_routes BEFORE SECONDS: complain if more exist than then, also so much later:
# namespaces end by and by.
compare_routes() {
	local end=$((SECONDS + $2))
	until [ "$(routes_alive)" -le "$1" ]; do
		if [ "$SECONDS" -ge "$end" ]; then
			complain "routes kept: $(($(routes_alive) - $1))"
			return
		fi
		sleep 1
	done
}

KMEMLEAK=/sys/kernel/debug/kmemleak

has_kmemleak() { [ -e "$KMEMLEAK" ]; }

# What was allocated before is not the test's.
forget_leaks() { ! has_kmemleak || echo clear >"$KMEMLEAK"; }

# The kernel turns kmemleak off when it has no memory for it.
scan_for_leaks() { echo scan >"$KMEMLEAK" || complain "kmemleak: cannot scan"; }

# Linux does not free the name of a cache that it has no memory to make: it skips
# kobject_put() (sysfs_slab_add()).
without_names_of_caches() {
	awk 'function show() { if (object !~ /kobject_init_and_add.*sysfs_slab_add/) printf "%s", object }
		/^unreferenced/ { show(); object = "" }
		{ object = object $0 "\n" }
		END { show() }'
}

# report_leaks: log what nobody points to. An object is a leak when it is 5 seconds old
# and two scans agree. Without kmemleak nothing is found, and the mutant call-kept fails.
report_leaks() {
	has_kmemleak || return 0
	sleep 6
	scan_for_leaks
	sleep 1
	scan_for_leaks
	without_names_of_caches <"$KMEMLEAK" | sed 's/^unreferenced/kmemleak: &/' | head -n 200 |
		while IFS= read -r line; do
			complain "$line"
		done
}
