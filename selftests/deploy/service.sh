#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What service scripts call: up, down and check-config, by what they change and
# what they leave.

. "$(dirname "$0")/../lib/gateway.sh"

# configure: the configuration stands on stdin.
configure() { cat >"$WORK/conf"; }

configure_all() {
	configure <<-END
		dev wan0  role internet
		dev wan1  role internet policy observe unroutable pass
		dev corp0 role corporate
		route 10.30.0.0/16 via 10.1.0.1 dev corp0
		route 10.31.0.0/16 via 10.1.0.1 metric 50
		route blackhole 10.99.0.0/16
	END
}

# run STATUS ARG...: the tool with that configuration; see $WORK/out, $WORK/err.
run() {
	local want=$1 status=0
	shift
	pg -c "$WORK/conf" "$@" >"$WORK/out" 2>"$WORK/err" || status=$?
	[ "$status" = "$want" ] ||
		fail "'$*' ends with $status, not $want: $(cat "$WORK/out" "$WORK/err")"
}

# said LINE...: exactly this was said on standard error.
said() {
	is "said" "$(sed "s|$WORK/||" "$WORK/err")" "$(printf '%s\n' "$@")"
}

# All that up may change.
host() {
	module_loaded && echo "the module is loaded"
	ip -n pgw-gw route show table all
	# shellcheck disable=SC2016
	in_ns gw bash -c 'shopt -s nullglob
		for file in /sys/class/net/*/pptpgw/{role,policy,unroutable}; do
			echo "$file $(<"$file")"
		done'
}

# unchanged SINCE: the host is as a file says.
unchanged() {
	host >"$WORK/now"
	diff "$WORK/$1" "$WORK/now" >"$WORK/diff" || fail "changed: $(cat "$WORK/diff")"
}

is_up() {
	is "role of wan0" "$(value wan0 role)" internet
	is "policy of wan0" "$(value wan0 policy)" enforce
	is "role of wan1" "$(value wan1 role)" internet
	is "policy of wan1" "$(value wan1 policy)" observe
	is "unroutable of wan1" "$(value wan1 unroutable)" pass
	is "role of corp0" "$(value corp0 role)" corporate
	is "routes" "$(routes)" "10.30.0.0/16 via 10.1.0.1 dev corp0;10.31.0.0/16 via 10.1.0.1 dev corp0 metric 50;blackhole 10.99.0.0/16"
}

routes() {
	ip -n pgw-gw route show proto 217 | sed 's/ *$//' | sort | paste -sd';'
}

# A new host: what was noted of namespaces long gone is no longer true.
# modprobe finds the module that these tests are about.
new_host() {
	rm -rf /run/pptpgw /var/lib/pptpgw
	[ "${PPTPGW_VM:-}" ] || skip "installs the module: VM only"
	install -D -m 644 "$MODULE" "/lib/modules/$(uname -r)/updates/pptpgw.ko"
	depmod
	configure_all
	host >"$WORK/before"
}

test_up_and_down() {
	new_host
	run 0 up
	is "up" "$(cat "$WORK/out")" "3 added, 0 changed, 0 deleted, 0 unchanged"
	said_nothing
	check "the module is not loaded" module_loaded
	is_up
	run 0 -j down
	is "down" "$(jq -c . "$WORK/out")" '{"added":0,"changed":0,"deleted":3,"unchanged":0,"held":0}'
	unchanged before
	run 0 down
	unchanged before
}

said_nothing() { [ ! -s "$WORK/err" ] || fail "$(cat "$WORK/err")"; }

# The kernel reports changes by the first, and none by the second.
test_up_twice() {
	new_host
	ip -n pgw-gw monitor all >"$WORK/told" &
	sleep 1
	run 0 up
	wait_for 10 grep -q '^\[ROUTE\].*10.99.0.0' "$WORK/told" ||
		fail "nothing told: $(cat "$WORK/told")"
	: >"$WORK/told"
	host >"$WORK/up"
	run 0 -j up
	is "up" "$(jq -c . "$WORK/out")" '{"added":0,"changed":0,"deleted":0,"unchanged":3,"held":0}'
	sleep 2
	kill %%
	is "told" "$(cat "$WORK/told")" ""
	unchanged up
	run 0 down
	unchanged before
}

# What was there before is there after it, and the module stays if it was.
test_down_restores() {
	new_host
	load
	setting wan0 role internet
	setting wan0 policy observe
	setting wan0 unroutable pass
	setting corp0 role internet
	host >"$WORK/before"
	run 0 up
	is_up
	is "unroutable of wan0" "$(value wan0 unroutable)" drop
	run 0 up
	run 0 down
	unchanged before
}

test_wrong_last_line() {
	new_host
	run 0 up
	host >"$WORK/up"
	printf 'route 10.40.0.0/16 via 10.1.0.1\ndev wan0 role inside\n' >>"$WORK/conf"
	run 1 up
	is "error" "$(sed -n 1p "$WORK/err" | sed "s|$WORK/||")" \
		"conf:8:15: unknown role 'inside'"
	unchanged up
	run 0 down
	run 1 up
	unchanged before
	run 1 check-config
	unchanged before
}

# Roles come first, and depend on no route; routes/up.sh has the rest without the module.
test_kernel_refuses_a_route() {
	new_host
	in_ns gw sysctl -qw net.ipv6.conf.corp0.disable_ipv6=1
	host >"$WORK/before"
	echo "route 2001:db8:40::/48 via fe80::1 dev corp0" >>"$WORK/conf"
	run 2 up
	check "$(cat "$WORK/err")" grep -q 'conf:7:7: gateway fe80::1: ' "$WORK/err"
	is_up
	sed -i '/10.31/d; s/dev wan1 .*/dev wan1 role corporate/' "$WORK/conf"
	run 2 up
	is "role of wan1" "$(value wan1 role)" corporate
	is "routes" "$(routes)" "10.30.0.0/16 via 10.1.0.1 dev corp0;blackhole 10.99.0.0/16"
	run 0 down
	unchanged before
}

