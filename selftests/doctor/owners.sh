#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who broke a host, from files as their manuals have them; see programs.sh for the
# programs themselves.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# owned TEXT...: a default route through corp0, of a lease, has all these owners.
owned() {
	local owner
	ip route add default via 10.1.0.1 dev corp0 metric 50 proto dhcp
	doctor 3
	for owner; do
		is "owner" "$(jq -r '.[0].owner' "$WORK/out" | grep -oF "$owner")" "$owner"
	done
}

# not_owned TEXT: it has another.
not_owned() {
	ip route replace default via 10.1.0.1 dev corp0 metric 50 proto dhcp
	doctor 3
	! jq -r '.[0].owner' "$WORK/out" | grep -F "$1" || fail "it is not the owner"
}

index() { ip -j link show "$1" | jq '.[0].ifindex'; }
mac() { ip -j link show "$1" | jq -r '.[0].address'; }

NETPLAN_FILE=/run/systemd/network/10-netplan-corp.network

test_any_interface() {
	process dhcpcd -q -w
	write "/etc/NetworkManager/system-connections/Wired connection 1.nmconnection" \
		"[connection]" "id=Wired connection 1" "type=ethernet" "[ipv4]" "method=auto"
	write /etc/sysconfig/network-scripts/ifcfg-corp0 DEVICE=corp0 BOOTPROTO=none \
		GATEWAY=10.1.0.1 DEFROUTE=yes
	write /etc/network/interfaces "iface corp0 inet static" \
		"  post-up ip route add default via 10.1.0.1 dev corp0"
	write "$NETPLAN_FILE" "[Match]" "PermanentMACAddress=$(mac corp0)" "" "[Network]" \
		"DHCP=ipv4"
	owned "systemd-networkd ($NETPLAN_FILE:5)" "Wired connection 1.nmconnection:5" \
		"ifupdown (/etc/network/interfaces:2)" "ifcfg-corp0:3" \
		"dhcpcd (process $!, for all interfaces)"
}

# What a program says itself counts more than what its files may mean.
test_asked() {
	write /etc/systemd/network/10-all.network "[Match]" "Name=*" "[Network]" "DHCP=yes"
	write /etc/systemd/network/20-corp.network "[Match]" "Name=corp0" "[Network]" "DHCP=yes"
	write "/run/systemd/netif/links/$(index corp0)" ADMIN_STATE=configured \
		NETWORK_FILE=/etc/systemd/network/20-corp.network
	owned "20-corp.network:4"
	not_owned "10-all.network"
	write "/run/systemd/netif/links/$(index corp0)" ADMIN_STATE=unmanaged
	not_owned "systemd-networkd"
}

# The first file wins, and a drop-in has the last word.
test_networkd_order() {
	write /etc/systemd/network/20-all.network "[Match]" "Name=*" "[Network]" "DHCP=yes"
	write /run/systemd/network/10-corp.network "[Match]" "Type=ether" "Name=!wan*" \
		"[Network]" "Address=10.1.0.2/24"
	not_owned "systemd-networkd"
	rm /run/systemd/network/10-corp.network
	not_owned "no program"
	write /etc/systemd/network/20-all.network.d/x.conf "[DHCPv4]" UseGateway=no
	not_owned "systemd-networkd"
}

test_openvpn() {
	write /etc/openvpn/client/office.conf client "dev tun" "remote vpn.example.net"
	dev tun0 10.8.0.2/24
	ip route add 0.0.0.0/1 via 10.8.0.1
	ip route add 128.0.0.0/1 via 10.8.0.1
	finds default-halves
	is "owner" "$(field owner)" "protocol boot: OpenVPN (/etc/openvpn/client/office.conf:1)"
	is "lasts" "$(field lasts)" \
		"echo 'pull-filter ignore redirect-gateway' >>/etc/openvpn/client/office.conf"
	fixed_by_command
}

# A lease brings the prefix of a route of ours, and a part of it by an uplink.
test_route_shadowed() {
	configure "${CONF[@]:0:3}" "route 10.20.0.0/16 via 10.1.0.1 dev corp0 metric 1024"
	ip route flush proto 217
	"$PPTPGW" route apply
	write /etc/systemd/network/20-corp.network "[Match]" "Name=corp0" "[Network]" "DHCP=yes"
	ip route add 10.20.0.0/16 via 10.1.0.254 dev corp0 proto dhcp metric 100
	ip route add 10.20.5.0/24 via 198.51.100.1 dev wan0 proto dhcp
	finds route-shadowed route-shadowed
	grep -q 'UseRoutes=no' "$WORK/out" || fail "$(field lasts)"
	remains
	fixed_by_command
}

# The corporate side's routers know more than the configuration.
test_healthy_longer() {
	ip route add 10.20.5.0/24 via 10.1.0.254 dev corp0 proto ospf
	silent
}

test_listen_elsewhere() {
	sed -i '1i listen 192.0.2.55' /etc/pptpd.conf
	finds listen-address
	is "owner" "$(field owner)" /etc/pptpd.conf:1
	remains
	fixed_by_command
	write /etc/pptpd.conf "listen 192.0.2.2" "remoteip 10.250.0.100-199"
	silent
}

test_listen_elsewhere_accel() {
	write /etc/accel-ppp.conf "[pptp]" "verbose=1" "bind=192.0.2.55"
	finds listen-address
	is "owner" "$(field owner)" /etc/accel-ppp.conf:3
	fixed_by_command
	write /etc/accel-ppp.conf "[pptp]" "bind=198.51.100.2"
	silent
}

# pppd gave a client the name of the uplink.
test_uplink_is_client() {
	ip tuntap add ppp0 mode tun
	ip addr add 10.250.0.1 peer 10.250.0.100 dev ppp0
	ip link set ppp0 up
	configure "dev ppp0 role internet" "${CONF[0]}" "${CONF[@]:2}"
	finds uplink-is-client
	is "fix" "$(field fix)" null
	remains
}

test_only_uplink_is_client() {
	ip tuntap add ppp0 mode tun
	ip addr add 10.250.0.1 peer 10.250.0.100 dev ppp0
	ip link set ppp0 up
	configure "dev ppp0 role internet" "${CONF[@]:2}"
	finds uplink-is-client
	remains
}

# Public addresses by corp0, and strict rp_filter: clients there are dropped.
test_rp_filter_route() {
	ip route add 203.0.113.0/24 via 10.1.0.1 dev corp0
	silent
	sysctl -qw net.ipv4.conf.wan0.rp_filter=1
	finds rp-filter
	is "what" "$(field what)" "rp_filter is strict on uplink wan0, but public addresses lead by corp0: 203.0.113.0/24 via 10.1.0.1 dev corp0"
	is "fix" "$(field fix)" "ip route del 203.0.113.0/24 via 10.1.0.1 dev corp0 proto 3"
	remains
	fixed_by_command
}

# owners.sh [TEST...]: all, unless some are named.
tests=("$@")
[ $# -gt 0 ] || mapfile -t tests < <(sed -n 's/^test_\([a-z0-9_]*\)() {.*/\1/p' "$0")
run_tests "${tests[@]}"
