#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Memory after many rounds: the module loaded and unloaded under traffic, namespaces with
# roles, devices that are made again. By slab cache, vmalloc and percpu; what grows by an
# object in two rounds, or by 64 bytes of percpu memory in each, leaks. LOADS, NAMESPACES and
# DEVICES are the rounds.

. "$(dirname "$0")/../lib/gateway.sh"

LOADS=${LOADS:-1000}
NAMESPACES=${NAMESPACES:-10000}
DEVICES=${DEVICES:-1000}

sees_slabs() {
	[ -e /sys/kernel/slab/ip_dst_cache ] || skip "cannot count: boot with slab_nomerge"
}

# memory: what is in use, as "NAME NUMBER" lines, when all that was deferred is done.
memory() {
	local cache
	sleep "${WAIT:-60}"
	for cache in /sys/kernel/slab/*; do
		echo 1 >"$cache/shrink"
	done
	awk 'NR > 2 { print "slab:" $1, $2 }' /proc/slabinfo
	echo "vmalloc_areas $(wc -l </proc/vmallocinfo)"
	awk '/^Percpu:/ { print "percpu_KiB", $2 }' /proc/meminfo
}

# grown ROUNDS: what is more than before, by at least 8; fails on a leak: an object in two
# rounds, or 64 bytes of percpu memory in a round (struct pgw_iface_cpu has more). After few
# rounds, what a cache keeps in pages that are not empty looks like one.
grown() {
	memory >"$WORK/after"
	join <(sort "$WORK/before") <(sort "$WORK/after") |
		awk -v rounds="$1" '$3 - $2 >= 8 {
			print "# " $1 ": " $2 " before, " $3 " after " rounds " rounds"
			leaks += $3 - $2 >= rounds / ($1 == "percpu_KiB" ? 16 : 2)
		}
		END { exit leaks > 0 }' || fail "memory leaks"
}

# Replies by themselves, as clients that begin take longer than a round.
replies() { while :; do send gw -n 100 -s "$WAN0" -d 198.18.0.0/24 47 "$GRE_DATA" || sleep 0.1; done; }

clients() { while :; do meet 198.18.0.0/24 20 || sleep 0.1; done; }

test_loads() {
	local round workers=() steered=0
	sees_slabs
	replies >/dev/null 2>&1 & workers+=($!)
	clients >/dev/null 2>&1 & workers+=($!)
	load_with_roles
	sleep 2
	rmmod pptpgw
	memory >"$WORK/before"
	for ((round = 0; round < LOADS; round++)); do
		load_with_roles
		! wait_for 2 counts wan0 steered 1 || steered=$((steered + 1))
		rmmod pptpgw || fail "rmmod failed in round $round"
		[ $((round % 100)) != 0 ] || say "loaded $round times"
	done
	note "replies were steered in $steered of $LOADS rounds"
	at_least "rounds with steered replies" "$steered" $((LOADS / 2))
	grown "$LOADS"
	kill "${workers[@]}"
	wait "${workers[@]}" || true
}

BATCH=20	# namespaces at once: their end waits for all processors

# for_batch LINE...: these, for each of the batch, whose name is NS in them.
for_batch() {
	local i
	for ((i = 0; i < BATCH; i++)); do
		printf '%s\n' "${@//NS/pgw-new$i}"
	done
}

new_namespaces() {
	local i
	for_batch "netns add NS" "link add wan0 netns NS type dummy" \
		"link add corp0 netns NS type dummy" | ip -batch -
	for ((i = 0; i < BATCH; i++)); do
		"$PPTPGW" -n "pgw-new$i" dev set wan0 role internet
		"$PPTPGW" -n "pgw-new$i" dev set corp0 role corporate
	done
	for_batch "netns del NS" | ip -batch -
}

test_namespaces() {
	local round
	sees_slabs
	load_with_roles
	new_namespaces
	memory >"$WORK/before"
	for ((round = 0; round < NAMESPACES; round += BATCH)); do
		new_namespaces
		[ $((round % 500)) != 0 ] || say "$round namespaces"
	done
	grown "$NAMESPACES"
}

test_devices() {
	local round
	sees_slabs
	load_with_roles
	memory >"$WORK/before"
	for ((round = 0; round < DEVICES; round++)); do
		ip -n pgw-gw link add wan2 type dummy
		setting wan2 role internet
		ip -n pgw-gw link set wan2 up
		ip -n pgw-gw link del wan2
		[ $((round % 100)) != 0 ] || say "$round devices"
	done
	grown "$DEVICES"
}

say() { echo "pptpgw: $*" >&2; }

# memory.sh [TEST...]: all, unless some are named.
[ $# -gt 0 ] || set -- loads namespaces devices
run_tests "$@"
