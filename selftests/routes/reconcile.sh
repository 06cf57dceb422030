#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# "route reconcile": what the kernel or somebody else takes away comes
# back; what others put there stays; and it costs nothing meanwhile.

. "$(dirname "$0")/lib.sh"

some() {
	conf <<-END
		route 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50
		route 10.21.0.0/16 via 10.1.0.3 dev corp0
		route 10.22.0.0/16 via inet6 fe80::1 dev corp0
		route 203.0.113.0/24 via 198.51.100.1 dev wan0 metric 50
		route 2001:db8:20::/48 via fe80::1 dev corp0 metric 50
		route 2001:db8:21::/48 via 2001:db8:1::1 dev corp0 metric 50
	END
}

# Begin to reconcile; all is put back at once.
reconcile() {
	pg_bg "$@" route reconcile
	pid=$!
	check "routes are there" wait_for 5 applied
}

lost() { ! applied; }

test_begins_with_what_is_missing() {
	some
	sed 's/^route //; /2001/d; /inet6/d' "$WORK/conf" | while read -r line; do
		# shellcheck disable=SC2086
		[ "${line%% *}" = 10.20.0.0/16 ] || route add $line proto 217
	done
	reconcile
	grep -q ' routes: 4 put back, 0 changed$' "$WORK/monitor" || fail "$(cat "$WORK/monitor")"
}

test_link_flap() {
	some
	reconcile
	for _ in 1 2 3; do
		ip -n pgw-gw link set corp0 down
		check "routes are lost" lost
		ip -n pgw-gw link set corp0 up
		addresses
		check "routes come back" wait_for 5 applied
	done
	for _ in 1 2 3 4 5 6; do
		ip -n pgw-gw link set corp0 down
		ip -n pgw-gw link set corp0 up
		addresses
	done
	check "routes come back" wait_for 5 applied
}

# IPv4 routes go with a link, and no event tells but the link's.
test_link_flap_without_ipv6() {
	in_ns gw sysctl -qw net.ipv6.conf.wan0.disable_ipv6=1
	echo "route 203.0.113.0/24 via 198.51.100.1 dev wan0 metric 50" | conf
	reconcile
	ip -n pgw-gw link set wan0 down
	check "the route is lost" lost
	ip -n pgw-gw link set wan0 up
	check "the route comes back" wait_for 5 applied
}

test_carrier() {
	some
	reconcile
	ip -n pgw-isp link set corp0 down
	sleep 0.3
	ip -n pgw-isp link set corp0 up
	addresses
	check "routes come back" wait_for 5 applied
}

test_address() {
	some
	reconcile
	ip -n pgw-gw addr flush dev corp0
	check "routes are lost" lost
	sleep 0.5
	check "the other interface's route stays" has \
		"203.0.113.0/24 via 198.51.100.1 dev wan0 metric 50"
	addresses
	check "routes come back" wait_for 5 applied
}

# The source address of a route goes, and comes back.
test_source_address() {
	conf <<-END
		route 10.20.0.0/16 via 10.1.0.1 dev corp0 src 10.250.0.1
		route 10.21.0.0/16 dev corp0 src 10.250.0.1
	END
	ip -n pgw-gw addr add 10.250.0.1/32 dev lo
	reconcile
	ip -n pgw-gw addr del 10.250.0.1/32 dev lo
	check "routes are lost" lost
	check "it is reported" wait_for 5 grep -q '2 missing$' "$WORK/monitor"
	ip -n pgw-gw addr add 10.250.0.1/32 dev lo
	check "routes come back" wait_for 5 applied
}

test_interface_recreated() {
	some
	reconcile
	ip -n pgw-gw link del corp0
	check "routes are lost" lost
	check "it is reported" wait_for 5 grep -q '5 missing$' "$WORK/monitor"
	link gw corp0 isp corp0
	addresses
	check "routes come back" wait_for 5 applied
}

test_interface_renamed() {
	some
	reconcile
	ip -n pgw-gw link set corp0 down
	ip -n pgw-gw link set corp0 name corp1
	sleep 0.3
	ip -n pgw-gw link set corp1 name corp0
	ip -n pgw-gw link set corp0 up
	addresses
	check "routes come back" wait_for 5 applied
}

