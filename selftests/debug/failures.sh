#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Failing allocations, in a kernel with fault injection: each operation is repeated with
# its first, second, third ... allocation failing, until it passes. It may fail and say
# so; nothing may be half done, and the module unloads. In the packet path and in the
# kernel's workers allocations fail by cache or by chance: there fail-nth does not count.

. "$(dirname "$0")/../lib/gateway.sh"

FAILSLAB=/sys/kernel/debug/failslab
PAGES=/sys/kernel/debug/fail_page_alloc
MOST=${MOST:-600}

# The kernel itself warns where it has no memory for a tracepoint's files.
sysctl -qw kernel.panic_on_warn=0
echo 0 >"$FAILSLAB/verbose"
echo 0 >"$PAGES/verbose"

# Also those that may wait for memory.
fail_what_waits() {
	echo N >"$FAILSLAB/ignore-gfp-wait"
	echo N >"$PAGES/ignore-gfp-wait"
}

# fails N COMMAND...: sets status; false if the command asked for less than N.
fails() {
	status=0
	"$TOOLS/failnth" "$1" "$WORK/left" "${@:2}" >"$WORK/said" 2>&1 || status=$?
	[ "$status" != 125 ] || fail "failnth: $(cat "$WORK/said")"
	[ "$(cat "$WORK/left")" = 0 ]
}

# asked COMMAND...: how many allocations it asks for.
asked() {
	! fails 100000 "$@" || fail "$1 asks for too much"
	echo $((100000 - $(cat "$WORK/left")))
}

# A process that the kernel has killed, as it has no memory, says nothing.
says_why() {
	[ "$status" = 137 ] || grep -q . "$WORK/said" || fail "a refusal without a word"
}

# each_failure CHECK FIRST COMMAND...: from the allocation FIRST on. CHECK sees status,
# and puts all back as it was.
each_failure() {
	local check=$1 n=$2 refused=0 harmless=0
	shift 2
	while fails "$n" "$@"; do
		if [ "$status" = 0 ]; then
			harmless=$((harmless + 1))
		else
			refused=$((refused + 1))
			says_why
		fi
		"$check"
		n=$((n + 1))
		[ $((n % 50)) != 0 ] || note "$n: $refused refused, $harmless without harm"
		at_most "allocations that failed" $((refused + harmless)) "$MOST"
	done
	is "exit status without a failure" "$status" 0
	"$check"
	note "$((refused + harmless)) allocations failed: $refused refused, $harmless without harm"
	at_least "operations that were refused" "$refused" 1
}

# -- operations ----------------------------------------------------------------

insmod_is_whole() {
	if [ "$status" = 0 ]; then
		check "the module is there" module_loaded
		rmmod pptpgw
	else
		grep -qi 'memory' "$WORK/said" || note "insmod says: $(cat "$WORK/said")"
	fi
	check "no module is left" [ ! -e /sys/module/pptpgw ]
	check "no cache is left" [ ! -e /sys/kernel/slab/pptpgw_peer ]
}

is_alone() { ! in_ns gw test -e /sys/class/net/wan0 -o -e /sys/class/net/corp0; }

# Each device has dozens of files, so none is left but lo. A module that refuses a name
# does so first of all: what was asked before is insmod's and the kernel's.
test_insmod() {
	local first ns
	for ns in $ALL_NS; do
		[ "$ns" = gw ] || ip netns del "pgw-$ns"
	done
	wait_for 30 is_alone || fail "the cables stay"
	ip netns del pgw-gw
	first=$(($(asked insmod "$MODULE" internet=/) - 40))
	each_failure insmod_is_whole "$first" insmod "$MODULE"
}

# Two uplinks, and the new device, which works and goes.
see_devices() {
	# shellcheck disable=SC2016
	in_ns gw sh -ec '
		cd /sys/class/net
		cat wan0/pptpgw/role wan1/pptpgw/role
		[ -e new0 ] || exit 0
		[ -e new0/pptpgw/role ] && echo with files || echo without files
		ip link set new0 up
		ip link del new0'
}

# A device without the module's files works, and the log says why.
devices_are_whole() {
	see_devices >"$WORK/seen" || fail "the new device does not work"
	is "roles" "$(head -n 2 "$WORK/seen" | xargs)" "internet internet"
	[ "$status" != 0 ] || check "the device" grep -q files "$WORK/seen"
	! grep -q "without files" "$WORK/seen" ||
		dmesg | grep -q 'new0.*pptpgw: not available' ||
		fail "new0 has no files, and nothing says why"
	dmesg -C
}

# What the kernel asks for on its own comes first.
test_device() {
	local first add=(ip link add new0 netns pgw-gw type dummy)
	first=$(($(asked "${add[@]}") - 40))
	ip -n pgw-gw link del new0
	load_with_roles
	dmesg -C
	each_failure devices_are_whole "$first" "${add[@]}"
}

