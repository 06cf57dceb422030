#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Hosts with a firewall that somebody else wrote the rules of: as it is installed, or as an
# example of its package has it, then with PPTP opened as its documentation says.

# shellcheck source=hosts_lib.sh
. "$(dirname "$0")/hosts_lib.sh"

EXAMPLES=/usr/share/doc

# -- ufw -------------------------------------------------------------------------

ufw_start() { ufw --force enable; }

test_ufw() { ufw_start; broken; }

# ufw(8), ufw-framework(8): what its commands cannot say stands in before.rules.
test_ufw_opened() {
	sed -i '/^COMMIT/i -A ufw-before-input -p gre -j ACCEPT\
-A ufw-before-forward -i ppp+ -o corp0 -j ACCEPT' /etc/ufw/before.rules
	ufw allow 1723/tcp
	ufw_start
	healthy
}

# Those who forget GRE.
test_ufw_1723() {
	ufw allow 1723/tcp
	ufw_start
	broken tcp
}

test_ufw_forward() {
	ufw default allow routed
	ufw allow 1723/tcp
	ufw_start
	broken tcp forward
}

# -- firewalld -------------------------------------------------------------------

# firewalld ZONE: of wan0; ppp0 and corp0 are trusted.
firewalld_start() {
	mkdir -p /run/dbus
	dbus-daemon --system --fork
	firewalld --nofork >"$WORK/firewalld.log" 2>&1 &
	wait_for 60 firewall-cmd --state
	firewall-cmd --zone="$1" --change-interface=wan0
	firewall-cmd --zone=trusted --add-interface=ppp+
	firewall-cmd --zone=trusted --add-interface=corp0
}

firewalld_open() { # ZONE
	firewall-cmd --zone="$1" --add-port=1723/tcp
	firewall-cmd --zone="$1" --add-protocol=gre
}

firewalld_zone() { firewalld_start "$1"; broken forward; }

firewalld_opened() {
	firewalld_start "$1"
	firewalld_open "$1"
	healthy
}

# As it is: all are in zone public, which forwards between its own.
test_firewalld() {
	firewalld_start public
	firewall-cmd --zone=trusted --remove-interface=ppp+
	firewall-cmd --zone=public --change-interface=corp0
	broken forward
}

test_firewalld_public() { firewalld_zone public; }
test_firewalld_public_opened() { firewalld_opened public; }
test_firewalld_external() { firewalld_zone external; }
test_firewalld_external_opened() { firewalld_opened external; }
test_firewalld_dmz() { firewalld_zone dmz; }
test_firewalld_dmz_opened() { firewalld_opened dmz; }
test_firewalld_block() { firewalld_zone block; }
test_firewalld_block_opened() { firewalld_opened block; }
test_firewalld_drop() { firewalld_zone drop; }
test_firewalld_drop_opened() { firewalld_opened drop; }
test_firewalld_home() { firewalld_zone home; }
test_firewalld_internal_opened() { firewalld_opened internal; }
test_firewalld_work_opened() { firewalld_opened work; }

test_firewalld_trusted() {
	firewalld_start trusted
	healthy
}

# -- Shorewall -------------------------------------------------------------------

# Its samples, with the interfaces of this host.
shorewall_sample() { # NAME
	cp "$EXAMPLES/shorewall/examples/$1"/* /etc/shorewall/
	sed -i -E 's/^(NET_IF=|\?SET NET_IF ).*/\1wan0/; s/^(LOC_IF=|\?SET LOC_IF ).*/\1corp0/' \
		/etc/shorewall/params
	sed -i -E 's/\beth0\b/wan0/g; s/\beth1\b/corp0/g; s/\beth2\b/dmz0/g' \
		/etc/shorewall/{interfaces,snat,stoppedrules} 2>/dev/null || :
	sed -i 's/^STARTUP_ENABLED=.*/STARTUP_ENABLED=Yes/' /etc/shorewall/shorewall.conf
}

# "PPTP server running on your firewall", http://shorewall.org/PPTP.htm
shorewall_open() {
	printf '%s\n' "vpn ppp+ routefilter=0" >>/etc/shorewall/interfaces
	printf '%s\n' "vpn ipv4" >>/etc/shorewall/zones
	sed -i "1i loc vpn ACCEPT\nvpn loc ACCEPT\nvpn all DROP" /etc/shorewall/policy
	printf '%s\n' "pptpserver net 0.0.0.0/0" >/etc/shorewall/tunnels
}

# It has the helper for PPTP watch TCP 1723.
shorewall_start() {
	FOLLOWS=gre
	shorewall start
}

test_shorewall_two() { shorewall_sample two-interfaces; shorewall_start; broken; }

test_shorewall_two_opened() {
	shorewall_sample two-interfaces
	shorewall_open
	shorewall_start
	healthy
}

test_shorewall_one() { shorewall_sample one-interface; shorewall_start; broken; }

test_shorewall_three() {
	dev dmz0 10.9.0.2/24
	shorewall_sample three-interfaces
	shorewall_start
	broken
}

test_shorewall_three_opened() {
	dev dmz0 10.9.0.2/24
	shorewall_sample three-interfaces
	shorewall_open
	shorewall_start
	healthy
}

test_shorewall_universal() { shorewall_sample Universal; shorewall_start; broken forward; }

# -- Docker ----------------------------------------------------------------------

# It has the kernel forward packets, and closes FORWARD if nobody else did.
docker_start() {
	sysctl -qw net.ipv4.ip_forward=0
	dockerd --storage-driver=vfs >"$WORK/docker.log" 2>&1 &
	wait_for 60 docker info || fail "$(tail -n 5 "$WORK/docker.log")"
}

