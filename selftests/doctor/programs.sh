#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who broke it, and where a fix lasts: the programs themselves, as Debian has them, bring
# the fault; what doctor prints in "fix" and "lasts" is typed; and when the program has
# started again, the fault is gone.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
HERE=$(cd "$(dirname "$0")" && pwd)

APART=("$HERE/in_root")

requires() {
	need_root
	need_programs mmdebstrap unshare "$PPTPGW"
	KTAP_WORK=$HERE "$HERE/in_root" true || skip_all "there is no root of Debian's"
}

show_logs() { show_tail 30 "$WORK"/{networkd,nm,firewalld,setup.log,test.log}; }

# The corporate side is a network of its own, with a DHCP server.
setup() {
	mkdir -p /etc/pptpgw /run/dbus /run/lock
	ip netns add world
	healthy_host
	tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
	printf '#!/bin/sh\nexit 0\n' >/usr/local/sbin/systemctl
	chmod +x /usr/local/sbin/systemctl
	ip link set corp0-peer netns world
	ip -n world addr add 10.1.0.1/24 dev corp0-peer
	ip -n world link set corp0-peer up
	mac=$(ip -j link show corp0 | jq -r '.[0].address')
}

dhcp_server() {
	ip netns exec world dnsmasq -C /dev/null --port=0 --interface=corp0-peer \
		--dhcp-range=10.1.0.50,10.1.0.99,1h --dhcp-option=3,10.1.0.1 \
		--dhcp-leasefile="$WORK/leases" --pid-file
}

# -- what is asked -------------------------------------------------------------

# of ID KEY: of the first finding of that kind.
of() { jq -r "[.[] | select(.id == \"$1\")][0].$2" "$WORK/out"; }

has_default() { ip route show default dev "${1:-corp0}" | grep -q .; }
has_no_default() { ! has_default corp0; }

typed() { # COMMAND
	note "$1"
	PATH=$(dirname "$PPTPGW"):/usr/local/sbin:$PATH sh -c "$1" </dev/null || fail "$1"
}

# broken ID OWNER: doctor says that OWNER did it; both its commands are typed.
broken() {
	doctor 3
	note "$(of "$1" owner)"
	is "owner of $1" "$(of "$1" owner | grep -oF "$2")" "$2"
	typed "$(of "$1" fix)"
	typed "$(of "$1" lasts)"
}

# The routes of pptpgw may have gone with an address.
works() {
	"$PPTPGW" route apply >/dev/null || :
	silent
}

# -- programs that set default routes --------------------------------------------

bus() { dbus-daemon --system --fork; }

networkd() {
	ip -4 addr flush dev corp0
	write /etc/systemd/networkd.conf.d/pptpgw.conf "[Network]" ManageForeignRoutes=no
	mkdir -p /run/systemd/netif/{links,leases,lldp}
	chown -R systemd-network: /run/systemd/netif
	/lib/systemd/systemd-networkd >"$WORK/networkd" 2>&1 &
	networkd=$!
}

networkd_again() {
	kill "$networkd"
	wait "$networkd" || :
	networkd
	wait_for 20 grep -q "ADMIN_STATE=configured" "/run/systemd/netif/links/$(index corp0)" ||
		fail "networkd does not set up corp0"
	sleep 1
	has_no_default || fail "the route is there again"
	works
}

index() { ip -j link show "$1" | jq '.[0].ifindex'; }

# The examples of systemd.network(5), with another match.
test_networkd_lease() {
	dhcp_server
	bus
	write /etc/systemd/network/10-other.network "[Match]" "MACAddress=02:00:00:00:00:77" \
		"[Network]" DHCP=yes
	write /etc/systemd/network/50-lan.network "[Match]" "MACAddress=$mac" "[Network]" \
		DHCP=ipv4
	networkd
	wait_for 20 has_default
	broken default-standby "systemd-networkd (/etc/systemd/network/50-lan.network:4)"
	networkd_again
}

