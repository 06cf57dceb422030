#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Before the VM boots: install pptpgw as its operator does, and plug wan0 and
# corp0 of the topology into the host itself, which is the gateway. Both are
# Debian's to configure; corp0 brings the default route that wins. corp1 gets one by
# DHCP, which is to be refused. wan1 is not there yet.

set -e
grep -qa guest-init /proc/1/cmdline || {
	echo "$0: only for a virtual machine that is to boot" >&2
	exit 1
}
. "$(dirname "$0")/../lib/ktap.sh"
. "$(dirname "$0")/../lib/netns.sh"
. "$(dirname "$0")/../lib/topology.sh"
. "$(dirname "$0")/../lib/tunnels.sh"

plug_wires() {
	local dev
	make_topology
	link gw corp1 crt corp1
	ip -n pgw-crt addr add 10.2.0.1/24 dev corp1
	for dev in wan0 corp0 corp1; do
		ip -n pgw-gw link set "$dev" netns 1
	done
	ip netns del pgw-gw
	ip netns attach pgw-gw 1
}

# The corporate router hands out itself as router.
serve_dhcp() {
	bg crt dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 \
		--interface=corp1 --bind-interfaces --dhcp-authoritative --leasefile-ro \
		--dhcp-range=10.2.0.100,10.2.0.200,255.255.255.0,1h \
		--dhcp-option=option:router,10.2.0.1 --user=root >/run/dnsmasq.log 2>&1
}

write_network() {
	cat >/etc/network/interfaces <<-END
		auto lo
		iface lo inet loopback

		auto wan0
		iface wan0 inet static
			address $WAN0/24
			gateway 198.51.100.1
			metric 200

		auto corp0
		iface corp0 inet static
			address 10.1.0.2/24
			gateway 10.1.0.1
			metric 100

		auto corp1
		iface corp1 inet dhcp

		iface wan1 inet static
			address $WAN1/24
	END
	echo net.ipv4.ip_forward=1 >/etc/sysctl.d/gateway.conf
}

write_pptpgw() {
	cat >/etc/pptpgw/pptpgw.conf <<-END
		dev wan0 role internet
		dev wan1 role internet unroutable pass
		dev corp0 role corporate
		dev corp1 role corporate guard deny
		route 10.20.0.0/16 via 10.1.0.1 dev corp0
		route blackhole 10.99.0.0/16
	END
}

write_pptpd() {
	write_secrets
	printf '%s\n' "option /etc/ppp/pptpd-options" "localip 10.250.0.1" \
		"remoteip 10.250.0.100-199" >/etc/pptpd.conf
	printf '%s\n' "name pptpd" refuse-pap refuse-chap refuse-mschap \
		require-mschap-v2 require-mppe-128 nobsdcomp nodeflate novj lock \
		"logfile /var/log/pppd.log" debug >/etc/ppp/pptpd-options
}

# Something that starts at boot as an instance of accel-ppp.
write_accel_ppp() {
	cat >/etc/systemd/system/accel-ppp@.service <<-END
		[Service]
		Type=oneshot
		RemainAfterExit=yes
		ExecStart=/bin/true
		[Install]
		WantedBy=multi-user.target
	END
	systemctl -q enable accel-ppp@main.service
}

tar -c -C "$SELFTESTS/install" . | tar -x -C / --keep-directory-symlink
depmod
write_network
write_pptpgw
write_pptpd
write_accel_ppp
plug_wires
serve_dhcp
systemctl -q enable pptpgw.service pptpd.service
update-rc.d pptpgw defaults
update-rc.d pptpgw-roles defaults
# The routing daemons are other tests'.
for daemon in bird frr; do
	systemctl -q mask $daemon.service
	update-rc.d -f $daemon remove
done
