#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tool, by each of its commands, in text and JSON.

. "$(dirname "$0")/../lib/gateway.sh"

# says STATUS TEXT ARG...: the exit status and the exact first line of an error.
says() {
	local want=$1 text="pptpgw: $2" status=0
	shift 2
	"$PPTPGW" "$@" >"$WORK/out" 2>"$WORK/err" || status=$?
	is "exit status of '$*'" "$status" "$want"
	is "error of '$*'" "$(head -n 1 "$WORK/err")" "$text"
}

test_dev() {
	load
	pg dev set wan0 role internet policy observe unroutable pass
	is "role" "$(value wan0 role)" internet
	is "policy" "$(value wan0 policy)" observe
	is "unroutable" "$(value wan0 unroutable)" pass
	pg dev set wan0 policy enforce
	is "role" "$(value wan0 role)" internet
	is "policy" "$(value wan0 policy)" enforce
	pg dev set corp0 role corporate guard deny
	is "guard" "$(value corp0 guard)" deny
	pg dev show >"$WORK/out"
	grep -Eq '^corp0 +corporate +enforce +drop +deny +0 ' "$WORK/out" ||
		fail "$(cat "$WORK/out")"
	is "guard in JSON" "$(json '.[] | select(.ifname == "corp0").guard' \
		dev show)" deny
	grep -Eq '^wan0 +internet +enforce +pass +warn +0 ' "$WORK/out" ||
		fail "$(cat "$WORK/out")"
	! grep -q '^lo ' "$WORK/out" || fail "lo has no role, but is shown"
	is "JSON" "$(json '.[] | select(.ifname == "wan0") |
		.role + " " + .policy + " " + .unroutable' dev show)" \
		"internet enforce pass"
	is "keys" "$(json '.[0] | keys_unsorted - ["ifname"] | sort | join(" ")' \
		dev show)" \
		"$(in_ns gw ls /sys/class/net/wan0/pptpgw | sort | tr '\n' ' ' | sed 's/ $//')"
}

test_errors() {
	says 2 "the kernel module is not loaded (modprobe pptpgw)" dev show
	load
	says 1 "unknown object 'tunel', did you mean 'tunnel'?" tunel show
	says 1 "object 'm' may be 'monitor' or 'metrics'" m
	says 1 "unrecognized option '-x'" -x
	says 1 "network namespace 'nosuch': No such file or directory" \
		-n nosuch dev show
	says 1 "unknown command 'frobnicate'" dev frobnicate
	says 1 "dev set needs an interface and a setting" dev set
	says 1 "dev set needs an interface and a setting" dev set wan0
	says 1 "'role' needs a value" dev set wan0 role
	says 1 "'role' is given twice" dev set wan0 role none role none
	says 1 "unknown keyword 'roel', did you mean 'role'?" \
		dev set wan0 roel none
	says 1 "unknown role 'wrong'" dev set wan0 role wrong
	says 1 "unknown policy 'drop'" dev set wan0 policy drop
	says 1 "unknown unroutable 'observe'" dev set wan0 unroutable observe
	says 1 "unknown guard 'dney', did you mean 'deny'?" \
		dev set corp0 guard dney
	says 1 "'waytoolonginterfacename' is not an interface name" \
		dev set waytoolonginterfacename role none
	says 2 "nosuch0: no such interface" -n pgw-gw dev set nosuch0 role none
	says 2 "nosuch0: no such interface" -n pgw-gw dev show nosuch0
	says 1 "'1.2.3' is not an IPv4 address" tunnel show client 1.2.3
	says 1 "'dev' needs a value" tunnel flush dev
	says 1 "unknown keyword 'colour'" tunnel show colour red
	says 2 "no interface 'nosuch0' here" -n pgw-gw tunnel show dev nosuch0
	says 1 "explain needs the address of a client" explain
	says 1 "'nonsense' is not an IPv4 address" explain nonsense
	says 1 "'from' needs a value" explain "$C1" from
	says 2 "no route to the client: name the local address" \
		-n pgw-isp explain 240.0.0.1
	says 1 "'now' is one word too many" stats now
	says 1 "metrics has a format of its own: leave -j and -p away" \
		-j metrics
	is "role" "$(value wan0 role)" none
}

test_help() {
	"$PPTPGW" help | grep -q '^Usage' || fail "no help"
	for object in dev tunnel route explain doctor stats monitor metrics up \
		down check-config; do
		"$PPTPGW" "$object" help | grep -q "^Usage.* $object" ||
			fail "no help for $object"
		"$PPTPGW" "$object" --help | grep -q "^Usage.* $object" ||
			fail "no --help for $object"
	done
	is "version" "$("$PPTPGW" --version)" "pptpgw $(cat "$SELFTESTS/VERSION")"
}