test_networkd_section() {
	bus
	write /etc/systemd/network/50-lan.network "[Match]" "Type=ether" "Name=corp*" \
		"[Network]" "Address=10.1.0.2/24" "[Route]" "Destination=10.9.0.0/16" \
		"Gateway=10.1.0.9" "[Route]" "Gateway=10.1.0.1" "Metric=10"
	networkd
	wait_for 20 has_default
	broken default-corporate "systemd-networkd (/etc/systemd/network/50-lan.network:9)"
	networkd_again
}

nm() {
	printf '[main]\nplugins=keyfile\n[keyfile]\nunmanaged-devices=interface-name:wan*;interface-name:*-peer\n' \
		>/etc/NetworkManager/conf.d/test.conf
	ip addr flush dev corp0
	NetworkManager --no-daemon >"$WORK/nm" 2>&1 &
	nm=$!
}

nm_again() {
	kill "$nm"
	wait "$nm" || :
	nm
	wait_for 30 nm_is_done
	has_no_default
	works
}

nm_is_done() { ip -4 addr show dev corp0 | grep -q inet; }

profile() {
	local path=/etc/NetworkManager/system-connections/$1.nmconnection
	shift
	write "$path" "$@"
	chmod 600 "$path"
}

test_nm_any() {
	dhcp_server
	bus
	profile "Wired connection 1" "[connection]" "id=Wired connection 1" \
		"uuid=3d5d6ee3-3ae5-44b6-9f47-c1d4e3b7a001" "type=ethernet" "[ipv4]" "method=auto"
	nm
	wait_for 30 has_default
	broken default-corporate "NetworkManager (/etc/NetworkManager/system-connections/Wired connection 1.nmconnection:6)"
	nm_again
}

test_nm_static() {
	bus
	profile lan "[connection]" "id=lan" "uuid=3d5d6ee3-3ae5-44b6-9f47-c1d4e3b7a002" \
		"type=ethernet" "interface-name=corp0" "[ipv4]" "method=manual" \
		"address1=10.1.0.2/24,10.1.0.1"
	nm
	wait_for 30 has_default
	broken default-corporate "NetworkManager (/etc/NetworkManager/system-connections/lan.nmconnection:8)"
	nm_again
}

