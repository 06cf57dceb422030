#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Apply amid faults, which strace(1) makes: system calls that fail, with any error and at any
# place, and signals. All changes are made, or none; and what the tool says of it is true.
# FAULTS is how many; FAULTS_SEED repeats a run.

. "$(dirname "$0")/lib.sh"

COUNT=${FAULTS:-110}
RANDOM=${FAULTS_SEED:=$RANDOM$RANDOM}

# shellcheck disable=SC2034	# any() has it by its name.
errors=(ENOBUFS ENOMEM EINTR EPERM EAGAIN EIO ECONNREFUSED)
calls=(sendto recvfrom recvmsg socket setsockopt)
# shellcheck disable=SC2034
signals=(HUP INT QUIT TERM USR1 USR2 ALRM PIPE PROF VTALRM XCPU XFSZ IO PWR SYS STKFLT TRAP RT_2 RTMAX)

need_strace() { command -v strace >/dev/null || skip "strace is missing"; }

# Of each kind of change there is more than one send.
old_set() {
	many 1500
	seq 0 99 | awk '{ printf "route 2001:db8:20:%x::/64 via 2001:db8:1::1 dev corp0 metric 50\n", $1 }'
	many 1500 10.1.0.1 80
}

new_set() {
	many 1500 10.1.0.3
	seq 0 99 | awk '{ printf "route 2001:db8:20:%x::/64 via 2001:db8:1::3 dev corp0 metric 50\n", $1 }'
	many 1500 10.1.0.1 60
}

# Tables before and after, without faults. Two routes have what grammar cannot say.
prepare() {
	need_strace
	old_set >"$WORK/old"
	new_set >"$WORK/new"
	cp "$WORK/new" "$WORK/conf"
	apply
	table >"$WORK/after"
	begin
	table >"$WORK/before"
}

begin() {
	cp "$WORK/old" "$WORK/conf"
	apply
	route replace 20.0.0.7 via 10.1.0.1 metric 50 proto 217 advmss 1300
	route6 replace 2001:db8:20:7::/64 via 2001:db8:1::1 metric 50 proto 217 pref high
	cp "$WORK/new" "$WORK/conf"
}

# The state after a fault: before, after, or torn.
state() {
	table >"$WORK/now"
	if cmp -s "$WORK/now" "$WORK/before"; then
		echo before
	elif cmp -s "$WORK/now" "$WORK/after"; then
		echo after
	else
		echo torn
	fi
}

# apply_under INJECTION: apply with strace's inject=INJECTION.
apply_under() {
	(
		timeout 60 strace -qq -o /dev/null -e signal=none -e "trace=${1%%:*}" \
			-e "inject=$1" "$PPTPGW" -n pgw-gw -c "$WORK/conf" route apply \
			>"$WORK/out" 2>"$WORK/err"
		exit $?
	) 2>/dev/null
}

# A table of what was injected: how often all was changed, and how often nothing.
show_outcomes() {
	awk '{ n[$1, $2, $3]++; what[$1]; call[$2]; all[$3]++ }
	     END {
		line = sprintf("%-12s", "")
		for (c in call)
			line = line sprintf(" %13s", c)
		print line
		for (w in what) {
			line = sprintf("%-12s", w)
			for (c in call)
				line = line sprintf(" %6d/%6d", n[w, c, "after"], n[w, c, "before"])
			print line
		}
		printf "%d faults: %d times all was changed, %d times nothing, %d times half of it\n",
			NR, all["after"], all["before"], all["torn"]
	     }' "$WORK/outcomes" | sed 's/^/# /'
	note "seed $FAULTS_SEED"
}

# note_outcome INJECTION STATE
note_outcome() {
	local what=${1#*[=]}
	echo "${what%%:*} ${1%%:*} $2" >>"$WORK/outcomes"
}

# faulty INJECTION: apply_under it. The status is 0 if and only if all was changed; it
# says that nothing was changed only where that is so.
faulty() {
	local injection=$1 status=0 state
	apply_under "$injection" || status=$?
	state=$(state)
	note_outcome "$injection" "$state"
	case $status-$state in
	0-after) ;;
	0-*) fail "$injection: status 0, but the table is as $state (seed $FAULTS_SEED)" ;;
	124-*) fail "$injection: it does not end (seed $FAULTS_SEED)" ;;
	*-before) ;;
	*) fail "$injection: status $status, but the table is $state (seed $FAULTS_SEED)" ;;
	esac
	[ "$state" = before ] || ! grep -q "nothing was changed" "$WORK/err" ||
		fail "$injection: it says that nothing was changed"
	[ "$status" -gt 128 ] || [ "$status" = 0 ] || [ -s "$WORK/err" ] ||
		fail "$injection: status $status without a word"
	[ "$state" = before ] || begin
}

# A random member of the array of that name.
any() {
	local -n array=$1
	echo "${array[RANDOM % ${#array[@]}]}"
}

test_random_errors() {
	local i call
	prepare
	for i in $(seq $((COUNT * 5 / 10))); do
		call=${calls[i % ${#calls[@]}]}
		faulty "$call:error=$(any errors):when=$((RANDOM % 16 + 1))"
	done
	show_outcomes
}

test_random_signals() {
	local call
	prepare
	for _ in $(seq $((COUNT * 3 / 10))); do
		call=$(any calls)
		faulty "$call:signal=SIG$(any signals):when=$((RANDOM % 12 + 1))"
	done
	show_outcomes
}

# Twice, with some calls between.
test_random_errors_in_undoing() {
	prepare
	for _ in $(seq $((COUNT * 2 / 10))); do
		faulty "$(any calls):error=$(any errors):when=$((RANDOM % 8 + 4))..$((RANDOM % 8 + 12))+$((RANDOM % 3 + 1))"
	done
	show_outcomes
}

# Each answer is an error, and there is room for some of them only.
test_small_receive_buffer() {
	prepare
	sed -i '20,$s/dev corp0/& src 192.0.2.77/' "$WORK/conf"
	faulty "setsockopt:error=EPERM"
	is "outcome" "$(cat "$WORK/outcomes")" "EPERM setsockopt before"
}

# Errors without end cannot be undone; but that is not passed over in silence.
test_endless_errors() {
	local call when status
	prepare
	for call in sendto recvfrom recvmsg; do
		for when in 3 6 9; do
			status=0
			apply_under "$call:error=ENOBUFS:when=$when+" || status=$?
			[ "$status" != 124 ] || fail "it does not end"
			[ "$(state)" = before ] || ! grep -q "nothing was changed" "$WORK/err" ||
				fail "it says that nothing was changed"
			[ "$(state)" = after ] || [ "$status" != 0 ] ||
				fail "status $status, the table is $(state)"
			begin
		done
	done
}

# In the very middle of many routes.
test_signals_amid_many() {
	local signal status
	many 60000 | conf
	table >"$WORK/before"
	for signal in HUP QUIT USR1 ALRM PIPE; do
		need_strace
		status=0
		apply_under "sendto:signal=SIG$signal:when=60" || status=$?
		at_least "exit status after SIG$signal" "$status" 129
		check "the table is as before" same_table "$WORK/before"
		grep -q "nothing was changed" "$WORK/err" || fail "it does not say so"
	done
}

run_tests random_errors random_signals random_errors_in_undoing small_receive_buffer \
	endless_errors signals_amid_many