test_docker() { docker_start; broken tcp gre; }

# https://docs.docker.com/engine/network/packet-filtering-firewalls/
test_docker_opened() {
	docker_start
	iptables -I DOCKER-USER -i ppp+ -o corp0 -j ACCEPT
	iptables -I DOCKER-USER -i corp0 -o ppp+ -j ACCEPT
	healthy
}

# -- ferm ------------------------------------------------------------------------

# ferm_example NAME [RULES]: RULES come first.
ferm_example() {
	local file=/etc/ferm/ferm.conf
	{
		printf '%s\n' "${2:-}"
		sed -E 's/= eth0;/= corp0;/; s/= \(eth0 eth1\);/= corp0;/; s/= eth1;/= wan0;/
			s/= ppp0;/= wan0;/; s/= eth2;/= dmz0;/; s/ imap3 / /; s/(80, 443)/(80 443)/' "$EXAMPLES/ferm/examples/$1.ferm"
	} >"$file"
	ferm "$file"
}

ferm_opened() {
	ferm_example "$1" "table filter {
		chain INPUT { proto tcp dport 1723 ACCEPT; proto gre ACCEPT; }
		chain FORWARD { interface ppp+ outerface corp0 ACCEPT;
			interface corp0 outerface ppp+ ACCEPT; }
	}"
	healthy
}

test_ferm_webserver() { ferm_example webserver; broken; }
test_ferm_webserver_opened() { ferm_opened webserver; }
test_ferm_workstation() { ferm_example workstation; broken; }
test_ferm_workstation_opened() { ferm_opened workstation; }
test_ferm_fileserver() { ferm_example fileserver; broken; }
test_ferm_fileserver_opened() { ferm_opened fileserver; }
test_ferm_mailserver() { ferm_example mailserver; broken; }
test_ferm_mailserver_opened() { ferm_opened mailserver; }
test_ferm_antiddos() { ferm_example antiddos; broken; }
test_ferm_antiddos_opened() { ferm_opened antiddos; }
test_ferm_dsl_router() { ferm_example dsl_router; broken; }
test_ferm_dsl_router_opened() { ferm_opened dsl_router; }
test_ferm_dmz_router() { ferm_example dmz_router; broken; }
test_ferm_dmz_router_opened() { ferm_opened dmz_router; }

# -- nftables --------------------------------------------------------------------

nft_example() { nft -f "$EXAMPLES/nftables/examples/$1.nft"; }

test_nft_debian() { nft -f /etc/nftables.conf; healthy; }
test_nft_workstation() { nft_example workstation; broken forward; }
test_nft_inet_filter() { nft_example inet-filter; healthy; }
test_nft_ipv4_filter() { nft_example ipv4-filter; nft_example ipv4-raw; healthy; }
test_nft_nat() { nft_example ipv4-nat; nft_example ipv4-mangle; healthy; }
test_nft_bridge() { nft_example bridge-filter; nft_example netdev-ingress; healthy; }
test_nft_overview() { nft_example inet-nat; nft_example inet-filter; healthy; }

# Its line for common services, with PPTP.
test_nft_workstation_opened() {
	sed -e 's/#tcp dport { 22, 80, 443 }/tcp dport { 22, 80, 443, 1723 }/' \
		-e '/# ICMPv6 packets/i meta l4proto gre accept' \
		"$EXAMPLES/nftables/examples/workstation.nft" >"$WORK/workstation.nft"
	nft -f "$WORK/workstation.nft"
	healthy
}

# -- Arno's ----------------------------------------------------------------------

# The answers to the package's questions.
arno_start() {
	sed -i -E 's/^(EXT_IF=).*/\1"wan0"/; s/^(INT_IF=).*/\1"corp0"/
		s/^(INTERNAL_NET=).*/\1"10.1.0.0\/24 10.20.0.0\/16"/' \
		/etc/arno-iptables-firewall/conf.d/00debconf.conf
	/usr/sbin/arno-iptables-firewall start
}

test_arno() { arno_start; broken; }

# Its plugin for PPTP servers.
test_arno_opened() {
	sed -i -E 's/^ENABLED=.*/ENABLED=1/; s/^PPTP_VPN_NETS=.*/PPTP_VPN_NETS="10.250.0.0\/24"/' \
		/etc/arno-iptables-firewall/plugins/pptp-vpn.conf
	arno_start
	healthy
}

# -- FireHOL ---------------------------------------------------------------------

firehol_start() { # LINE...
	printf '%s\n' 'version 6' 'FIREHOL_LOG_MODE="NFLOG"' "$@" >/etc/firehol/firehol.conf
	sed -i 's/^START_FIREHOL=.*/START_FIREHOL=YES/' /etc/default/firehol
	firehol start
}

# firehol.conf(5)'s gateway.
test_firehol() {
	firehol_start 'interface wan0 internet' '  policy drop' '  server ssh accept' \
		'  client all accept' 'interface corp0 lan' '  policy accept'
	broken
}

test_firehol_opened() {
	firehol_start 'interface wan0 internet' '  policy drop' '  server "ssh pptp GRE" accept' \
		'  client all accept' 'interface corp0 lan' '  policy accept' \
		'router vpn inface ppp+ outface corp0' '  route all accept'
	healthy
}

tests=("$@")
[ $# -gt 0 ] || mapfile -t tests < <(sed -n 's/^test_\([a-z0-9_]*\)() {.*/\1/p' "$0")
run_tests "${tests[@]}"