test_multipath() {
	conf <<-END
		route 10.20.0.0/16 metric 50 nexthop via 10.1.0.1 dev corp0 weight 1 nexthop via 198.51.100.1 dev wan0 weight 2
		route 2001:db8:20::/48 metric 50 nexthop via fe80::1 dev corp0 weight 1 nexthop via fe80::1 dev wan0 weight 1
	END
	complete() { pg route diff && ! table | grep "dead\|linkdown"; }
	half_dead() { route show 10.20.0.0/16 | grep "10.1.0.1 dev corp0 .*dead"; }
	by_the_other() { route get 10.20.0.1 | grep "dev wan0"; }
	none() { ! ours | grep .; }
	pg_bg route reconcile
	check "routes are there" wait_for 5 complete
	ip -n pgw-gw link set corp0 down
	check "a next hop is lost" wait_for 5 half_dead
	sleep 0.3
	check "the route leads by the other" wait_for 5 by_the_other
	ip -n pgw-gw link set corp0 up
	addresses
	check "routes come back" wait_for 5 complete
	ip -n pgw-gw link del corp0
	is "the route" "$(route show 10.20.0.0/16)" ""
	link gw corp0 isp corp0
	addresses
	check "routes come back" wait_for 5 complete
	ip -n pgw-gw link set corp0 down
	ip -n pgw-gw link set wan0 down
	check "the routes are lost" wait_for 5 none
	ip -n pgw-gw link set wan0 up
	ip -n pgw-gw link set corp0 up
	addresses
	check "routes come back" wait_for 5 complete
}

test_deleted_by_others() {
	some
	reconcile
	route del 10.20.0.0/16
	check "the route comes back" wait_for 5 applied
	route flush proto 217
	route6 flush proto 217
	check "routes come back" wait_for 5 applied
}

# Changed by somebody who says that the route is ours.
test_changed_by_others() {
	some
	reconcile
	route replace 10.20.0.0/16 via 10.1.0.9 metric 50 proto 217
	check "the route is as before" wait_for 5 applied
}

# What others put in the place of ours is theirs, until they take it away.
test_replaced_by_others() {
	local theirs="10.20.0.0/16 via 10.1.0.9 dev corp0 proto static metric 50 "
	some
	reconcile
	route replace 10.20.0.0/16 via 10.1.0.9 metric 50 proto static
	check "it is reported" wait_for 5 grep -q '1 missing$' "$WORK/monitor"
	route del 10.21.0.0/16
	check "another one comes back" wait_for 5 has "10.21.0.0/16 via 10.1.0.3 dev corp0"
	sleep 1.5
	is "theirs" "$(route show 10.20.0.0/16)" "$theirs"
	route del 10.20.0.0/16
	check "ours comes back" wait_for 5 applied
}

# The kernel would put ours in the place of the first one, which is theirs.
test_foreign_before_ours() {
	local theirs="10.20.0.0/16 via 10.1.0.9 dev corp0 proto static metric 50 "
	some
	reconcile
	route prepend 10.20.0.0/16 via 10.1.0.9 metric 50 proto static
	route append 10.20.0.0/16 via 10.1.0.7 metric 50 proto 217
	route del 10.20.0.0/16 via 10.1.0.1 metric 50 proto 217
	route del 10.21.0.0/16
	check "another one comes back" wait_for 5 has "10.21.0.0/16 via 10.1.0.3 dev corp0"
	sleep 1.5
	is "theirs" "$(route show 10.20.0.0/16 proto static | sed 's/metric/proto static &/')" \
		"$theirs"
}

# What is ours beyond the configuration is not its business: apply deletes it.
test_foreign_stay() {
	some
	reconcile
	route add 10.77.0.0/16 via 10.1.0.1 proto 217
	route add 10.78.0.0/16 via 10.1.0.1 proto static
	route del 10.20.0.0/16
	check "ours comes back" wait_for 5 has "10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50"
	check "a foreign route stays" has "10.77.0.0/16 via 10.1.0.1 dev corp0"
	is "other owners' routes" "$(route show proto static)" "10.78.0.0/16 via 10.1.0.1 dev corp0 "
}

