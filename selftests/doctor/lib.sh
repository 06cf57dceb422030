# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A host of its own for each test, in namespaces of network, mounts and
# processes: its files in /etc, /run and /sys/module are the test's. It needs no
# module; the host begins as a healthy gateway:
#
#   wan0 198.51.100.2/24   wan1 192.0.2.2/24   corp0 10.1.0.2/24

LIB=$(dirname "${BASH_SOURCE[0]}")/../lib
# shellcheck source=selftests/lib/ktap.sh
. "$LIB/ktap.sh"
# shellcheck source=selftests/lib/tool.sh
. "$LIB/tool.sh"

# shellcheck disable=SC2034
APART=(unshare --net --mount --pid --fork --mount-proc --kill-child)

requires() {
	need_root
	need_programs ip nft jq iptables-legacy unshare "$PPTPGW"
}

setup() {
	private_files
	healthy_host
}

show_logs() { show_tail 100 "$WORK"/{setup,test}.log; }

# What a program's files hold: write PATH LINE...
write() {
	local path=$1
	shift
	mkdir -p "$(dirname "$path")"
	printf '%s\n' "$@" >"$path"
}

# A process of that name, as far as others can see, which does nothing.
process() {
	local path=$WORK/$1
	shift
	printf '%s\n' '#!/bin/sh' 'sleep 600 & wait' >"$path"
	chmod +x "$path"
	"$path" "$@" >"$WORK/process.out" 2>&1 &
	sleep 0.2
}

# -- the host ------------------------------------------------------------------

# Directories that are empty but for what the test writes.
private_files() {
	local dir file
	mount --make-rprivate /
	mkdir "$WORK/etc"
	for file in protocols services iproute2 ld.so.cache ld.so.conf passwd \
		group nsswitch.conf alternatives; do
		[ ! -e "/etc/$file" ] || cp -a "/etc/$file" "$WORK/etc"
	done
	mount --bind "$WORK/etc" /etc
	for dir in /run /sys/module /lib/modules /usr/lib/sysctl.d \
		/usr/lib/systemd/network /usr/lib/systemd/networkd.conf.d \
		/sys/kernel/security /sys/firmware; do
		[ ! -d "$dir" ] || mount -t tmpfs none "$dir"
	done
}

# dev NAME ADDRESS
dev() {
	ip link add "$1" type veth peer name "$1-peer"
	ip link set "$1-peer" up
	ip link set "$1" up
	[ -z "${2:-}" ] || ip addr add "$2" dev "$1"
}

configure() { write /etc/pptpgw/pptpgw.conf "$@"; }

CONF=("dev wan0 role internet" "dev wan1 role internet"
	"dev corp0 role corporate" "route 10.20.0.0/16 via 10.1.0.1 dev corp0")

healthy_host() {
	ip link set lo up
	sysctl -qw net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1 \
		net.ipv6.conf.default.disable_ipv6=1
	dev wan0 198.51.100.2/24
	dev wan1 192.0.2.2/24
	dev corp0 10.1.0.2/24
	ip route add default via 198.51.100.1 metric 200
	ip route add default via 192.0.2.1 metric 300
	ip route add 10.20.0.0/16 via 10.1.0.1 dev corp0 proto 217
	configure "${CONF[@]}"
	write /sys/module/pptpgw/version "$("$PPTPGW" -V | cut -d' ' -f2)"
	write /sys/module/pptpgw/taint OE
	write /etc/pptpd.conf "option /etc/ppp/options.pptpd" \
		"localip 10.250.0.1" "remoteip 10.250.0.100-199,10.250.0.250"
	write /etc/ppp/options.pptpd "name pptpd" require-mppe-128 "mtu 1400" \
		"mru 1400"
}

# -- what is asked -------------------------------------------------------------

# doctor WANTED-STATUS [ARG...]: its answer is in $WORK/out.
doctor() {
	local want=$1 status=0
	shift
	"$PPTPGW" -j doctor "$@" >"$WORK/out" 2>"$WORK/err" || status=$?
	[ "$status" = "$want" ] ||
		fail "exit status $status, want $want: $(cat "$WORK/err") $(jq -c '[.[].what]' "$WORK/out")"
	[ ! -s "$WORK/err" ] || fail "standard error: $(cat "$WORK/err")"
	jq -e 'all(.[]; (keys - ["fixed"]) ==
		["breaks","fix","id","lasts","owner","severity","what"])' "$WORK/out" \
		>/dev/null || fail "keys: $(cat "$WORK/out")"
}

# ids [FILTER]: of the findings, in order.
ids() { jq -r "[.[] | ${1:-.} | .id] | join(\" \")" "$WORK/out"; }

# field KEY [NUMBER]: of a finding.
field() { jq -r ".[${2:-0}].$1" "$WORK/out"; }

# finds ID...: these, and nothing else.
finds() {
	doctor 3
	is "findings" "$(ids)" "$*"
	found=$*
}

# fixed: --fix fixes all findings, and none is left.
fixed() {
	doctor 0 --fix
	is "fixed" "$(ids 'select(.fixed)')" "$found"
	is "left" "$(ids 'select(.fixed | not)')" ""
	silent
}

# remains: --fix changes nothing.
remains() {
	state >"$WORK/before"
	doctor 3 --fix
	is "fixed" "$(ids 'select(.fixed)')" ""
	is "left" "$(ids)" "$found"
	state | diff "$WORK/before" - || fail "--fix changed something"
	doctor 3
	is "findings" "$(ids)" "$found"
}

# fixed_by_command: the commands that it prints fix it.
fixed_by_command() {
	local command
	jq -r '.[].fix' "$WORK/out" >"$WORK/fixes"
	while read -r command; do
		note "$command"
		PATH=$(dirname "$PPTPGW"):$PATH sh -c "$command" </dev/null ||
			fail "$command"
	done <"$WORK/fixes"
	silent
}

silent() {
	doctor 0
	is "findings" "$(ids)" ""
	is "text" "$("$PPTPGW" doctor)" ""
}

# What --fix could change.
state() {
	ip route show table all
	ip rule
	nft list ruleset
	grep . /proc/sys/net/ipv4/{ip_forward,conf/*/{rp_filter,src_valid_mark,proxy_arp,send_redirects}}
	find /etc -type f -exec cksum {} +
}