# In a VM it stands here, by another name.
COMPLETION=$SELFTESTS/pptpgw.bash
[ -e "$COMPLETION" ] || COMPLETION=$SELFTESTS/../userspace/completion/pptpgw

# completes WANT WORD...: what bash offers for the last WORD.
completes() {
	local want=$1
	shift
	# shellcheck disable=SC2016
	is "completion of '$*'" "$(in_ns gw bash -c '
		. "$0"
		[ "$(complete -p pptpgw)" = "complete -F _pptpgw pptpgw" ] || exit
		COMP_WORDS=(pptpgw "$@") COMP_CWORD=$#
		_pptpgw
		printf "%s\n" "${COMPREPLY[@]}" | sort | paste -sd" "' \
		"$COMPLETION" "$@")" "$want"
}

test_completion() {
	local interfaces
	interfaces=$(in_ns gw ls /sys/class/net | LC_ALL=C.UTF-8 sort | paste -sd' ')
	completes "check-config dev doctor down explain help metrics monitor route stats tunnel up" ""
	completes "metrics monitor" m
	completes "-4 -6 -V -c -h -j -n -p" -
	completes "help set show" dev ""
	completes "set show" dev s
	completes "$interfaces" dev set ""
	completes "wan0 wan1" dev set w
	completes "wan0 wan1" dev show w
	completes "guard policy role unroutable" dev set wan0 ""
	completes "corporate internet none" dev set wan0 role ""
	completes "corporate" dev set wan0 role c
	completes "unroutable" dev set wan0 role internet u
	completes "enforce observe" dev set wan0 role internet policy ""
	completes "drop pass" dev set wan0 unroutable ""
	completes "deny off warn" dev set corp0 guard ""
	completes "flush help show" tunnel ""
	completes "client dev" tunnel flush ""
	completes "corp0" tunnel show dev co
	completes "" tunnel flush client ""
	completes "dev" tunnel flush client "$C1" d
	completes "" explain ""
	completes "from help" explain "$C1" ""
	completes "" explain "$C1" from ""
	completes "--fix --watch -j -p help" doctor ""
	completes "help" stats ""
	completes "--roles help" up ""
	completes "help" check-config ""
	completes "pgw-c1 pgw-c2 pgw-chost pgw-crt pgw-csrv" -n pgw-c
	completes "set show" -j -n pgw-gw dev s
}

test_unprivileged_user() {
	local user=(setpriv --reuid 65534 --clear-groups --bounding-set=-all) about
	load_with_roles
	in_ns gw "${user[@]}" "$PPTPGW" dev show >"$WORK/out"
	grep -q '^wan0' "$WORK/out" || fail "interfaces cannot be seen"
	for refused in "dev set wan0 role none" "tunnel show" "tunnel flush" \
		"explain $C1" monitor "-j monitor"; do
		status=0
		# shellcheck disable=SC2086
		in_ns gw "${user[@]}" timeout 10 "$PPTPGW" $refused >"$WORK/out" \
			2>"$WORK/err" || status=$?
		is "exit status of '$refused'" "$status" 2
		about=
		[[ $refused != "dev set"* ]] || about="wan0: "
		is "error of '$refused'" "$(cat "$WORK/err")" \
			"pptpgw: ${about}Operation not permitted (needs CAP_NET_ADMIN)"
	done
	is "role" "$(value wan0 role)" internet
}

test_tunnel() {
	start_pptpd gw
	load_with_roles
	tunnel c1 "$WAN0"
	pg tunnel show >"$WORK/out"
	grep -Eq "$C1 +$WAN0 +wan0 " "$WORK/out" || fail "$(cat "$WORK/out")"
	pg -j tunnel show >"$WORK/json"
	is "tunnels" "$(jq length "$WORK/json")" 1
	is "names" "$(jq -r '.[0] | .client + " " + .local + " " + .ingress' \
		"$WORK/json")" "$C1 $WAN0 wan0"
	is "calls" "$(jq '.[0].calls | length' "$WORK/json")" 1
	is "keys" "$(jq -r '.[0] | keys_unsorted | join(" ")' "$WORK/json")" \
		"client local ingress calls age idle rx_packets rx_bytes tx_packets tx_bytes steered moved"
	jq -e '.[0] | .age > 0 and .idle < .age and .rx_packets > 5 and
		.rx_bytes > 500 and .tx_packets > 5 and .steered > 5 and
		.moved == 0 and .calls[0].client_call_id >= 0 and
		.calls[0].local_call_id >= 0' "$WORK/json" >/dev/null ||
		fail "$(cat "$WORK/json")"
	is "of another" "$(json length tunnel show client "$C2")" 0
	is "by another" "$(json length tunnel show dev wan1)" 0
	is "by its own" "$(json length tunnel show dev wan0 client "$C1")" 1
	is "flushed of another" "$(json .flushed tunnel flush client "$C2")" 0
	is "flushed by another" "$(json .flushed tunnel flush dev wan1)" 0
	is "flushed" "$(json .flushed tunnel flush client "$C1")" 1
	is "peers" "$(value wan0 peers)" 0
	check "the tunnel broke" pings c1
	hang_up c1
}