# netplan writes what networkd reads.
netplan_networkd() {
	ip -4 addr flush dev corp0
	write /etc/systemd/networkd.conf.d/pptpgw.conf "[Network]" ManageForeignRoutes=no
	chmod 600 /etc/netplan/*.yaml
	netplan generate
	bus
	networkd
	wait_for 20 has_default
}

netplan_again() {
	netplan generate
	networkd_again
}

# shellcheck disable=SC2016
netplan_apply_is_for_systemd() {
	printf '#!/bin/sh\n[ "$1" = apply ] || exec /usr/sbin/netplan "$@"\n' >/usr/local/sbin/netplan
	chmod +x /usr/local/sbin/netplan
}

test_netplan_lease() {
	dhcp_server
	netplan_apply_is_for_systemd
	write /etc/netplan/50-cloud-init.yaml "network:" "  version: 2" "  ethernets:" \
		"    lan:" "      match:" "        name: corp*" "      dhcp4: true"
	netplan_networkd
	broken default-corporate "netplan (/etc/netplan/50-cloud-init.yaml:7)"
	netplan_again
}

test_netplan_route() {
	netplan_apply_is_for_systemd
	write /etc/netplan/01-netcfg.yaml "network:" "  version: 2" "  ethernets:" \
		"    corp0:" "      addresses: [10.1.0.2/24]" "      routes:" \
		"        - to: default" "          via: 10.1.0.1"
	netplan_networkd
	broken default-corporate "netplan (/etc/netplan/01-netcfg.yaml:7)"
	netplan_again
}

test_netplan_routes() {
	netplan_apply_is_for_systemd
	write /etc/netplan/01-netcfg.yaml "network:" "  version: 2" "  ethernets:" \
		"    corp0:" "      addresses: [10.1.0.2/24]" "      routes:" \
		"        - to: default" "          via: 10.1.0.1" "          metric: 10" \
		"        - to: 10.9.0.0/16" "          via: 10.1.0.9"
	netplan_networkd
	broken default-corporate "netplan (/etc/netplan/01-netcfg.yaml:7)"
	netplan_again
	ip route show 10.9.0.0/16 | grep -q 10.1.0.9 || fail "the other route has gone"
}

ifup_again() {
	ifdown corp0
	ifup corp0
	has_no_default
	works
}

interfaces() {
	ip addr flush dev corp0
	write /etc/network/interfaces "source /etc/network/interfaces.d/*"
	write /etc/network/interfaces.d/lan "$@"
	ifup corp0
	has_default
}

test_ifupdown() {
	interfaces "iface corp0 inet static" "    address 10.1.0.2/24" "    gateway 10.1.0.1"
	broken default-corporate "ifupdown (/etc/network/interfaces.d/lan:3)"
	ifup_again
}

test_ifupdown_post_up() {
	interfaces "iface corp0 inet static" "    address 10.1.0.2/24" \
		"    post-up ip route add default via 10.1.0.1 dev corp0"
	broken default-corporate "ifupdown (/etc/network/interfaces.d/lan:3)"
	ifup_again
}

test_dhclient() {
	dhcp_server
	interfaces "iface corp0 inet dhcp"
	broken default-corporate "dhclient (process"
	ifup_again
}

test_dhclient_stopped() {
	dhcp_server
	dhclient -1 -pf "$WORK/dhclient.pid" corp0
	wait_for 5 test -s "$WORK/dhclient.pid"
	kill "$(cat "$WORK/dhclient.pid")"
	sleep 1
	broken default-corporate "dhclient (/var/lib/dhcp/dhclient.leases:"
	dhclient -1 corp0
	has_no_default
	works
}

no_process() { ! pgrep -x "$1"; }

test_dhcpcd() {
	dhcp_server
	echo "denyinterfaces wan* lo *-peer" >>/etc/dhcpcd.conf
	dhcpcd -4 -q -w --nodev
	wait_for 20 has_default
	broken default-standby "dhcpcd (process"
	dhcpcd -x || :
	dhcpcd -4 -q -w --nodev
	has_no_default
	works
}

# Debian has no such program; its manual has these words.
test_ifcfg() {
	write /etc/sysconfig/network-scripts/ifcfg-lan "HWADDR=\"$mac\"" BOOTPROTO=dhcp ONBOOT=yes
	ip route add default via 10.1.0.1 dev corp0 proto dhcp metric 10
	broken default-corporate "ifcfg (/etc/sysconfig/network-scripts/ifcfg-lan:2)"
	ip route add default via 10.1.0.1 dev corp0 proto dhcp metric 10
	doctor 3
	case $(of default-corporate owner) in *ifcfg*) fail "$(of default-corporate owner)" ;; esac
}

# The kernel here has no PPP, without which pppd does not start: its file is looked at.
test_pppd() {
	write /etc/ppp/peers/office /dev/null "noauth defaultroute replacedefaultroute mtu 1400"
	write /etc/ppp/peers/other /dev/null defaultroute
	dev ppp0 10.8.0.2/32
	process pppd call office
	echo $! >/run/ppp0.pid
	ip route add default dev ppp0 metric 5
	broken default-no-role "pppd (/etc/ppp/peers/office:2)"
	is "options" "$(sed -n 2p /etc/ppp/peers/office)" "noauth mtu 1400"
	works
}

# -- routing daemons -------------------------------------------------------------

test_bird_static() {
	write /etc/bird/bird.conf "router id 1.1.1.1;" "protocol device { }" \
		"protocol static {" "	ipv4;" "	route 0.0.0.0/0 via 10.1.0.1;" "}" \
		"protocol kernel { ipv4 { export all; }; }"
	bird_runs
	broken default-corporate "BIRD (/etc/bird/bird.conf:5)"
	bird_again
}

test_bird_learned() {
	write /etc/bird/static.conf "	route 0.0.0.0/0 blackhole;"
	write /etc/bird/bird.conf "router id 1.1.1.1;" "protocol device { }" \
		"protocol ospf { ipv4 { import all; export none; }; area 0 { interface \"corp0\" { hello 1; dead 3; wait 2; }; }; }" \
		"protocol kernel {" "	ipv4 {" "		export all;" "	};" "}"
	write /etc/bird/world.conf "router id 2.2.2.2;" "protocol device { }" \
		"protocol static { ipv4; route 0.0.0.0/0 unreachable; }" \
		"protocol ospf { ipv4 { import none; export all; }; area 0 { interface \"corp0-peer\" { hello 1; dead 3; wait 2; }; }; }"
	ip netns exec world bird -c /etc/bird/world.conf -s "$WORK/world.ctl"
	bird_runs
	broken default-corporate "BIRD (/etc/bird/bird.conf:6)"
	bird_again
}

bird_runs() {
	mkdir -p /run/bird
	bird
	wait_for 30 has_default
}

bird_again() {
	birdc down
	wait_for 5 no_process_here bird
	bird
	sleep 6
	has_no_default
	works
}

no_process_here() { ! birdc show status; }

# The routes of other programs have the best distance for FRR.
one_uplink() {
	ip route flush default
	configure "${CONF[0]}" "${CONF[@]:2}"
}

frr() {
	mkdir -p /run/frr
	chown frr:frr /run/frr
	/usr/lib/frr/zebra -d
	/usr/lib/frr/staticd -d
	/usr/lib/frr/ospfd -d
	vtysh -b
	wait_for 30 "$@"
}

frr_stops() {
	cat /run/frr/{zebra,staticd,ospfd}.pid | xargs kill
	wait_for 5 no_process zebra
	ip route flush proto 196
	ip route flush proto ospf
}

# The other route comes when that one goes: until then there is no other way out.
test_frr_static() {
	one_uplink
	write /etc/frr/frr.conf "ip route 0.0.0.0/0 198.51.100.1 200" "ip route 0.0.0.0/0 10.1.0.1"
	frr has_default
	finds default-corporate
	is "owner" "$(field owner | grep -oF 'FRR (/etc/frr/frr.conf:2)')" "FRR (/etc/frr/frr.conf:2)"
	is "fix" "$(field fix)" null
	typed "$(field lasts)"
	frr_stops
	frr has_default wan0
	has_no_default
	works
}

# -- rules and settings ----------------------------------------------------------

# finds_firewall OWNER: the first finding's commands are typed, then those of the next.
no_gre() { # OWNER
	doctor 3
	case $(of firewall-input owner) in
	*"$1"*) ;;
	*) fail "owner: $(cat "$WORK/out")" ;;
	esac
	jq -r '.[].lasts' "$WORK/out" >"$WORK/lasts"
	while read -r command; do
		typed "$command"
	done <"$WORK/lasts"
}

test_ufw() {
	sed -i 's/^IPV6=.*/IPV6=no/' /etc/default/ufw
	ufw --force enable
	ufw allow 1723/tcp
	no_gre "ufw: /etc/ufw/before.rules"
	ufw disable
	ufw --force enable
	silent
}