test_source_is_away() {
	new_host
	echo "route 10.40.0.0/16 via 10.1.0.1 src 10.9.9.9" >>"$WORK/conf"
	run 0 up
	said "conf:7:7: src 10.9.9.9 is not an address of this host yet"
	is_up
	run 0 down
	unchanged before
}

test_conflict() {
	new_host
	echo "route 10.20.0.0/16 via 10.1.0.1" >>"$WORK/conf"
	run 2 up
	check "$(cat "$WORK/err")" grep -q 'conf:7:7: .* owned by boot' "$WORK/err"
	is_up
	run 0 down
	unchanged before
}

# Who waits for a confirmation keeps nobody from setting roles.
test_confirmation_pending() {
	new_host
	run 0 route apply --confirm 60
	run 2 up
	is_up
	run 0 route confirm
	run 0 down
	unchanged before
}

# The file KIND of the gateway's network namespace; one that has to be there already.
state_file() { # KIND
	local files=("/run/pptpgw/$1"-*)
	echo "${files[0]}"
}

# What "up" finds cannot be noted.
test_no_place_for_notes() {
	local file
	new_host
	run 0 up
	file=$(state_file up)
	run 0 down
	mkdir -p "${file/up-/new-}"
	run 2 up
	unchanged before
	rmdir "${file/up-/new-}"
	run 0 up
	is_up
}

# A write that a crash cut short.
test_damaged_notes() {
	new_host
	run 0 up
	printf 'dev wan0 ro\ndev' >"$(state_file up)"
	run 0 up
	check "$(cat "$WORK/err")" grep -q 'is damaged' "$WORK/err"
	is_up
	run 0 up
	said_nothing
}

test_interface_comes_later() {
	new_host
	configure <<-END
		dev wan0 role internet
		dev ppp7 role corporate
		route 10.30.0.0/16 via 10.1.0.1 dev corp0
		route 10.32.0.0/16 dev ppp7
	END
	run 0 up
	said "conf:4:7: there is no interface 'ppp7'" \
		"pptpgw: conf:2: there is no interface 'ppp7' yet"
	is "role of wan0" "$(value wan0 role)" internet
	is "routes" "$(routes)" "10.30.0.0/16 via 10.1.0.1 dev corp0"
	ip -n pgw-gw link add ppp7 type veth peer name ppp8
	ip -n pgw-gw link set ppp7 up
	run 0 up
	said_nothing
	is "role of ppp7" "$(value ppp7 role)" corporate
	check "$(routes)" grep -q '10.32.0.0/16 dev ppp7' <(routes)
	ip -n pgw-gw link del ppp7
	run 0 down
	unchanged before
}

# What "up" has given back is the operator's again.
test_line_removed() {
	new_host
	load
	setting wan1 role corporate
	run 0 up
	is_up
	sed -i /wan1/d "$WORK/conf"
	run 0 up
	is "role of wan1" "$(value wan1 role)" corporate
	is "policy of wan1" "$(value wan1 policy)" enforce
	is "role of wan0" "$(value wan0 role)" internet
	setting wan1 role none
	run 0 up
	is "role of wan1" "$(value wan1 role)" none
	run 0 down
	is "role of wan1" "$(value wan1 role)" none
	is "role of wan0" "$(value wan0 role)" none
}

test_unprivileged_user() {
	local user=(setpriv --reuid 65534 --clear-groups --bounding-set=-all)
	new_host
	load
	host >"$WORK/before"
	chmod 755 "$WORK"
	for verb in up down; do
		! in_ns gw "${user[@]}" "$PPTPGW" -c "$WORK/conf" "$verb" \
			2>"$WORK/err" || fail "anybody may call $verb"
		check "$(cat "$WORK/err")" grep -q "Permission denied" "$WORK/err"
	done
	unchanged before
	in_ns gw "${user[@]}" "$PPTPGW" -c "$WORK/conf" check-config >"$WORK/out"
}

