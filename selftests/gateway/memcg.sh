#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What pptpgw pins for those who are root only in a user namespace of theirs: it is
# little, it is charged to their memory cgroup, and it comes back.

. "$(dirname "$0")/../lib/gateway.sh"

CGROUP=/sys/fs/cgroup/pgw-tenants
TENANTS=40

make_cgroup() {
	grep -qw memory /sys/fs/cgroup/cgroup.controllers 2>/dev/null ||
		skip "no memory cgroups here"
	echo +memory >/sys/fs/cgroup/cgroup.subtree_control
	mkdir "$CGROUP"
	trap end_tenants EXIT
}

# become COMMAND...: one of the tenants' processes, instead of this subshell.
become() {
	echo "$BASHPID" >"$CGROUP/cgroup.procs"
	exec "$@"
}

# tenant: make one, in $pid: a user with namespaces of users and network.
tenant() {
	(become setpriv --reuid 1000 --regid 1000 --clear-groups \
		unshare -Urn sleep 1000) &
	pid=$!
	disown
	wait_for 10 is_sleep "$pid" || fail "no user namespace"
	in_tenant ip link set lo up
	in_tenant ip link add up0 type dummy
	in_tenant "$PPTPGW" dev show >/dev/null
	in_tenant "$PPTPGW" dev set up0 role corporate
	in_tenant "$PPTPGW" dev set up0 role none
}

is_sleep() { [ "$(cat "/proc/$1/comm")" = sleep ]; }

# in_tenant COMMAND...: as root of the tenant $pid.
in_tenant() { (become nsenter -t "$pid" -U -n "$@"); }

# KiB of the kernel's memory, of the kinds that are kept for long. Not the files in sysfs
# (their nodes, owners and names), as those of all devices: the kernel lets nobody pay
# for them.
system_pins() {
	awk '/^(Slab|VmallocUsed|Percpu):/ { kb += $2 }
		/^(kernfs_node_cache|kernfs_iattrs_cache|kmalloc-16|kmalloc-32) / {
			kb -= $3 * $4 / 1024
		}
		END { print int(kb) }' /proc/meminfo /proc/slabinfo
}

tenants_pay() {
	awk '/^(slab|vmalloc|percpu) / { b += $2 } END { print int(b / 1024) }' \
		"$CGROUP/memory.stat"
}