# cpu PID: its time until now, in hundredths of a second.
cpu() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

# Somebody takes a route away whenever it comes: the pauses grow.
test_no_fight() {
	local end=$((SECONDS + 6)) deleted=0
	some
	reconcile
	while [ "$SECONDS" -lt "$end" ]; do
		! route del 10.20.0.0/16 2>/dev/null || deleted=$((deleted + 1))
		sleep 0.02
	done
	note "$deleted times deleted in 6 s"
	at_least "deletions" "$deleted" 3
	at_most "deletions" "$deleted" 10
	check "the route comes back" wait_for 15 applied
}

test_no_busy_loop() {
	local before
	[ ! "${INSTRUMENTED:-}" ] || skip "valgrind needs time of its own"
	{
		many 5000
		# These cannot be installed now.
		echo "route 10.60.0.0/16 via 10.9.0.1 dev corp0"
		echo "route 10.61.0.0/16 dev nosuch0"
	} | conf
	pg_bg route reconcile
	pid=$!
	check "it is reported" wait_for 5 grep -q '2 missing$' "$WORK/monitor"
	before=$(cpu "$pid")
	sleep 4
	at_most "hundredths of a second of 4 s" $(($(cpu "$pid") - before)) 20
	route add 10.9.0.0/24 dev corp0
	check "the route comes when it can" wait_for 5 \
		has "10.60.0.0/16 via 10.9.0.1 dev corp0"
	grep -q '; 1 missing$' "$WORK/monitor" || fail "what is missing still is not told"
}

# reports TEXT: its standard output and error say so.
reports() { grep -q "$1" "$WORK/monitor"; }

test_sighup() {
	some
	reconcile
	echo "nonsense" >>"$WORK/conf"
	kill -HUP "$pid"
	check "an error is reported" wait_for 5 reports "conf:7:1: unknown word 'nonsense'"
	check "the old one stays" wait_for 5 reports "the configuration is as it was before"
	route del 10.20.0.0/16
	check "the old one is kept up" wait_for 5 \
		has "10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50"
	sed -i '$d; s/^route 10.20.0.0/route 10.25.0.0/' "$WORK/conf"
	kill -HUP "$pid"
	check "the new one is put up" wait_for 5 \
		has "10.25.0.0/16 via 10.1.0.1 dev corp0 metric 50"
	check "it runs" [ -d "/proc/$pid" ]
}

# apply beside it: it takes the new configuration over.
test_apply_beside() {
	some
	reconcile
	sed -i 's/^route 10.20.0.0/route 10.25.0.0/; s/via 10.1.0.3/via 10.1.0.4/' "$WORK/conf"
	apply
	counted 1 1 1 4
	must_be_applied
	watch_routes
	sleep 1.5
	is "changes seen" "$(changes_seen)" 0
	must_be_applied
	route del 10.25.0.0/16
	check "the new one is kept up" wait_for 5 applied
}

# While a confirmation is awaited it does nothing, not even for the old routes.
test_confirm_beside() {
	some
	reconcile
	sed 's/^route //' "$WORK/conf" | sort >"$WORK/old"
	sed -i 's/^route 10.20.0.0/route 10.25.0.0/; s/via 10.1.0.3/via 10.1.0.4/' "$WORK/conf"
	exits 0 pg route apply --confirm 2
	must_be_applied
	sleep 1
	must_be_applied
	is_old() { ours | cmp -s - "$WORK/old"; }
	check "the changes are undone" wait_for 5 is_old
	sleep 1.5
	check "the changes stay undone" is_old
	route del 10.20.0.0/16
	check "the old ones are kept up" wait_for 5 is_old
	exits 0 pg route apply --confirm 30
	exits 0 pg route confirm
	must_be_applied
	sleep 1.5
	must_be_applied
	route del 10.25.0.0/16
	check "the new ones are kept up" wait_for 5 applied
}

