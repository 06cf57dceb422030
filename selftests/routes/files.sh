#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Descriptors, state files, files of the configuration, and messages that are large.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/up_lib.sh"

state_files() { find /run/pptpgw -type f "$@"; }

# -- descriptors -----------------------------------------------------------------

# What is closed is no file that the tool opens: no message goes into the lock.
test_closed_descriptors() {
	gateway_conf "route 10.30.0.0/16 via 10.1.0.1 src 10.1.0.200"
	pg up >"$WORK/out" 2>&- || fail "up fails"
	pg up <&- >&- 2>&- || fail "up fails"
	pg route apply --confirm 60 >&- 2>&- && fail "a strict apply passes"
	sed -i '$d; s/via 10.1.0.1/via 10.1.0.3/' "$WORK/conf"
	pg route apply --confirm 60 <&- >&- 2>&- || fail "apply fails"
	pg route flush >&- 2>&- && fail "flush does not fail"
	pg route confirm <&- >&- 2>&- || fail "confirm fails"
	is "state files with messages" \
		"$(state_files -size +0 ! -name 'up-*' ! -name 'confirmed-*' | paste -sd' ')" ""
	! grep -vE '^((route|dev) .*)?$' /run/pptpgw/confirmed-* || fail "a message is in the routes"
	! grep -v '^dev ' /run/pptpgw/up-* || fail "a message is in the notes"
}

# Nobody reads them, not even where the caller has no umask.
test_modes() {
	gateway_conf
	(umask 0 && pg up >"$WORK/out" && pg route apply --confirm 60 >"$WORK/out" &&
		pg route confirm)
	is "files of others" "$(state_files -perm /077 | paste -sd' ')" ""
	is "mode of the directory" "$(stat -c %a /run/pptpgw)" 755
}

# -- state -----------------------------------------------------------------------

# Cut short by a crash, filled with something else, or empty.
test_damaged_notes() {
	local damage
	gateway_conf
	for damage in 'dev wan0 ro' 'x\0y' '' 'dev corp0 role none\nnonsense'; do
		exits 0 pg up
		# shellcheck disable=SC2059
		printf "$damage" >"$(echo /run/pptpgw/up-*)"
		exits 0 pg up
		[ ! "$damage" ] || grep -q ' is damaged: ' "$WORK/err" || fail "in silence"
		roles_are_set
		exits 0 pg up
		says err ""
		exits 0 pg down
	done
}

# The number of an inode comes back; what was noted under it is another's.
test_inode_reused() {
	local inode first second i
	first=$(in_ns gw stat -Lc %i /proc/self/ns/net)
	gateway_conf
	exits 0 pg up
	is "notes" "$(find /run/pptpgw -name 'up-*' | wc -l)" 1
	for i in $(seq 50); do
		ip netns add pgw-again
		second=$(ip netns exec pgw-again stat -Lc %i /proc/self/ns/net)
		"$PPTPGW" -n pgw-again -c /dev/null up >"$WORK/out"
		ip netns del pgw-again
		inode[i]=$second
	done
	note "inodes: $first, then $(printf '%s\n' "${inode[@]}" | sort -u | wc -l) others"
	is "notes" "$(find /run/pptpgw -name 'up-*' | wc -l)" 51
}

# -- the configuration -------------------------------------------------------------

test_many_files() {
	local i
	mount -t tmpfs none /etc
	mkdir -p /etc/pptpgw/conf.d
	for i in $(seq 0 299); do
		echo "route 10.20.$((i / 256)).$((i % 256)) via 10.1.0.1 dev corp0" \
			>"/etc/pptpgw/conf.d/$((1000 + i)).conf"
	done
	echo "route 10.20.1.43 via 10.1.0.9" >/etc/pptpgw/conf.d/last.conf
	CONF=
	exits 1 pg route apply
	says err "/etc/pptpgw/conf.d/last.conf:1:7: 10.20.1.43 metric 0 is already in /etc/pptpgw/conf.d/1299.conf:1"
	rm /etc/pptpgw/conf.d/last.conf
	exits 0 pg route apply
	counted 300 0 0 0
	umount /etc
}

test_byte_order_mark() {
	printf '\xef\xbb\xbfroute 10.20.0.0/16 via 10.1.0.1\nnonsense\n' | conf
	exits 1 pg check-config
	says err "$WORK/conf:1:1: the file begins with a byte order mark (BOM): save it as UTF-8 without one
$WORK/conf:2:1: unknown word 'nonsense'"
	printf '\xef\xbb\xbf# a comment\n' | conf
	exits 1 pg check-config
	says err "$WORK/conf:1:1: the file begins with a byte order mark (BOM): save it as UTF-8 without one"
}

# -- memory ------------------------------------------------------------------------

# checked STATUS ARG...: the tool with these arguments, under valgrind.
checked() {
	local want=$1 status=0
	shift
	valgrind -q --error-exitcode=99 --log-file="$WORK/valgrind" \
		"$PPTPGW" -n pgw-gw -c "$CONF" "$@" >"$WORK/out" 2>"$WORK/err" || status=$?
	[ ! -s "$WORK/valgrind" ] || fail "$* $(head -n 20 "$WORK/valgrind")"
	is "exit status of '$*'" "$status" "$want"
}

need_valgrind() {
	command -v valgrind >/dev/null || skip "valgrind is not installed"
	[ ! "${INSTRUMENTED:-}" ] || skip "it is watched already"
}

# What goes to the kernel is all written before.
test_valgrind() {
	need_valgrind
	gateway_conf "route 10.30.0.0/16 via inet6 fe80::1 dev corp0 mtu lock 1400 advmss 1360" \
		"route 10.31.0.0/16 nexthop via inet6 fe80::1 dev corp0 nexthop via 10.1.0.1" \
		"route 2001:db8:30::/48 via fe80::1 dev corp0 pref high src 2001:db8:1::2"
	checked 0 check-config
	checked 0 up
	checked 0 -j route show
	checked 0 route diff
	checked 0 route import
	sed -i 's/via 10.1.0.1/via 10.1.0.3/' "$WORK/conf"
	checked 0 route apply --confirm 60
	checked 0 route confirm
	checked 2 dev show
	checked 0 down
}

# The doctor deletes a route, and has to put all of it into a message.
test_doctor_many_hops() {
	need_valgrind
	gateway_conf
	# shellcheck disable=SC2046
	route add default metric 5 $(printf ' nexthop via 10.1.0.%s dev corp0' {3..250})
	checked 0 doctor --fix
	is "default routes" "$(route show default)" "default via 198.51.100.1 dev wan0 "
}

run_tests closed_descriptors modes damaged_notes inode_reused many_files byte_order_mark \
	valgrind doctor_many_hops