# call_id SOURCE: the call ID in GRE that the client's wire carries from there.
call_id() {
	in_ns isp timeout 20 tcpdump -nnlc 1 -i c1 "src $1 and proto 47" \
		2>/dev/null | sed -n 's/.*GREv1, call \([0-9]*\).*/\1/p'
}

# What each command says of one tunnel, of which all is known.
test_live_tunnel() {
	local client_id local_id steered text
	start_pptpd gw
	load_with_roles
	watch events -j
	watch lines
	tunnel c1 "$WAN0"
	bg c1 ping -q -i 0.2 -w 30 "$CHOST" >/dev/null
	# Its receiver assigned the call ID that a packet carries.
	local_id=$(call_id "$C1")
	client_id=$(call_id "$WAN0")
	note "call IDs: client's $client_id, server's $local_id"
	steered=$(by wan0)
	at_least "steered on the wire" "$steered" 10

	is "tunnel show" "$(json 'map("\(.client) \(.local) \(.ingress) \(.moved) " +
		(.calls | map("\(.client_call_id)/\(.local_call_id)") | join(",")))
		| join(";")' tunnel show)" \
		"$C1 $WAN0 wan0 0 $client_id/$local_id"
	at_least "its steered" "$(json '.[0].steered' tunnel show)" $((steered - 5))
	pg tunnel show >"$WORK/out"
	grep -Eq "^$C1 +$WAN0 +wan0 +$client_id/$local_id .* [1-9][0-9]+ +0$" \
		"$WORK/out" || fail "$(cat "$WORK/out")"

	is "dev show" "$(json '.[] | select(.ifname == "wan0") |
		"\(.role) \(.policy) \(.unroutable) \(.peers) \(.learned) " +
		"\(.calls_opened) \(.unroutable_drops) \(.steered > 10)"' dev show)" \
		"internet enforce drop 1 1 1 0 true"
	pg dev show >"$WORK/out"
	grep -Eq '^wan0 +internet +enforce +drop +warn +1 +[1-9][0-9]+ ' "$WORK/out" ||
		fail "$(cat "$WORK/out")"

	is "explain" "$(json '"\(.client) \(.local) \(.verdict) \(.reason) " +
		"\(.source) \(.ingress) \(.dev) \(.gateway) \(.table_dev) " +
		"\(.table_gateway) \(.idle < 5)"' explain "$C1")" \
		"$C1 $WAN0 steer steered peer wan0 wan0 198.51.100.1 corp0 10.1.0.1 true"
	text="^replies to $C1 from $WAN0 leave by wan0 via 198.51.100.1, because"
	text+=" its control connection came in there \(last packet [^)]* ago\);"
	text+=" the routing table alone would say corp0 via 10.1.0.1$"
	pg explain "$C1" | grep -Eq "$text" || fail "$(pg explain "$C1")"

	is "stats" "$(json '"\(.peers) \(.learned) \(.moved) \(.calls_opened) " +
		"\(.calls_closed) \(.unroutable_drops) \(.steered > 10)"' stats)" \
		"1 1 0 1 0 0 true"
	pg stats >"$WORK/out"
	grep -Eq '^calls_opened +1$' "$WORK/out" || fail "$(cat "$WORK/out")"
	grep -Eq '^steered +[1-9][0-9]+$' "$WORK/out" || fail "$(cat "$WORK/out")"

	pg metrics >"$WORK/out"
	grep -qx 'pptpgw_peers{ifname="wan0"} 1' "$WORK/out" ||
		fail "$(cat "$WORK/out")"
	grep -qx 'pptpgw_calls_opened_total{ifname="wan0"} 1' "$WORK/out" ||
		fail "$(cat "$WORK/out")"
	grep -qxE 'pptpgw_steered_total\{ifname="wan0"\} [1-9][0-9]+' "$WORK/out" ||
		fail "$(cat "$WORK/out")"

	is "monitor" "$(jq -rs 'map("\(.event) \(.client) \(.local) \(.ingress)" +
		if .local_call_id then " \(.client_call_id)/\(.local_call_id)"
		else "" end) | sort | join(";")' "$WORK/events")" \
		"call_opened $C1 $WAN0 wan0 $client_id/$local_id;first_steer $C1 $WAN0 wan0;tunnel_up $C1 $WAN0 wan0"
	is "monitor, in text" "$(sed 's/^[0-9:.]* //' "$WORK/lines" | sort | paste -sd';')" \
		"call opened: $C1 to $WAN0 by wan0, client's call ID $client_id, server's call ID $local_id;first steer: $C1 to $WAN0 by wan0;tunnel up: $C1 to $WAN0 by wan0"
	hang_up c1
}