test_five_at_once() {
	local i pids=()
	new_host
	for i in 1 2 3 4 5; do
		pg -c "$WORK/conf" up >"$WORK/out.$i" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || fail "one of them ends with $?"
	done
	is "who added" "$(cat "$WORK"/out.* | grep -c '^3 added')" 1
	is_up
	run 0 down
	unchanged before
}

# The module is needed for interfaces only.
test_routes_only() {
	new_host
	sed -i /^dev/d "$WORK/conf"
	run 0 up
	check "the module is loaded" eval '! module_loaded'
	check "$(routes)" grep -q 10.30.0.0/16 <(routes)
	run 0 down
	unchanged before
}

# Routes need none.
test_no_module() {
	new_host
	rm "/lib/modules/$(uname -r)/updates/pptpgw.ko"
	depmod
	run 2 up
	check "$(cat "$WORK/err")" grep -q 'module cannot be loaded' "$WORK/err"
	is "routes" "$(routes)" "10.30.0.0/16 via 10.1.0.1 dev corp0;10.31.0.0/16 via 10.1.0.1 dev corp0 metric 50;blackhole 10.99.0.0/16"
	run 0 down
	unchanged before
}

# The last of two namespaces to go down unloads the module.
test_two_namespaces() {
	new_host
	echo "dev gw role internet" >"$WORK/other"
	run 0 up
	"$PPTPGW" -n pgw-crt -c "$WORK/other" up >"$WORK/out"
	run 0 down
	check "the module is gone" module_loaded
	is "role of gw" "$(in_ns crt cat /sys/class/net/gw/pptpgw/role)" internet
	is "role of wan0" "$(value wan0 role)" none
	"$PPTPGW" -n pgw-crt -c "$WORK/other" down >"$WORK/out"
	unchanged before
}

test_check_config() {
	new_host
	run 0 check-config
	is "said" "$(cat "$WORK/out")" "3 interfaces, 3 routes"
	run 0 -j check-config
	is "JSON" "$(jq -c . "$WORK/out")" '{"devs":3,"routes":3}'
	unchanged before
	echo "route 10.32.0.0/16 dev ppp7" >>"$WORK/conf"
	run 0 check-config
	said "conf:7:7: there is no interface 'ppp7'"
	echo "dev wna0 role internet" >>"$WORK/conf"
	run 0 check-config
	said "conf:7:7: there is no interface 'ppp7'" \
		"pptpgw: conf:8: there is no interface 'wna0' yet"
	sed -i '$d' "$WORK/conf"
	echo "route default via 10.1.0.1 dev corp0" >>"$WORK/conf"
	run 1 check-config
	check "$(cat "$WORK/err")" grep -q 'conf:8:7: .* corp0, a corporate interface' "$WORK/err"
	printf 'dev wan0\nroute 10.33.0.1/16 via 10.1.0.1\n' >>"$WORK/conf"
	run 1 check-config
	is "errors" "$(grep -Eo 'conf:[0-9]+:[0-9]+' "$WORK/err" | sort -V | paste -sd' ')" \
		"conf:7:7 conf:8:7 conf:9:9 conf:10:7"
	rm "$WORK/conf"
	run 1 check-config
	unchanged before
}

# The uplink ppp0 is down, and a client of pptpd gets its name.
test_client_has_the_name_of_an_uplink() {
	new_host
	configure <<-END
		dev wan0  role internet
		dev corp0 role corporate
		dev ppp0  role internet
	END
	run 0 up
	said "pptpgw: conf:3: there is no interface 'ppp0' yet"
	start_pptpd gw
	tunnel c1 "$WAN0"
	run 0 up
	said "pptpgw: conf:3: ppp0 is the tunnel of a client now, made by pptpctrl: it gets no role"
	is "role of ppp0" "$(value ppp0 role)" none
	hang_up c1
}

# down, the new module, up: the tunnel waits for it.
test_upgrade_under_a_tunnel() {
	new_host
	load
	run 0 up
	start_pptpd gw
	tunnel c1 "$WAN0"
	is "leaked" "$(leaked)" 0
	run 0 down
	rmmod pptpgw
	! pings c1 || fail "the tunnel works without pptpgw"
	load
	run 0 up
	reset_evidence
	check "ping: $(cat "$WORK/ping")" pings c1
	at_least "steered" "$(value wan0 steered)" 3
	is "leaked" "$(leaked)" 0
	check "the tunnel has a new pppd" kill -0 "$(cat "$WORK/c1.pid")"
	hang_up c1
}

run_tests up_and_down up_twice down_restores wrong_last_line \
	kernel_refuses_a_route source_is_away conflict confirmation_pending \
	no_place_for_notes damaged_notes \
	interface_comes_later line_removed unprivileged_user \
	five_at_once routes_only no_module \
	two_namespaces check_config client_has_the_name_of_an_uplink upgrade_under_a_tunnel