test_nftables_conf() {
	write /etc/nftables.conf "#!/usr/sbin/nft -f" "flush ruleset" "table inet filter {" \
		"	chain input {" "		type filter hook input priority filter; policy drop;" \
		"		ct state established,related accept" "		tcp dport { 22, 1723 } accept" \
		"	}" "}"
	nft -f /etc/nftables.conf
	no_gre "/etc/nftables.conf"
	nft -f /etc/nftables.conf
	silent
}

test_iptables_rules() {
	write /etc/iptables/rules.v4 "*nat" ":PREROUTING ACCEPT [0:0]" "COMMIT" "*filter" \
		":INPUT DROP [0:0]" ":FORWARD DROP [0:0]" \
		"-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT" \
		"-A INPUT -p tcp -m tcp --dport 1723 -j ACCEPT" "COMMIT"
	iptables-restore /etc/iptables/rules.v4
	no_gre "/etc/iptables/rules.v4"
	iptables-restore /etc/iptables/rules.v4
	silent
}

test_firewalld() {
	bus
	firewalld --nofork --nopid >"$WORK/firewalld" 2>&1 &
	wait_for 30 firewall-cmd --state
	no_gre "firewalld: firewall-cmd --permanent"
	kill $!
	wait $! || :
	firewalld --nofork --nopid >"$WORK/firewalld" 2>&1 &
	wait_for 30 firewall-cmd --state
	sleep 2
	silent
}