test_stats_and_metrics() {
	local said
	load_with_roles
	meet 198.18.0.0/24 20
	is "learned" "$(json .learned stats)" 20
	is "peers" "$(json .peers stats)" 20
	pg stats | grep -Eq '^learned +20$' || fail "$(pg stats)"
	is "keys" "$(json 'keys | join(" ")' stats)" \
		"$(in_ns gw ls /sys/class/net/wan0/pptpgw |
			grep -vxE 'role|policy|unroutable|guard' | sort | tr '\n' ' ' |
			sed 's/ $//')"
	pg metrics >"$WORK/metrics"
	grep -qx 'pptpgw_learned_total{ifname="wan0"} 20' "$WORK/metrics" ||
		fail "$(cat "$WORK/metrics")"
	said=$("$SELFTESTS/promtool" --version 2>&1) ||
		skip "promtool does not run here: ${said%%$'\n'*}"
	"$SELFTESTS/promtool" check metrics <"$WORK/metrics" >"$WORK/out" 2>&1 ||
		fail "$(cat "$WORK/out")"
	is "promtool" "$(cat "$WORK/out")" ""
}

# explains CLIENT VERDICT REASON SOURCE DEV: and says so in a sentence, too.
explains() {
	is "explain $1" "$(json '.verdict + " " + .reason + " " + .source + " " +
		(.dev // "-")' explain "$1")" "$2 $3 $4 $5"
	pg explain "$1" >"$WORK/out"
	grep -q "$1" "$WORK/out" || fail "$(cat "$WORK/out")"
	note "$(cat "$WORK/out")"
}

test_explain() {
	load
	explains "$C1" keep inactive none corp0
	load_roles
	explains "$C1" steer steered address wan0
	explains "$CHOST" keep not_uplink none corp0
	meet "$C1" 1
	explains "$C1" steer steered peer wan0
	is "gateways" "$(json '.gateway + " " + .table_dev + " " +
		.table_gateway' explain "$C1")" "198.51.100.1 corp0 10.1.0.1"
	setting wan0 policy observe
	explains "$C1" keep observed_steers peer corp0
	setting wan0 policy enforce
	ip -n pgw-gw route del default via 198.51.100.1
	explains "$C1" drop unroutable_drops peer -
	setting wan0 policy observe
	explains "$C1" keep observed_drops peer corp0
	setting wan0 policy enforce
	setting wan0 unroutable pass
	explains "$C1" keep unroutable_passes peer corp0
	ip -n pgw-gw route add default via 198.51.100.1 metric 50
	explains "$C1" keep already_right peer wan0
	is "no_ingress" "$(json .reason explain 203.0.113.99 from 10.1.0.2)" no_ingress
	# It stays an Internet client, for whom the only uplink is left.
	setting wan0 role none
	explains "$C1" steer steered address wan1
}

# 10,000 peers stay; others come and go while they are dumped.
test_dump_under_churn() {
	local i
	load_with_roles
	meet 10.64.0.0/16 10000
	is "peers" "$(value wan0 peers)" 10000
	(
		while :; do
			meet 198.18.0.0/24 100
			for i in 0 1 2 3 4 5 6 7 8 9; do
				pg tunnel flush client "198.18.0.$i"
			done
		done
	) >/dev/null 2>&1 &
	for i in 1 2 3 4 5; do
		pg -j tunnel show 2>"$WORK/err" |
			jq -r '.[].client | select(startswith("10."))' >"$WORK/seen"
		is "seen" "$(wc -l <"$WORK/seen")" 10000
		is "seen once" "$(sort -u "$WORK/seen" | wc -l)" 10000
	done
	kill %%
}

run_tests dev errors help completion unprivileged_user tunnel live_tunnel \
	stats_and_metrics explain dump_under_churn