namespace_is_whole() {
	[ "$status" != 0 ] || check "the namespace" ip netns exec pgw-new true
	ip netns del pgw-new 2>/dev/null || umount /run/netns/pgw-new 2>/dev/null || true
	rm -f /run/netns/pgw-new
}

# The module's part comes last: all of a namespace is a thousand allocations. The first that
# is made asks for more than those that follow.
test_namespace() {
	local first
	load
	ip netns add pgw-new
	ip netns del pgw-new
	first=$(($(asked ip netns add pgw-new) - 100))
	ip netns del pgw-new
	each_failure namespace_is_whole "$first" ip netns add pgw-new
}

# was_done NAME IS DONE BEFORE: a setting is as it should be after the exit status. True if
# it is DONE. The kernel needs memory to answer, too, and may have none after it did it.
was_done() {
	local want=$4
	if [ "$status" = 0 ]; then
		want=$3
	elif grep -q "answer is lost" "$WORK/said"; then
		note "an answer is lost, and $1 is $2"
		[ "$2" != "$3" ] || want=$3
	fi
	is "$1 after status $status: $(cat "$WORK/said")" "$2" "$want"
	[ "$2" = "$3" ]
}

# The role is the one or the other; the next attempt succeeds.
role_is_whole() {
	! was_done role "$(value wan0 role)" internet none || setting wan0 role none
}

# By the tool, whose start asks for much that is not ours.
test_role() {
	local first
	load
	first=$(asked "$PPTPGW" -n pgw-gw help)
	each_failure role_is_whole "$first" "$PPTPGW" -n pgw-gw dev set wan0 role internet
}

guard_is_whole() {
	! was_done guard "$(value corp0 guard)" deny off || setting corp0 guard off
}

test_guard() {
	local first
	load_with_roles
	setting corp0 guard off
	first=$(asked "$PPTPGW" -n pgw-gw help)
	each_failure guard_is_whole "$first" "$PPTPGW" -n pgw-gw dev set corp0 guard deny
}

# What was said is as long as $whole, or an error.
answer_is_whole() {
	[ "$status" != 0 ] || is "length of the answer" "$(jq length "$WORK/said")" "$whole"
	is "peers" "$(value wan0 peers)" 20
}

test_dumps() {
	local first verb whole
	load_with_roles
	meet 198.18.0.0/24 20
	first=$(asked "$PPTPGW" -n pgw-gw help)
	for verb in "tunnel show" "dev show" "dev show wan0" "stats" "explain $C1"; do
		# shellcheck disable=SC2086
		whole=$(pg -j $verb | jq length)
		note "$verb: $whole"
		# shellcheck disable=SC2086
		each_failure answer_is_whole "$first" "$PPTPGW" -n pgw-gw -j $verb
	done
}

# All are gone or none.
flush_is_whole() {
	! was_done "number of peers" "$(value wan0 peers)" 0 5 || meet 198.18.0.0/24 5
}

test_flush() {
	local first
	load_with_roles
	meet 198.18.0.0/24 5
	first=$(asked "$PPTPGW" -n pgw-gw help)
	each_failure flush_is_whole "$first" "$PPTPGW" -n pgw-gw tunnel flush
}

# -- by cache, by chance -------------------------------------------------------

MOST_FAILURES=1000000

# fail_by_chance PERCENT: objects that may not be waited for, in whatever the kernel does.
fail_by_chance() {
	echo Y >"$FAILSLAB/ignore-gfp-wait"
	echo 1 >"$FAILSLAB/interval"
	echo "$MOST_FAILURES" >"$FAILSLAB/times"
	echo "$1" >"$FAILSLAB/probability"
}

# fail_cache NAME: all such objects of that cache, which is named when the kernel boots (run).
fail_cache() {
	is "failslab of $1" "$(cat "/sys/kernel/slab/$1/failslab")" 1
	echo Y >"$FAILSLAB/cache-filter"
	fail_by_chance 100
}

# fail_workers PERCENT: any objects, in the kernel's workers and those that are to come. One
# may end meanwhile.
fail_workers() {
	local comm
	for comm in /proc/[0-9]*/comm; do
		if grep -qsE '^(kthreadd|kworker/.*|netns)$' "$comm"; then
			{ echo 1 >"${comm%comm}make-it-fail"; } 2>/dev/null || true
		fi
	done
	echo Y >"$FAILSLAB/task-filter"
	fail_by_chance "$1"
	fail_what_waits
}

failures() { echo $((MOST_FAILURES - $(cat "$FAILSLAB/times"))); }

ORPHANS=$(sysctl -n net.ipv4.tcp_max_orphans)

fail_nothing() {
	echo 0 >"$FAILSLAB/probability"
	sysctl -qw net.ipv4.tcp_max_orphans="$ORPHANS"
	echo N >"$FAILSLAB/cache-filter"
	echo N >"$FAILSLAB/task-filter"
}

# gets_up NS: its dial comes to a tunnel.
gets_up() {
	wait_for 120 up "$1" || { fail_nothing; fail "no tunnel"; }
}