# Docker's own chain, and systemd's way to start it.
test_docker() {
	iptables-nft -P FORWARD DROP
	iptables-nft -N DOCKER-USER
	iptables-nft -A DOCKER-USER -j RETURN
	iptables-nft -A FORWARD -j DOCKER-USER
	doctor 3
	typed "$(of forward-drop lasts)"
	sed -n 's/^ExecStartPost=//p' /etc/systemd/system/docker.service.d/pptpgw.conf >"$WORK/start"
	is "lines" "$(wc -l <"$WORK/start")" 2
	sh -e "$WORK/start"
	silent
}

test_sysctl() {
	write /etc/sysctl.d/10-strict.conf "net.ipv4.conf.wan1.rp_filter = 1"
	write /usr/lib/sysctl.d/05-vendor.conf "net.ipv4.ip_forward = 0"
	sysctl --system
	finds ip-forward rp-filter
	is "owner" "$(of ip-forward owner)" /usr/lib/sysctl.d/05-vendor.conf:1
	typed "$(of rp-filter lasts)"
	typed "$(of ip-forward lasts)"
	sysctl --system
	silent
}

# wg-quick puts its own rule before that of table main. A tun device stands for the
# kernel's WireGuard.
# shellcheck disable=SC2016
test_wireguard() {
	local command
	write /usr/local/sbin/wg '#!/bin/sh' 'case "$*" in' \
		'"show wg0 fwmark") cat /run/mark 2>/dev/null || echo off ;;' \
		'"set wg0 fwmark "*) echo "0xca6c" >/run/mark ;;' \
		'*allowed-ips) printf "key\t0.0.0.0/0\n" ;;' \
		'"show interfaces") echo wg0 ;;' 'esac'
	write /usr/local/sbin/wireguard-go '#!/bin/sh' 'ip tuntap add "$1" mode tun'
	chmod +x /usr/local/sbin/*
	mount --bind /usr/local/sbin/wg /usr/bin/wg
	write /etc/wireguard/wg0.conf "[Interface]" "Address = 10.66.66.2/32" \
		"PrivateKey = x" "[Peer]" "PublicKey = y" "AllowedIPs = 0.0.0.0/0"
	chmod 600 /etc/wireguard/wg0.conf
	wg-quick up wg0
	finds rule-overrides
	is "owner" "$(field owner | grep -oF 'wg-quick (/etc/wireguard/wg0.conf:6)')" \
		"wg-quick (/etc/wireguard/wg0.conf:6)"
	jq -r '.[].lasts' "$WORK/out" >"$WORK/lasts"
	while read -r command; do
		typed "$command"
	done <"$WORK/lasts"
	ip link del wg0
	ip rule del not fwmark 51820 table 51820
	ip rule del table main suppress_prefixlength 0
	rm /run/mark
	wg-quick up wg0
	silent
}

# -- where an uplink is set up ---------------------------------------------------

test_uplink_ifupdown() {
	write /etc/network/interfaces "iface wan1 inet static" "    address 192.0.2.2/24"
	ip addr flush dev wan1
	ifup wan1
	ip route add default via 192.0.2.1 dev wan1 table 101
	doctor 3
	is "ids" "$(ids)" uplink-no-default
	typed "$(of uplink-no-default lasts)"
	ifdown wan1
	ifup wan1
	silent
}

# programs.sh [TEST...]: all, unless some are named.
tests=("$@")
[ $# -gt 0 ] || mapfile -t tests < <(sed -n 's/^test_\([a-z0-9_]*\)() {.*/\1/p' "$0")
run_tests "${tests[@]}"
