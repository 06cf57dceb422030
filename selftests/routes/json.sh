#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# With -j, standard output is one value of JSON, of the same kind whatever fails: each verb
# is driven through what may go wrong before it has something to print, and while it prints.

. "$(dirname "$0")/lib.sh"

VERBS=("array dev show" "array tunnel show" "object tunnel flush" "array route show"
       "object route diff" "object route apply" "object route apply --dry-run"
       "object route apply --confirm 60" "object route flush" "array route import"
       "object explain 203.0.113.1" "object stats" "object up" "object down"
       "object check-config" "array doctor")

# json_of KIND COMMAND...: it writes one value of that kind; its status is no matter.
json_of() {
	local kind=$1
	shift
	"$@" >"$WORK/out" 2>"$WORK/err" || true
	jq -es --arg kind "$kind" 'length == 1 and (.[0] | type) == $kind' "$WORK/out" \
		>"$WORK/jq" 2>&1 || fail "'$*' writes '$(head -c 200 "$WORK/out")'"
	driven=$((driven + 1))
}

# drive COMMAND...: with each verb behind it. WORD is one more at the end.
drive() {
	local verb words
	for verb in "${VERBS[@]}"; do
		read -ra words <<<"$verb ${WORD:-}"
		json_of "${words[0]}" "$@" "${words[@]:1}"
	done
}

tool() { drive "$@" "$PPTPGW" -n pgw-gw -j -c "$CONF"; }

# Nothing waits for a confirmation, and there is something to show.
good_conf() {
	many 300 | conf
	pg route confirm 2>"$WORK/err" || true
	apply
}

driven=0

test_good() {
	local -x NO_COLOR=1
	good_conf
	tool
	drive "$PPTPGW" -n pgw-gw -p -c "$CONF"
	at_least "commands" "$driven" 32
}

test_bad_configuration() {
	printf '%s\n' "rout 10.0.0.0/8 via 10.1.0.1" "dev wan0 role x" | conf
	tool
	CONF=$WORK/none
	tool
	CONF=$WORK
	tool
}

test_bad_words() {
	local verb words
	WORD=nonsense tool
	WORD="dev nosuch0" tool
	for verb in "object up" "object down" "object tunnel flush" "object route apply" \
		"object route flush"; do
		read -ra words <<<"${verb%?}"
		json_of "${words[0]}" "$PPTPGW" -j "${words[@]:1}"
	done
	json_of array "$PPTPGW" -j -n pgw-gw dev show nosuch0
	json_of array "$PPTPGW" -j -n pgw-gw tunnel show dev nosuch0
	json_of object "$PPTPGW" -j -n pgw-gw explain
	json_of object "$PPTPGW" -j -n pgw-gw explain here
}

test_no_namespace() {
	drive "$PPTPGW" -n pgw-nosuch -j -c "$CONF"
	drive "$PPTPGW" -n /dev/null -j -c "$CONF"
}

test_no_right() {
	good_conf
	drive in_ns gw setpriv --bounding-set=-net_admin --inh-caps=-net_admin \
		"$PPTPGW" -j -c "$CONF"
	drive in_ns gw setpriv --bounding-set=-all --inh-caps=-all "$PPTPGW" -j -c "$CONF"
}

# What can work only later, or never.
test_held() {
	conf <<-END
		route 10.20.0.0/16 via 10.1.0.1 dev corp7
		route 10.21.0.0/16 via 10.77.0.1 dev corp0
		route 10.22.0.0/16 via 10.1.0.1 dev corp0
	END
	tool
	exits 3 pg -j route diff
	is "held" "$(jq -c '.held | map([.dst, .gateway, .dev, .line])' "$WORK/out")" \
		'[["10.20.0.0/16","10.1.0.1","corp7",1],["10.21.0.0/16","10.77.0.1","corp0",2]]'
	is "to add" "$(jq -c '.add | map(.dst)' "$WORK/out")" '["10.22.0.0/16"]'
	exits 0 pg -j up
	is "up" "$(jq -c . "$WORK/out")" \
		'{"added":1,"changed":0,"deleted":0,"unchanged":0,"held":2}'
}

# faults CALL ERROR: it fails the first time, the second..., or from then on.
faults() {
	local when
	for when in 1 2 4 2+; do
		tool strace -qq -o /dev/null -e "trace=$1" -e "inject=$1:error=$2:when=$when"
	done
}

# The doctor would have the kernel try each time; it has its own test below.
test_faults() {
	local call
	[ ! "${WRAP:-}" ] || skip "the calls would be another program's"
	command -v strace >/dev/null || skip "strace is missing"
	good_conf
	unset 'VERBS[-1]'
	faults socket EMFILE
	for call in bind sendto recvmsg; do
		faults "$call" ENOBUFS
	done
	note "$driven commands"
}

test_faults_of_doctor() {
	local call
	[ ! "${WRAP:-}" ] || skip "the calls would be another program's"
	command -v strace >/dev/null || skip "strace is missing"
	VERBS=("array doctor")
	for call in socket sendto recvmsg; do
		tool strace -qq -o /dev/null -e "trace=$call" -e "inject=$call:error=ENOBUFS:when=1+"
	done
}

# The memory ends, wherever that is.
# The least address space in which the tool starts, in KiB.
least_to_start() {
	local kilobytes=4000
	until bash -c "ulimit -v $kilobytes"'; exec "$@"' - "$PPTPGW" --version \
		>/dev/null 2>&1; do
		kilobytes=$((kilobytes + 100))
	done
	echo "$kilobytes"
}

test_no_memory() {
	local least kilobytes
	[ ! "${INSTRUMENTED:-}" ] || skip "the sanitizers need memory of their own"
	many 20000 | conf
	unset 'VERBS[-1]'
	least=$(least_to_start)
	note "starts in $least KiB"
	for kilobytes in $((least + 100)) $((least + 1000)) $((least + 3000)); do
		drive bash -c "ulimit -v $kilobytes"'; exec "$@"' - "$PPTPGW" -n pgw-gw -j -c "$CONF"
	done
	exits 2 bash -c "ulimit -v $((least + 1000))"'; exec "$@"' - "$PPTPGW" -n pgw-gw -j -c "$CONF" route diff
	says err "pptpgw: Cannot allocate memory"
}

run_tests good bad_configuration bad_words no_namespace no_right held faults faults_of_doctor \
	no_memory
