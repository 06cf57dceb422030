#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Prometheus, with node_exporter, watches a gateway of which an uplink fails: the files of
# Documentation/examples/prometheus.
#
# vm: --daemons --timeout 2400

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/../lib/servers.sh"
. "$(dirname "$0")/recipe_lib.sh"

export RECIPE_PROGRAMS="prometheus prometheus-node-exporter promtool"
export GATEWAYS=gw
FILES=$EXAMPLES/prometheus
COLLECTED=/var/lib/prometheus/node-exporter

setup() { share_uplinks; }

# -- what an administrator starts ------------------------------------------------

# What the service runs, as often as the timer has it.
start_timer() {
	local command
	command=$(sed -n 's/^ExecStart=//p' "$FILES/pptpgw-metrics.service")
	mkdir -p "$COLLECTED"
	# shellcheck disable=SC2016
	bg gw bash -c 'cd "$0" && while :; do eval "$1"; sleep 15; done' \
		"$COLLECTED" "$command" >"$WORK/timer.log" 2>&1
}

start_prometheus() {
	rm -f "$COLLECTED"/pptpgw.*
	start_timer
	bg gw prometheus-node-exporter --collector.disable-defaults --collector.textfile \
		--collector.netclass --collector.textfile.directory="$COLLECTED" \
		--web.listen-address=127.0.0.1:9100 >"$WORK/exporter.log" 2>&1
	bg gw prometheus --config.file="$FILES/prometheus.yml" --storage.tsdb.path="$WORK/data" \
		--web.listen-address=127.0.0.1:9090 >"$WORK/prometheus.log" 2>&1
	wait_for 120 query up || fail "prometheus does not start"
}

# query EXPRESSION: what Prometheus knows, a line "value interface" for each series.
query() {
	local answer
	answer=$(in_ns gw promtool query instant -o json http://127.0.0.1:9090 "$1") || return
	jq -er 'if length == 0 then empty else
		.[] | "\(.value[1]) \(.metric.ifname // "-")" end' <<<"$answer"
}

# fires ALERT [IF]
fires() {
	query "ALERTS{alertname=\"$1\", alertstate=\"firing\"}" | grep -qx "1 ${2:--}"
}

no_alert() { ! query 'ALERTS{alertstate="firing"}'; }

has_peer_by() { query pptpgw_peers | grep -qx "1 $1"; }

# -- the tests -------------------------------------------------------------------

test_files() {
	promtool check config "$FILES/prometheus.yml"
	promtool check rules "$FILES/pptpgw-alerts.yml"
	grep -oE 'pptpgw_[a-z_]+' "$FILES"/{pptpgw-alerts.yml,dashboard.json} -h | sort -u |
		grep -vE '^pptpgw_(info|peers)$' >"$WORK/used"
	load
	in_ns gw sh -c 'echo internet >/sys/class/net/wan0/pptpgw/role'
	pg metrics | sed -n 's/^# TYPE \([^ ]*\).*/\1/p' | sort >"$WORK/known"
	is "unknown counters" "$(comm -23 "$WORK/used" "$WORK/known")" ""
}

# Each panel's expressions are what Prometheus can evaluate.
test_dashboard() {
	# shellcheck disable=SC2016
	jq -r '.panels[].targets[].expr' "$FILES/dashboard.json" |
		jq -R -s '{ groups: [{ name: "panels", rules: [split("\n")[] | select(. != "") |
			{ record: "panel:expression", expr: . }] }] }' >"$WORK/panels.yml"
	promtool check rules "$WORK/panels.yml" >"$WORK/out" 2>&1 || fail "$(cat "$WORK/out")"
	at_least "panels" "$(jq '.panels | length' "$FILES/dashboard.json")" 4
}

test_without() {
	start_prometheus
	wait_for 180 fires PptpgwIsDown || fail "nobody says that pptpgw is down"
	record "Prometheus, a gateway's failover" without "PptpgwIsDown"
}

test_with() {
	local began
	start_with_defaults
	start_prometheus
	redial c1 "$SHARED"
	wait_for 60 works c1 || fail "no tunnel"
	wait_for 60 has_peer_by wan0 || fail "the client is not seen on wan0"
	check "an alert fires" no_alert
	began=$(milliseconds)
	ip -n pgw-isp link set wan0 down
	ip -n pgw-isp route replace "$SHARED" via "$WAN1"
	wait_for 90 fires PptpgwUplinkIsDown wan0 || fail "nobody says that wan0 is down"
	record "Prometheus, a gateway's failover" recovery "alert after $(seconds_since "$began") s"
	wait_for 60 has_peer_by wan1 || fail "the client is not seen on wan1"
	wait_for 60 fires PptpgwClientsMove wan1 || fail "nobody says that the client has moved"
	ip -n pgw-isp link set wan0 up
	wait_for 90 eval '! fires PptpgwUplinkIsDown wan0' || fail "the alert stays"
	record "Prometheus, a gateway's failover" with "PptpgwUplinkIsDown, then PptpgwClientsMove"
}

run_tests files dashboard without with