# What can be given back, is, empty slabs too; the statistics are brought together every
# 2 seconds.
settle() {
	local cache
	sync
	sleep 1
	echo 3 >/proc/sys/vm/drop_caches
	for cache in /sys/kernel/slab/*/shrink; do
		echo 1 >"$cache"
	done
	sleep 5
}

# measure NAME: the KiB are ${pins[NAME]} and ${pay[NAME]} then.
declare -A pins pay
measure() {
	settle
	pins[$1]=$(system_pins) pay[$1]=$(tenants_pay)
}

end_tenants() {
	trap - EXIT
	echo 1 >"$CGROUP/cgroup.kill"
	wait_for 20 rmdir "$CGROUP" || fail "tenants stay"
}

test_namespaces() {
	local pids=() pinned charged
	make_cgroup
	load
	for _ in $(seq "$TENANTS"); do
		tenant
		pids+=("$pid")
	done
	measure before
	for pid in "${pids[@]}"; do
		in_tenant "$PPTPGW" dev set up0 role internet
	done
	measure with
	for pid in "${pids[@]}"; do
		in_tenant "$PPTPGW" dev set up0 role none
		in_tenant ip link del up0
	done
	measure after
	end_tenants

	pinned=$((pins[with] - pins[before])) charged=$((pay[with] - pay[before]))
	note "$TENANTS namespaces pin $pinned KiB, $((pinned / TENANTS)) each; charged: $charged KiB"
	note "afterwards: $((pins[after] - pins[before])) KiB pinned, $((pay[after] - pay[before])) KiB charged"
	at_least "KiB pinned" "$pinned" "$TENANTS"
	at_least "64 KiB, less what a namespace pins" $((64 - pinned / TENANTS)) 1
	at_least "charged, of the 80 % that must be" "$charged" $((pinned * 80 / 100))
	at_least "given back, of 80 %" $((pins[with] - pins[after])) $((pinned * 80 / 100))
	# What lo has counted stays with it.
	at_least "no longer charged, of 80 %" $((pay[with] - pay[after])) $((charged * 80 / 100))
}

# Two namespaces of one tenant: the server's, $pid, and that of its clients.
two_ends() {
	local server clients
	tenant
	server=$pid
	(become nsenter -t "$pid" -U -n unshare -n sleep 1000) &
	clients=$!
	disown
	sleep 1
	wait_for 10 is_sleep "$clients" || fail "no second namespace"
	in_tenant ip link add wan9 type veth peer name eth0 netns "$clients"
	in_tenant ip addr add 10.9.0.1/24 dev wan9
	in_tenant ip link set wan9 up
	in_tenant ip route add 10.10.0.0/16 via 10.9.0.2
	in_tenant "$PPTPGW" dev set wan9 role internet
	pid=$clients
	in_tenant ip link set lo up
	in_tenant ip link set eth0 up
	in_tenant ip addr add 10.9.0.2/24 dev eth0
	in_tenant ip route add local 10.10.0.0/16 dev lo
	pid=$server
	CLIENTS=$clients
}

# meet_clients COUNT
meet_clients() {
	local server=$pid
	pid=$CLIENTS in_tenant "$TOOLS/meet" "/proc/$server/ns/net" 10.9.0.1 \
		10.10.0.0/16 "$1"
}

# of_tenant FILTER: of the server's uplink.
of_tenant() {
	in_tenant "$PPTPGW" -j dev show >"$WORK/show"
	jq ".[] | select(.ifname == \"wan9\") | $1" "$WORK/show"
}

peers_in_slab() { awk '$1 == "pptpgw_peer" { print int($2 * $4 / 1024) }' /proc/slabinfo; }

test_peers() {
	local peers charged
	make_cgroup
	load
	two_ends
	meet_clients 1
	is "peers" "$(of_tenant .peers)" 1
	measure before
	meet_clients 1100
	measure with
	peers=$(peers_in_slab) charged=$((pay[with] - pay[before]))
	note "$(of_tenant .peers) peers; in slabs $peers KiB; charged: $charged KiB"
	is "peers" "$(of_tenant .peers)" 1024
	at_least "refused" "$(of_tenant .table_full)" $((1100 - 1024))
	at_least "charged" "$charged" $((peers * 80 / 100))
	in_tenant "$PPTPGW" tunnel flush >/dev/null
	measure after
	note "afterwards: $((pay[after] - pay[before])) KiB charged"
	at_least "given back" $((pay[with] - pay[after])) $((peers * 80 / 100))
	end_tenants
}

# An Outgoing-Call-Reply (RFC 2637, section 2.8) with the server's call ID.
grant() {
	printf '%b' '\0\x20\0\x01\x1a\x2b\x3c\x4d\0\x08\0\0\0' \
		"\\x$(printf %02x "$1")" '\0\x01\x01\0\0\0' \
		'\0\0\xff\xff\0\x40\0\0\0\0\0\0'
}

test_calls() {
	local i server
	make_cgroup
	load
	two_ends
	for i in $(seq 12); do
		grant "$i" >"$WORK/grant.$i"
	done
	chmod -R a+rX "$WORK"
	in_tenant socat TCP-LISTEN:1723,reuseaddr \
		"SYSTEM:read go; for i in \$(seq 12); do cat $WORK/grant.\$i; sleep 0.3; done; sleep 100" &
	sleep 2
	server=$pid
	(sleep 1; echo go; sleep 100) |
		pid=$CLIENTS in_tenant socat - \
			TCP:10.9.0.1:1723,bind=10.10.0.5 >/dev/null &
	pid=$server
	sleep 8
	is "peers" "$(of_tenant .peers)" 1
	is "calls" "$(of_tenant .calls_opened)" 8
	is "calls refused" "$(of_tenant .calls_refused)" 4
	end_tenants
}

run_tests namespaces peers calls
