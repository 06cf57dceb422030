#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whose an interface is: a PPP interface may be the uplink's or a client's, and a packet
# comes in by the topmost of several. The PPP interfaces are tun devices that say they are
# PPP's; pppd and its parents are other programs of these names.

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/up_lib.sh"

teardown() {
	[ ! -e "$WORK/pids" ] || xargs -r kill <"$WORK/pids" 2>/dev/null || true
	remove_namespaces
}

# ppp IF: it comes, up.
ppp() {
	command -v python3 >/dev/null || skip "python3 is not installed"
	[ -e /dev/net/tun ] || skip "there is no /dev/net/tun"
	ip -n pgw-gw tuntap add "$1" mode tun
	in_ns gw python3 - "$1" <<-END
		import fcntl, os, struct, sys
		tun = os.open("/dev/net/tun", os.O_RDWR)
		fcntl.ioctl(tun, 0x400454ca, struct.pack("16sH22x", sys.argv[1].encode(), 0x1001))
		fcntl.ioctl(tun, 0x400454cd, 512)
	END
	ip -n pgw-gw link set "$1" up
}

# program NAME SHELL: a shell of that name runs this.
program() {
	cp --remove-destination "$(command -v bash)" "$WORK/$1"
	ip netns exec "pgw-${IN_NS:-gw}" "$WORK/$1" -c "$2" </dev/null >/dev/null 2>&1 &
	echo $! >>"$WORK/pids"
	wait_for 5 grep -qxF "$1" "/proc/$!/comm" || fail "no $1"
	disown
}

# pppd_of IF PARENT: there is a pppd of that interface, and whose child it is.
pppd_of() {
	cp --remove-destination "$(command -v sleep)" "$WORK/pppd"
	rm -f "/run/$1.pid"
	program "$2" "$WORK/pppd 60 & echo \$! >/run/$1.pid; echo \$! >>$WORK/pids; wait"
	wait_for 5 test -s "/run/$1.pid" || fail "no pid"
	wait_for 5 grep -qx pppd "/proc/$(cat "/run/$1.pid")/comm" || fail "no pppd"
}

role_of_ppp0() {
	local role=0
	[ ! -e /run/roles/ppp0 ] || read -r role _ </run/roles/ppp0
	echo "$role"
}

ppp_conf() { printf '%s\n' "dev wan0 role internet" "dev ppp0 role internet" | conf; }

# Who dials ppp0.
for_uplink() { # PARENT
	ppp_conf
	ppp ppp0
	pppd_of ppp0 "$1"
	exits 0 pg up
	says err ""
	is "role" "$(role_of_ppp0)" 1
}

for_client() { # SERVER
	exits 0 pg check-config
	says err "pptpgw: $WORK/conf:2: ppp0 is the tunnel of a client now, made by $1: it gets no role"
	exits 0 pg up
	says err "pptpgw: $WORK/conf:2: ppp0 is the tunnel of a client now, made by $1: it gets no role"
	is "role" "$(role_of_ppp0)" 0
}

test_uplink() { for_uplink systemd; }

# While the server is there for others.
test_uplink_beside_clients() {
	program pptpctrl "sleep 60 & echo \$! >>$WORK/pids; wait"
	for_uplink NetworkManager
}

test_client_of_pptpd() {
	ppp_conf
	ppp ppp0
	pppd_of ppp0 pptpctrl
	for_client pptpctrl
}

test_client_of_pppoe_server() {
	ppp_conf
	ppp ppp0
	pppd_of ppp0 pppoe-server
	for_client pppoe-server
}

# It runs no pppd; a file that an older one left names a process that is something else.
test_client_of_accel_ppp() {
	ppp_conf
	ppp ppp0
	program accel-pppd "sleep 60 & echo \$! >>$WORK/pids; wait"
	for_client accel-pppd
	echo $$ >/run/ppp0.pid
	for_client accel-pppd
}

# Another network namespace has a ppp0, too, and /run is the same.
test_pppd_elsewhere() {
	ppp_conf
	ppp ppp0
	IN_NS=isp pppd_of ppp0 systemd
	exits 0 pg up
	says err ""
	program pptpctrl "sleep 60 & echo \$! >>$WORK/pids; wait"
	rm -rf /run/roles
	for_client pptpctrl
}

# Nothing is known of it but the name; servers elsewhere have nothing to do with it.
test_no_pppd() {
	ppp_conf
	ppp ppp0
	IN_NS=isp program pptpctrl "sleep 60 & echo \$! >>$WORK/pids; wait"
	rm -f /run/ppp0.pid
	exits 0 pg up
	says err ""
	is "role" "$(role_of_ppp0)" 1
}

# The uplink goes, a client takes its name, and the uplink comes back.
test_name_changes_hands() {
	for_uplink systemd
	ip -n pgw-gw link del ppp0
	rm /run/roles/ppp0
	ppp ppp0
	pppd_of ppp0 pptpctrl
	for_client pptpctrl
	ip -n pgw-gw link del ppp0
	ppp ppp0
	pppd_of ppp0 systemd
	exits 0 pg up
	is "role" "$(role_of_ppp0)" 1
}

# -- interfaces on top of others ---------------------------------------------------

# warned TEXT: of the first line of the configuration; the role is set nevertheless.
warned() {
	exits 0 pg check-config
	says err "${1:+pptpgw: $WORK/conf:1: $1}"
	exits 0 pg up
	says err "${1:+pptpgw: $WORK/conf:1: $1}"
}

# add IF ARG...: if the kernel has that kind.
add() {
	ip -n pgw-gw link add link wan0 name "$1" type "${@:2}" 2>"$WORK/err" ||
		skip "$(cat "$WORK/err")"
	ip -n pgw-gw link set "$1" up
}

test_bridge() {
	ppp_conf
	sed -i 2d "$WORK/conf"
	ip -n pgw-gw link add br0 type bridge 2>"$WORK/err" || skip "$(cat "$WORK/err")"
	warned ""
	ip -n pgw-gw link set wan0 master br0
	warned "wan0 is a port of br0, by which its packets come in: br0 needs the role"
	ip -n pgw-gw link del br0
	warned ""
}

test_vlan() {
	ppp_conf
	sed -i 2d "$WORK/conf"
	add wan0.7 vlan id 7
	ip -n pgw-gw addr add 192.0.2.1/24 dev wan0.7
	warned ""
	ip -n pgw-gw addr flush dev wan0
	warned "wan0 has no IPv4 address, but wan0.7 on top of it has: wan0.7 needs the role"
	echo "dev wan0.7 role internet" >>"$WORK/conf"
	warned ""
}

# keepalived's use_vmac.
test_macvlan() {
	ppp_conf
	sed -i 2d "$WORK/conf"
	add vrrp.51 macvlan mode private
	warned ""
	ip -n pgw-gw addr add 198.51.100.9/32 dev vrrp.51
	warned "packets to the address of vrrp.51, a macvlan of wan0, need a line for vrrp.51"
	echo "dev vrrp.51 role internet" >>"$WORK/conf"
	warned ""
}

# Its other end is not on top of it.
test_veth() {
	ip -n pgw-gw link add veth0 type veth peer name veth1
	ip -n pgw-gw link set veth0 up
	ip -n pgw-gw addr add 192.0.2.1/24 dev veth1
	echo "dev veth0 role corporate" | conf
	warned ""
}

run_tests uplink uplink_beside_clients client_of_pptpd client_of_pppoe_server \
	client_of_accel_ppp pppd_elsewhere no_pppd name_changes_hands bridge vlan macvlan veth