# A peer is made in the packet path, where nobody waits for an error: a dial succeeds
# without one.
test_dial_without_peers() {
	load_with_roles
	start_pptpd gw
	fail_cache pptpgw_peer
	dial c1 "$WAN0"
	gets_up c1
	fail_nothing
	is "peers" "$(value wan0 peers)" 0
	is "leaked" "$(leaked)" 0
	at_least "peers that were refused" "$(value wan0 table_full)" 1
	note "$(value wan0 table_full) peers refused, $(value wan0 by_address) replies by address"
}

# So is a call, of this cache. The client is a peer from an earlier one.
test_dial_without_calls() {
	load_with_roles
	start_pptpd gw
	dial c1 "$WAN0"
	gets_up c1
	hang_up c1
	wait_for 60 counts wan0 calls_closed 1 || fail "the call stays"
	reset_evidence
	fail_cache kmalloc-64
	dial c1 "$WAN0"
	gets_up c1
	fail_nothing
	at_least "calls that were refused" "$(value wan0 calls_refused)" 1
	is "calls that were opened" "$(value wan0 calls_opened)" 1
	pings c1 || fail "$(tail -n 2 "$WORK/ping")"
	is "leaked" "$(leaked)" 0
	note "$(value wan0 calls_refused) calls refused, $(by wan0) replies by wan0"
}

# dial_often NS: up to three times; sets attempts. False if it does not come to a tunnel.
dial_often() {
	for attempts in 1 2 3; do
		dial "$1" "$WAN0"
		! wait_for 30 up "$1" || return 0
		hang_up "$1"
	done
	return 1
}

# Peers, calls, routes, events, and what the kernel needs for a packet. Nothing leaks, and
# when there is memory again, all is as ever. A connection stays for ever, with its routes, if
# neither end had memory for a FIN (tcp_send_fin()): so those that end meanwhile are reset.
test_dial_by_chance() {
	local listener percent attempts
	load_with_roles
	start_pptpd gw
	watch events
	listener=$!
	for percent in 5 30; do
		sysctl -qw net.ipv4.tcp_max_orphans=-1
		fail_by_chance "$percent"
		! dial_often c1 || { note "a tunnel"; hang_up c1; }
		send gw -n 200 -s "$WAN0" -d "$C1" 47 "$GRE_DATA" || true
		fail_nothing
		note "$percent %: $(failures) allocations failed; dialed $attempts times"
		at_least "allocations that failed" "$(failures)" 20
		pg tunnel flush >/dev/null
	done
	note "peers refused: $(value wan0 table_full), calls: $(value wan0 calls_refused)"
	kill "$listener" || fail "the monitor has ended"
	dial_often c1 || fail "no tunnel"
	pings c1 || fail "$(tail -n 2 "$WORK/ping")"
	is "peers" "$(value wan0 peers)" 1
	is "leaked" "$(leaked)" 0
	note "$(by wan0) replies by wan0"
}

# A namespace with peers, whose uplink leads to a device of its name at the ISP.
new_namespace() {
	ip netns add pgw-new
	link new wan0 isp new
	ip -n pgw-isp addr add 198.18.1.1/24 dev new
	ip_batch new <<-END
		addr add 198.18.1.2/24 dev wan0
		route add default via 198.18.1.1
	END
	in_ns new sh -c 'echo internet >/sys/class/net/wan0/pptpgw/role'
	in_ns isp "$TOOLS/meet" /run/netns/pgw-new 198.18.1.2 198.18.0.0/24 20
	is "peers" "$(in_ns new cat /sys/class/net/wan0/pptpgw/peers)" 20
}

is_gone() { ! in_ns isp test -e "/sys/class/net/$1"; }

# end_namespace NAME: until its device of the ISP's is gone.
end_namespace() {
	ip netns del "pgw-$1"
	wait_for 60 is_gone "$1" || fail "$1 stays"
}

# A worker ends namespaces, one after another: when the device of the second is gone, the
# first has ended.
test_namespace_end() {
	local i failed=0
	load_with_roles
	ip -n pgw-isp route replace local 198.18.0.0/24 dev lo
	for ((i = 1; i <= 15; i++)); do
		new_namespace
		ip netns add pgw-next
		link next wan0 isp next
		fail_workers $((5 * i))
		end_namespace new
		end_namespace next
		fail_nothing
		[ "$i" -lt 10 ] || at_least "allocations that failed" "$(failures)" 1
		failed=$((failed + $(failures)))
	done
	note "$failed allocations failed"
	at_least "allocations that failed" "$failed" 20
}

setup() {
	sysctl -qw net.ipv4.tcp_max_orphans="$ORPHANS"
	fail_what_waits
	make_topology
}

# The connections of what is killed are reset: what can no more be sent would keep routes for
# minutes.
teardown() {
	fail_nothing
	sysctl -qw net.ipv4.tcp_max_orphans=-1
	unload
	ip netns del pgw-new 2>/dev/null || true
	ip netns del pgw-next 2>/dev/null || true
	remove_topology
	forget_tunnels
}

run_tests "$@"