# A line of JSON an event.
test_json() {
	some
	reconcile -j
	route del 10.20.0.0/16
	check "the route comes back" wait_for 5 applied
	two_lines() { [ "$(wc -l <"$WORK/monitor")" = 2 ]; }
	check "it is reported" wait_for 5 two_lines
	is "events" "$(jq -c '[.event, .added, .changed, .failed, .missing]' "$WORK/monitor" |
		tr '\n' ' ')" '["reconciled",6,0,0,0] ["reconciled",1,0,0,0] '
	jq -e .time "$WORK/monitor" >"$WORK/out" || fail "an event has no time"
}

# ends SIGNAL: with status 0, and leaves the routes.
ends() {
	local status=0
	exits 0 pg route flush
	env --default-signal=INT "$PPTPGW" -n pgw-gw -c "$WORK/conf" \
		route reconcile >"$WORK/monitor" 2>&1 &
	pid=$!
	check "routes are there" wait_for 5 applied
	kill "-$1" "$pid"
	wait "$pid" || status=$?
	is "exit status" "$status" 0
	must_be_applied
}

test_ends() {
	some
	ends TERM
	ends INT
}

test_bad_configuration() {
	echo nonsense | conf
	exits 1 pg route reconcile
	says err "$WORK/conf:1:1: unknown word 'nonsense'"
}

# A default route to the corporate side is not put there either.
test_default_to_corporate() {
	conf <<-END
		dev corp0 role corporate
		route default via 10.1.0.1 dev corp0 metric 5
		route 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50
	END
	pg_bg route reconcile
	check "another one is there" wait_for 5 has "10.20.0.0/16 via 10.1.0.1 dev corp0 metric 50"
	is "routes" "$(ours | wc -l)" 1
}

# ends_with STATUS TEXT COMMAND...: it does not go on in silence.
ends_with() {
	local status=0 text=$2
	timeout 10 "${@:3}" >"$WORK/out" 2>"$WORK/err" || status=$?
	is "exit status" "$status" "$1"
	says err "pptpgw: $text"
}

test_no_lock() {
	some
	mount -o remount,ro /run
	ends_with 2 "the lock of the routes in /run/pptpgw: Read-only file system" \
		"$PPTPGW" -n pgw-gw -c "$CONF" route reconcile
	mount -o remount,rw /run
	reconcile
}

test_no_right() {
	some
	ends_with 2 "routes cannot be changed: Operation not permitted (needs CAP_NET_ADMIN)" \
		setpriv --bounding-set=-net_admin --inh-caps=-net_admin \
		"$PPTPGW" -n pgw-gw -c "$CONF" route reconcile
	is "routes" "$(ours)" ""
}

# Who reads its reports has gone: the routes are put back nevertheless.
test_reader_gone() {
	some
	mkfifo "$WORK/fifo"
	"$PPTPGW" -n pgw-gw -c "$CONF" route reconcile >"$WORK/fifo" 2>&1 </dev/null &
	pid=$!
	disown
	head -n 1 <"$WORK/fifo" >"$WORK/out"
	check "routes are there" wait_for 5 applied
	for _ in 1 2 3; do
		route flush proto 217
		check "routes come back" wait_for 5 applied
	done
	kill "$pid"
}

# Each refusal is reported once, however often it is tried.
test_refused() {
	echo "route 2001:db8:20::/48 via fe80::1 dev corp0 metric 1024" | conf
	in_ns gw sysctl -qw net.ipv6.conf.corp0.disable_ipv6=1
	pg_bg route reconcile
	check "a report" wait_for 5 grep -q "0 put back, 0 changed; 1 missing" "$WORK/monitor"
	sleep 4
	is "reports" "$(wc -l <"$WORK/monitor")" 1
	in_ns gw sysctl -qw net.ipv6.conf.corp0.disable_ipv6=0
	check "the route comes" wait_for 15 applied
}

run_tests begins_with_what_is_missing link_flap link_flap_without_ipv6 carrier \
	address source_address interface_recreated interface_renamed multipath \
	deleted_by_others changed_by_others replaced_by_others foreign_before_ours \
	foreign_stay no_fight no_busy_loop sighup apply_beside confirm_beside json \
	ends bad_configuration default_to_corporate no_lock no_right reader_gone refused
