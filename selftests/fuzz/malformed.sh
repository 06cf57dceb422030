#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# 1,000 malformed configurations, made from a good one: each is refused with
# messages about the line that is wrong, and no route is changed. Needs no root:
# it has namespaces of its own. PPTPGW names the tool.

COUNT=1000

if [ "${1:-}" != --inside ]; then
	exec unshare --map-root-user --net --mount "$0" --inside
fi

here=$(dirname "$(realpath "$0")")
PPTPGW=${PPTPGW:-$(realpath "$here/../../userspace/pptpgw")}
work=$(mktemp -d)
export LC_ALL=C

note() { printf '# %s\n' "$*"; }

bail_out() {
	echo "Bail out! $*"
	exit 1
}

# Its runtime files, of this namespace only.
own_run() { mount -t tmpfs none /run; }

make_network() {
	ip -batch - <<-END
		link set lo up
		link add corp0 type veth peer name corp1
		link add down0 type veth peer name down1
		link set corp0 addrgenmode none
		link set corp1 addrgenmode none
		link set corp1 up
		addr add 10.99.0.1/24 dev corp0
		link set corp0 up
	END
}

seen() { grep -c "$1" "$work/monitor"; }

# Wait until the monitor has printed a change made now, and so all before.
sync_monitor() {
	local i
	for i in {1..100}; do
		ip route replace "198.18.$1.0/24" dev corp0 metric "$i"
		[ "$(seen "^198.18.$1.0/24")" = 0 ] || return 0
		sleep 0.1
	done
	bail_out "ip monitor tells nothing"
}

# The changes of routes between the two marks, without the marks.
told() {
	sed -n '/^198\.18\.1\./,$p' "$work/monitor" | grep -vE '^(Deleted )?198\.18\.'
}

# refuse N LINE KIND: of the N-th, a message about LINE, none about others.
refuse() {
	local file=$work/$1.conf status=0
	"$PPTPGW" -c "$file" route apply >"$work/out" 2>"$work/err" || status=$?
	if [ "$status" = 1 ] && [ ! -s "$work/out" ] &&
		grep -aq "^$file:$2:[0-9][0-9]*: ." "$work/err" &&
		! grep -aqv "^$file:$2:[0-9]" "$work/err"; then
		return 0
	fi
	note "$1, of kind $3, wrong in line $2: status $status: $(head -n 3 "$work/err")"
	return 1
}

finish() {
	kill "$monitor" 2>/dev/null
	rm -rf "$work"
}

own_run || bail_out "no place for runtime files"
make_network || bail_out "no network to test in"
"$PPTPGW" -c "$here/base.conf" route apply >/dev/null ||
	bail_out "the good configuration is refused"
ip monitor route >"$work/monitor" &
monitor=$!
trap finish EXIT
awk -f "$here/malformed.awk" $COUNT "$work" "$here/base.conf"
sync_monitor 1
ip route show table all | grep -v '^198\.18\.' >"$work/before"
ip -6 route show table all >>"$work/before"

failed=0 n=0
while read -r -a line; do
	n=$((n + 1))
	refuse "${line[@]}" || failed=$((failed + 1))
done <"$work/lines"

ip route show table all | grep -v '^198\.18\.' >"$work/after"
ip -6 route show table all >>"$work/after"
sync_monitor 2
echo "KTAP version 1"
echo "1..2"
ok="not ok"
[ $n = $COUNT ] && [ $failed = 0 ] && ok=ok
echo "$ok 1 malformed: refused # $((n - failed)) of $COUNT"
status=$failed
ok="not ok"
if cmp -s "$work/before" "$work/after" && [ -z "$(told)" ]; then
	ok=ok
else
	status=1
	{ diff "$work/before" "$work/after"; told; } | head -n 10 | sed 's/^/# /'
fi
echo "$ok 2 malformed: nothing_changed"
[ "$status" = 0 ]
