# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The framework of all test scripts: results as KTAP, and the loop that runs tests.
#
# A test is a function test_NAME. The last line of a script is "run_tests NAME...".
# These hooks are called where the script, or the library it sources, defines them:
#
#   requires    once: calls skip_all if the tests cannot run here
#   setup       before each test, in the test's shell; if it fails, the test fails
#   teardown    after each test; and before the first, for what a killed run left
#   show_logs   after a test that failed
#
# APART is a command that gives each test namespaces of its own, or empty.

SELFTESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export SELFTESTS
WORK=		# a directory of the running test
APART=()

# -- what a test says ----------------------------------------------------------

note() { printf '# %s\n' "$*"; }

# Say why a test fails, and end it.
fail() {
	note "FAIL: $*"
	exit 1
}

# check WHAT COMMAND...: the test fails unless COMMAND holds.
check() {
	local what=$1
	shift
	"$@" || fail "$what ($*)"
}

# is WHAT GOT WANT: compare two numbers or words.
is() { [ "$2" = "$3" ] || fail "$1: got '$2', want '$3'"; }

# at_least WHAT GOT WANT
at_least() { [ "$2" -ge "$3" ] || fail "$1: got $2, want at least $3"; }

# at_most WHAT GOT WANT
at_most() { [ "$2" -le "$3" ] || fail "$1: got $2, want at most $3"; }

# skip WHY: this test cannot run here.
skip() {
	printf '%s\n' "$*" >"$WORK/skip"
	exit 4
}

# -- time ----------------------------------------------------------------------

# wait_for SECONDS COMMAND...: poll until COMMAND holds; wall clock, PATIENCE times as long.
wait_for() {
	local end=$((SECONDS + $1 * ${PATIENCE:-1}))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.1
	done
}

milliseconds() { echo $((${EPOCHREALTIME/./} / 1000)); }

# -- results -------------------------------------------------------------------

# plan COUNT: so many results will follow. Sets results and failed.
plan() {
	results=0 failed=0
	printf '%s\n' "KTAP version 1" "1..$1"
}

# result STATUS NAME [REMARK]: the next result, by an exit status of kselftest.
result() {
	results=$((results + 1))
	case $1 in
	0) echo "ok $results $2${3:+ # $3}" ;;
	4) echo "ok $results $2 # SKIP${3:+ $3}" ;;
	*)
		echo "not ok $results $2${3:+ # $3}"
		failed=1
		;;
	esac
}

# skip_all WHY: no test of this script can run here.
skip_all() {
	printf '%s\n' "KTAP version 1" "1..0 # SKIP $*"
	exit 4
}

need_root() { [ "$(id -u)" = 0 ] || skip_all "needs root"; }

need_programs() { # PROGRAM...
	local program
	for program in "$@"; do
		command -v "$program" >/dev/null ||
			skip_all "$program is not installed"
	done
}

# show_tail LINES FILE...: the ends of those files that are there and not empty.
show_tail() {
	local lines=$1 file
	shift
	for file in "$@"; do
		[ -s "$file" ] || continue
		note "$file:"
		tail -n "$lines" "$file" | cut -c 1-200 | sed 's/^/#   /'
	done
}

# -- running -------------------------------------------------------------------

is_defined() { [ "$(type -t "$1")" = function ]; }

call_if_defined() { ! is_defined "$1" || "$1"; }

# This shell becomes the test. Never call it where its status is tested: bash would
# not stop the test at a failed command.
become_test() { # NAME
	set -e
	if is_defined setup; then
		setup >"$WORK/setup.log" 2>&1
		rm "$WORK/setup.log"
	fi
	"test_$1"
	exit
}

# Run one test and print its result. What a test says that runs apart is kept for
# show_logs.
run_one() { # NAME
	local start=$SECONDS status remark
	rm -rf "${WORK:?}"/*
	if [ ${#APART[@]} -gt 0 ]; then
		KTAP_TEST=$1 KTAP_WORK=$WORK "${APART[@]}" bash "$0" >"$WORK/test.log" 2>&1
	else
		(become_test "$1")
	fi
	status=$?
	# A command that failed with 4 is no skip.
	[ "$status" != 4 ] || [ -e "$WORK/skip" ] || status=1
	case $status in
	0) remark="$((SECONDS - start)) s" ;;
	4) remark=$(cat "$WORK/skip") ;;
	*)
		remark=
		call_if_defined show_logs
		;;
	esac
	result "$status" "$1" "$remark"
	call_if_defined teardown
}

# run_tests NAME...: the whole of a script's main.
run_tests() {
	local name=${KTAP_TEST:-}
	if [ -n "$name" ]; then
		WORK=$KTAP_WORK
		unset KTAP_TEST KTAP_WORK
		become_test "$name"
	fi
	call_if_defined requires
	WORK=$(mktemp -d)
	trap 'call_if_defined teardown; rm -rf "$WORK"' EXIT
	plan $#
	call_if_defined teardown
	for name in "$@"; do
		run_one "$name"
	done
	exit "$failed"
}
