# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The tool, as the tests call it. Source ktap.sh and netns.sh first.

PPTPGW=${PPTPGW:-$(find "$SELFTESTS" "$SELFTESTS/../userspace" -maxdepth 1 -name pptpgw -type f -print -quit 2>/dev/null)}
PPTPGW=${PPTPGW:+$(realpath "$PPTPGW")}
CONF=

# pg ARG...: the tool, on the gateway, with the configuration file $CONF if that is set.
pg() { "$PPTPGW" -n pgw-gw ${CONF:+-c "$CONF"} "$@"; }

# json FILTER ARG...: what the tool says in JSON, through jq.
json() {
	local filter=$1
	shift
	pg -j "$@" | jq -r "$filter"
}

# netlink_socket PID COLUMN: of the generic netlink socket of a process on the
# gateway, as /proc/net/netlink has it.
netlink_socket() {
	# shellcheck disable=SC2016
	in_ns gw awk -v pid="$1" -v column="$2" \
		'$2 == 16 && $3 == pid { print $column }' /proc/net/netlink
}

is_subscribed() {
	local groups
	groups=$(netlink_socket "$1" 4)
	[ "$((16#${groups:-0}))" != 0 ]
}

# watch FILE [-j]: a monitor on the gateway that writes to $WORK/FILE; $! is it.
watch() {
	local file=$WORK/$1
	shift
	"$PPTPGW" -n pgw-gw "$@" monitor >"$file" 2>"$file.err" &
	wait_for 20 is_subscribed $! || fail "the monitor does not listen"
	sleep 0.5	# the controller's group comes first
}

# -- doctor --watch --------------------------------------------------------------

# The drops are the last that it opens.
is_watching() {
	find "/proc/$watcher/fd" -lname '*bpf*' -printf '%l\n' | grep -qE 'link|tracepoint'
}

# begin_watch [ARG...]: watch clients from now on, until end_watch.
begin_watch() {
	"$PPTPGW" "$@" doctor --watch >"$WORK/watched" 2>"$WORK/watched.err" &
	watcher=$!
	wait_for 20 is_watching || fail "not ready: $(cat "$WORK/watched.err")"
}

# The last that was shown, without its time. Linux has reasons since 5.17.
last_line() {
	tail -n 1 "$WORK/watched" | cut -d' ' -f2- | sed 's/in nf_hook_slow/NETFILTER_DROP/'
}

# end_watch STATUS [TEXT]: its exit status, and its last line.
end_watch() {
	local status=0
	sleep 1.5
	kill -INT "$watcher"
	wait "$watcher" || status=$?
	is "standard error" "$(cat "$WORK/watched.err")" ""
	[ $# = 1 ] || is "last line" "$(last_line)" "$2"
	is "exit status" "$status" "$1"
}
