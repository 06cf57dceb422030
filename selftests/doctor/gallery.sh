#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Broken hosts, a fault each: doctor finds that fault and no other, and --fix
# fixes what is safe.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
HERE=$(cd "$(dirname "$0")" && pwd)

# -- hosts without a fault -------------------------------------------------------

test_healthy() { silent; }

test_no_gateway() {
	rm -rf /etc/pptpgw /etc/pptpd.conf /etc/ppp /sys/module/pptpgw
	ip route flush proto 217
	doctor 0
	is "findings" "$(ids)" no-uplink
	is "severity" "$(field severity)" note
	doctor 0 --fix
}

test_healthy_firewall() {
	nft -f - <<-END
		table inet filter {
			set admins { type ipv4_addr; elements = { 10.1.0.9 } }
			chain pptp {
				meta l4proto { gre, esp } counter accept
				tcp dport { 22, 1700-1730 } accept
			}
			chain input {
				type filter hook input priority 0; policy drop;
				ct state vmap { established : accept, related : accept, invalid : drop }
				iifname lo accept
				ip saddr @admins tcp dport 22 accept
				iifname "wan*" jump pptp
				reject
			}
			chain output {
				type filter hook output priority 0; policy drop;
				ct state established accept
				ip protocol gre ip saddr 198.51.100.2 accept
				ip protocol gre ip saddr 192.0.2.0/24 accept
			}
		}
		table ip nat {
			chain post {
				type nat hook postrouting priority 100;
				oifname "wan0" masquerade
			}
		}
	END
	silent
}

# As ufw makes them, by either of the programs called iptables.
test_healthy_ufw() {
	ufw_rules | iptables-legacy-restore
	silent
}

test_healthy_ufw_nft() {
	ufw_rules | iptables-nft-restore
	silent
}

ufw_rules() {
	cat <<-END
		*filter
		:INPUT DROP [0:0]
		:FORWARD DROP [0:0]
		:OUTPUT ACCEPT [0:0]
		:before - [0:0]
		:not-local - [0:0]
		:user - [0:0]
		-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-A FORWARD -i ppp+ -o corp0 -j ACCEPT
		-A INPUT -j before
		-A before -i lo -j ACCEPT
		-A before -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-A before -m conntrack --ctstate INVALID -j DROP
		-A before -j not-local
		-A before -j user
		-A not-local -m addrtype --dst-type LOCAL -j RETURN
		-A not-local -m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "a b "
		-A not-local -j DROP
		-A user -p tcp -m tcp --dport 1723 -j ACCEPT
		-A user -p gre -j ACCEPT
		COMMIT
	END
}

# As ufw itself makes them; a gateway needs three lines more in /etc/ufw/before.rules.
test_healthy_ufw_real() {
	sed '/^COMMIT/i -A ufw-before-input -p gre -j ACCEPT\
		-A ufw-before-forward -i ppp+ -o corp0 -j ACCEPT' "$HERE/ufw.rules" |
		iptables-nft-restore
	silent
}

test_firewall_ufw() {
	iptables-nft-restore <"$HERE/ufw.rules"
	finds firewall-input
	is "owner" "$(field owner)" "chain INPUT of table ip filter, policy drop (ufw: /etc/ufw/before.rules); chain FORWARD of table ip filter, policy drop (ufw: /etc/ufw/before.rules)"
	is "lasts reload" "$(field lasts | grep -o 'ufw reload' | wc -l)" 1
	is "what" "$(field what)" "the firewall drops GRE that comes in by uplinks wan0, wan1, and what clients (ppp0) send to corp0"
	remains
	fixed_by_command
}

# Marks, limits, sets and maps.
test_healthy_marks() {
	marks
	nft -f - <<-END
		table inet marks {
			chain pre {
				type filter hook prerouting priority -150;
				meta l4proto @pptp meta mark set 7
			}
			set pptp { type inet_proto; elements = { tcp, gre } }
		}
	END
	silent
}

# The same, but nothing sets the mark.
test_firewall_marks() {
	marks
	finds firewall-input
	is "owner" "$(field owner)" "chain check of table inet filter: drop"
	remains
	fixed_by_command
}

marks() {
	nft -f - <<-END
		table inet filter {
			map verdicts { type inet_service : verdict; elements = { 1723 : accept } }
			chain check {
				meta mark 7 return
				drop
			}
			chain input {
				type filter hook input priority 0; policy accept;
				jump check
				meta mark 8 drop
				limit rate over 1000/second drop
				tcp dport vmap @verdicts
			}
		}
	END
}

test_healthy_rules() {
	ip route add default via 192.0.2.1 dev wan1 table 101
	ip rule add from 192.0.2.2 lookup 101
	ip rule add fwmark 5 lookup 101
	ip rule add to 10.99.0.0/16 prohibit
	silent
}

# Two providers, and no default route in table main: Shorewall with USE_DEFAULT_RT=Yes.
test_healthy_shorewall_providers() {
	ip route flush default
	ip route add default via 198.51.100.1 dev wan0 table 1
	ip route add default via 192.0.2.1 dev wan1 table 2
	ip route add default table 250 nexthop via 198.51.100.1 dev wan0 \
		nexthop via 192.0.2.1 dev wan1
	ip rule add pref 999 lookup main
	ip rule add pref 10000 fwmark 0x10000/0xff0000 lookup 1
	ip rule add pref 10001 fwmark 0x20000/0xff0000 lookup 2
	ip rule add pref 20000 from 198.51.100.2 lookup 1
	ip rule add pref 20000 from 192.0.2.2 lookup 2
	ip rule add pref 32765 lookup 250
	ip rule del pref 32766
	silent
}

# Rules by marks that nothing sets on replies.
test_healthy_tailscale() {
	ip tuntap add tailscale0 mode tun
	ip addr add 100.101.102.103/32 dev tailscale0
	ip link set tailscale0 up
	ip route add 100.100.100.100 dev tailscale0 table 52
	ip route add 100.64.0.9 dev tailscale0 table 52
	ip rule add pref 5210 fwmark 0x80000/0xff0000 lookup main
	ip rule add pref 5230 fwmark 0x80000/0xff0000 lookup default
	ip rule add pref 5250 fwmark 0x80000/0xff0000 unreachable
	ip rule add pref 5270 lookup 52
	silent
}

test_healthy_mwan3() {
	ip route add default via 198.51.100.1 dev wan0 table 1
	ip route add default via 192.0.2.1 dev wan1 table 2
	ip rule add pref 1001 iif wan0 lookup 1
	ip rule add pref 1002 iif wan1 lookup 2
	ip rule add pref 2001 fwmark 0x100/0x3f00 lookup 1
	ip rule add pref 2002 fwmark 0x200/0x3f00 lookup 2
	ip rule add pref 2061 fwmark 0x3d00/0x3f00 blackhole
	ip rule add pref 2062 fwmark 0x3e00/0x3f00 unreachable
	silent
}

test_healthy_rules_of_clients() {
	ip route add default via 10.1.0.1 dev corp0 table 103
	ip rule add iif ppp0 lookup 103
	ip rule add iif ppp1 lookup 103
	silent
}

test_healthy_proxyarp() {
	write /etc/pptpd.conf "remoteip 10.1.0.200-210"
	write /etc/ppp/options.pptpd proxyarp
	silent
}

test_healthy_sunk_pool() {
	configure "${CONF[@]}" "route 10.0.0.0/8 via 10.1.0.1 dev corp0" \
		"route blackhole 10.250.0.0/24"
	"$PPTPGW" route apply
	silent
}

test_server_behind_dnat() {
	server_behind_dnat
	no_redirects
	silent
}

no_redirects() {
	sysctl -qw net.ipv4.conf.{all,corp0}.send_redirects=0
}

server_behind_dnat() {
	nft -f - <<-END
		table ip x {
			chain pre {
				type nat hook prerouting priority -100;
				iifname "wan*" tcp dport 1723 dnat to 10.20.0.3
				iifname "wan*" meta l4proto gre dnat to 10.20.0.3
			}
			chain post {
				type nat hook postrouting priority 100;
				oifname "wan*" masquerade
			}
			chain in {
				type filter hook input priority 0; policy drop;
			}
		}
	END
}

# -- default routes --------------------------------------------------------------

test_default_corporate() {
	ip route add default via 10.1.0.1 dev corp0 metric 100
	finds default-corporate
	is "severity" "$(field severity)" error
	is "fix" "$(field fix)" "ip route del default via 10.1.0.1 dev corp0 metric 100 proto 3"
	is "owner" "$(field owner)" \
		"protocol boot: no program or file known here: by hand, or by a script"
	fixed
	is "defaults" "$(ip route show default | wc -l)" 2
}

test_default_corporate_by_hand() {
	ip route add default via 10.1.0.1 dev corp0 proto dhcp
	finds default-corporate
	fixed_by_command
}

# Better a wrong way out than none.
test_default_corporate_alone() {
	ip route flush default
	ip route add default via 10.1.0.1
	finds default-corporate
	remains
}

test_default_standby() {
	ip route add default via 10.1.0.1 dev corp0 metric 900 proto dhcp
	finds default-standby
	is "severity" "$(field severity)" warning
	fixed
}

test_default_nexthop_object() {
	ip nexthop add id 7 via 10.1.0.1 dev corp0
	ip route add default nhid 7 metric 50
	finds default-corporate
	is "fix" "$(field fix)" "ip route del default metric 50 nhid 7 proto 3"
	fixed_by_command
	ip route add default nhid 7 metric 50
	finds default-corporate
	fixed
}

test_default_multipath() {
	ip route add default metric 10 nexthop via 198.51.100.1 dev wan0 \
		nexthop via 10.1.0.1 dev corp0
	finds default-corporate
	remains
	fixed_by_command
}

test_halves_corporate() {
	ip route add 0.0.0.0/1 via 10.1.0.1
	ip route add 128.0.0.0/1 via 10.1.0.1
	finds default-halves
	fixed
}

test_halves_of_a_vpn() {
	dev tun0 10.8.0.2/24
	ip route add 0.0.0.0/1 via 10.8.0.1
	ip route add 128.0.0.0/1 via 10.8.0.1
	finds default-halves
	remains
	fixed_by_command
}

test_quarters() {
	local net
	dev tun0
	for net in 0.0.0.0/2 64.0.0.0/2 128.0.0.0/2 192.0.0.0/2; do
		ip route add "$net" dev tun0
	done
	finds default-halves
	remains
	fixed_by_command
}

test_default_no_role() {
	dev lan0 10.9.0.2/24
	ip route add default via 10.9.0.1
	finds default-no-role
	remains
	fixed_by_command
}

# The uplink ppp0 is down, and a client's tunnel, made by accel-ppp, has its name: it is to
# get no role and no default route.
test_client_has_the_name() {
	command -v python3 >/dev/null || skip "python3 is not installed"
	ip tuntap add ppp0 mode tun
	python3 - <<-END
		import fcntl, os, struct
		tun = os.open("/dev/net/tun", os.O_RDWR)
		fcntl.ioctl(tun, 0x400454ca, struct.pack("16sH22x", b"ppp0", 0x1001))
		fcntl.ioctl(tun, 0x400454cd, 512)
	END
	ip link set ppp0 up
	process accel-pppd
	configure "${CONF[@]}" "dev ppp0 role internet"
	finds uplink-is-client
	is "what" "$(field what)" "uplink ppp0 is a client's tunnel now: accel-pppd"
	is "fix" "$(field fix)" null
	remains
}

test_uplink_no_default() {
	ip route del default dev wan1
	finds uplink-no-default
	is "fix" "$(field fix)" null
	remains
}

test_uplink_default_elsewhere() {
	ip route del default dev wan1
	ip route add default via 192.0.2.1 dev wan1 table 101
	finds uplink-no-default
	is "fix" "$(field fix)" "ip route add default via 192.0.2.1 dev wan1 metric 300"
	remains
	fixed_by_command
}

# -- owners ----------------------------------------------------------------------

# owned TEXT: of the default route through corp0.
owned() {
	ip route add default via 10.1.0.1 dev corp0 metric 100 proto "${2:-boot}"
	doctor 3
	is "findings" "$(ids)" default-corporate
	is "owner" "$(field owner)" "$1"
}

test_owner_networkd() {
	write /etc/systemd/network/10-wan.network "[Match]" "Name=wan*" \
		"[Network]" "DHCP=yes"
	write /etc/systemd/network/20-corp.network "[Match]" "Name=eth* corp*" \
		"[Network]" "DHCP=ipv4"
	owned "protocol dhcp: systemd-networkd (/etc/systemd/network/20-corp.network:4)" dhcp
	fixed_once
}

# The program may come again, but this time the route is gone.
fixed_once() {
	doctor 0 --fix
	is "fixed" "$(ids 'select(.fixed)')" default-corporate
}

test_owner_nm() {
	write /etc/NetworkManager/system-connections/corp.nmconnection \
		"[connection]" "interface-name=corp0" "[ipv4]" "method=auto"
	owned "protocol dhcp: NetworkManager (/etc/NetworkManager/system-connections/corp.nmconnection:4)" dhcp
}

test_owner_ifupdown() {
	write /etc/network/interfaces "iface wan0 inet static" \
		"    gateway 198.51.100.1" "iface corp0 inet static" \
		"    address 10.1.0.2/24" "    gateway 10.1.0.1"
	owned "protocol boot: ifupdown (/etc/network/interfaces:5)"
}

test_owner_dhclient() {
	process dhclient wan0
	process dhclient -v corp0
	owned "protocol boot: dhclient (process $!)"
}

test_owner_bird() {
	owned "protocol bird: BIRD (/etc/bird/bird.conf)" bird
}

# -- the kernel's settings -------------------------------------------------------

# The kernel's defaults; and either setting alone.
test_send_redirects() {
	local setting
	server_behind_dnat
	sysctl -qw net.ipv4.conf.{all,corp0}.send_redirects=1
	finds send-redirects
	is "fix" "$(field fix)" "sysctl -w net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.corp0.send_redirects=0"
	fixed
	for setting in all corp0; do
		sysctl -qw "net.ipv4.conf.$setting.send_redirects=1"
		finds send-redirects
		fixed_by_command
	done
}

# A server with a public address, according to the parameter of the module.
test_send_redirects_forward_always() {
	sysctl -qw net.ipv4.conf.{all,corp0}.send_redirects=1
	silent
	write /sys/module/pptpgw/parameters/forward always
	finds send-redirects
	fixed
}

# The second uplink's replies have another way out than the active default route.
test_rp_filter() {
	write /etc/sysctl.d/10-strict.conf "# strict" "net.ipv4.conf.wan1.rp_filter = 1"
	sysctl -qw net.ipv4.conf.wan1.rp_filter=1
	finds rp-filter
	is "owner" "$(field owner)" /etc/sysctl.d/10-strict.conf:2
	is "fix" "$(field fix)" "sysctl -w net.ipv4.conf.wan1.rp_filter=2"
	fixed
}

test_rp_filter_all() {
	sysctl -qw net.ipv4.conf.all.rp_filter=1
	finds rp-filter
	fixed_by_command
}

# One setting, two uplinks.
test_rp_filter_of_two() {
	dev wan2 203.0.113.2/24
	ip route add default via 203.0.113.1 metric 400
	configure "${CONF[@]}" "dev wan2 role internet"
	sysctl -qw net.ipv4.conf.all.rp_filter=1
	finds rp-filter
	is "fix" "$(field fix)" "sysctl -w net.ipv4.conf.wan1.rp_filter=2 && sysctl -w net.ipv4.conf.wan2.rp_filter=2"
	fixed
}

# It drops for the sake of a default route that should not be there.
test_rp_filter_follows() {
	ip route add default via 10.1.0.1 dev corp0 metric 100
	sysctl -qw net.ipv4.conf.wan0.rp_filter=1
	finds default-corporate
	fixed
}

# No default route, but most of the Internet: the filter hides the routes.
test_rp_filter_hides() {
	local net
	configure "dev wan0 role internet" "dev corp0 role corporate" "${CONF[3]}"
	for net in 16.0.0.0/4 80.0.0.0/4 192.0.0.0/4; do
		ip route add "$net" via 10.1.0.1
	done
	sysctl -qw net.ipv4.conf.wan0.rp_filter=1
	finds default-halves
	is "fix" "$(field fix)" "ip route del 16.0.0.0/4 via 10.1.0.1 dev corp0 && ip route del 80.0.0.0/4 via 10.1.0.1 dev corp0 && ip route del 192.0.0.0/4 via 10.1.0.1 dev corp0"
	remains
	fixed_by_command
}

# Two tables drop it.
test_firewall_twice() {
	local table
	for table in one two; do
		nft -f - <<-END
			table inet $table {
				chain input {
					type filter hook input priority 0; policy drop;
					tcp dport 1723 accept
				}
			}
		END
	done
	finds firewall-input firewall-input
	is "owners" "$(jq '[.[].owner] | unique | length' "$WORK/out")" 2
	fixed_by_command
}

# The name of a VLAN has a dot.
test_rp_filter_vlan() {
	ip link set wan1 down
	ip link set wan1 name wan1.34
	ip link set wan1.34 up
	ip route add default via 192.0.2.1 dev wan1.34 metric 300
	configure "${CONF[@]/wan1/wan1.34}"
	echo 1 >/proc/sys/net/ipv4/conf/wan1.34/rp_filter
	finds rp-filter
	fixed_by_command
	is "rp_filter" "$(cat /proc/sys/net/ipv4/conf/wan1.34/rp_filter)" 2
}

test_src_valid_mark() {
	sysctl -qw net.ipv4.conf.wan0.rp_filter=1
	ip rule add fwmark 1 lookup 100
	finds src-valid-mark
	fixed
}

test_ip_forward() {
	sysctl -qw net.ipv4.ip_forward=0
	finds ip-forward
	fixed
	is "ip_forward" "$(sysctl -n net.ipv4.ip_forward)" 1
}

# -- rules -----------------------------------------------------------------------

test_rule_prohibits() {
	ip rule add from 198.51.100.0/24 prohibit
	finds rule-overrides
	is "severity" "$(field severity)" error
	remains
	fixed_by_command
}

# What keeps packets in when a VPN is down.
test_rule_blackhole() {
	ip route add blackhole default metric 50 table 200
	ip route add default via 198.51.100.1 dev wan0 metric 900 table 200
	ip rule add from 198.51.100.2 lookup 200
	finds rule-overrides
	is "severity" "$(field severity)" error
	is "fix" "$(field fix)" "ip rule del pref 32765 from 198.51.100.2 lookup 200"
	remains
	fixed_by_command
}

test_rule_leads_astray() {
	ip route add default via 10.1.0.1 dev corp0 table 102
	ip rule add fwmark 0x10/0xf0 lookup 102
	finds rule-overrides
	is "severity" "$(field severity)" warning
	remains
	fixed_by_command
}

# Without the rule there are no marks.
test_rule_leads_marks_astray() {
	ip route add default via 10.1.0.1 dev corp0 table 102
	ip rule add fwmark 0x10/0xf0 lookup 102
	sysctl -qw net.ipv4.conf.wan0.rp_filter=1
	finds rule-overrides
	fixed_by_command
}

# As wg-quick(8) makes them: main's default route is passed over.
test_rule_inverted() {
	dev wg0 10.66.66.2/32
	ip route add default dev wg0 table 51820
	ip rule add pref 32764 lookup main suppress_prefixlength 0
	ip rule add pref 32765 not fwmark 51820 lookup 51820
	sysctl -qw net.ipv4.conf.all.src_valid_mark=1
	finds rule-overrides
	is "what" "$(field what)" "a routing rule comes before table main: pref 32765 not from all fwmark 0xca6c lookup 51820"
	is "fix" "$(field fix)" "ip rule add pref 32764 from 198.51.100.2 lookup main && ip rule add pref 32764 from 192.0.2.2 lookup main"
	remains
	fixed_by_command
}

# -- firewall --------------------------------------------------------------------

test_firewall_gre() {
	nft -f - <<-END
		table inet filter {
			chain input {
				type filter hook input priority 0; policy drop;
				ct state established,related accept
				tcp dport 1723 accept
			}
		}
	END
	finds firewall-input
	is "what" "$(field what)" "the firewall drops GRE that comes in by uplinks wan0, wan1"
	is "owner" "$(field owner)" "chain input of table inet filter, policy drop"
	remains
	fixed_by_command
}

test_firewall_1723() {
	nft -f - <<-END
		table inet filter {
			chain services {
				tcp dport != { 22, 80 } reject
			}
			chain input {
				type filter hook input priority 0; policy accept;
				iifname wan1 meta l4proto vmap { tcp : goto services, udp : drop }
			}
		}
	END
	finds firewall-input
	is "what" "$(field what)" "the firewall drops TCP 1723 that comes in by uplink wan1"
	remains
	fixed_by_command
}

# As firewalld makes them.
test_firewall_zones() {
	nft -f - <<-END
		table inet firewalld {
			chain allow {
				tcp dport 22 ct state new,untracked accept
				tcp dport 1723 ct state new,untracked accept
			}
			chain public {
				jump allow
				meta l4proto { icmp, ipv6-icmp } accept
			}
			chain zones {
				iifname "wan0" goto public
				iifname "corp0" accept
				goto public
			}
			chain input {
				type filter hook input priority 10; policy accept;
				ct state { established, related } accept
				ct status dnat accept
				iifname "lo" accept
				ct state invalid drop
				jump zones
				reject with icmpx admin-prohibited
			}
		}
	END
	finds firewall-input
	remains
	fixed_by_command
}

test_firewall_legacy() {
	iptables-legacy -P INPUT DROP
	iptables-legacy -A INPUT -i lo -m comment --comment "a b" -j ACCEPT
	iptables-legacy -A INPUT -p tcp -m multiport --dports 22,1723 -j ACCEPT
	iptables-legacy -A INPUT -i wan0 -p gre -j ACCEPT
	finds firewall-input
	is "what" "$(field what)" "the firewall drops GRE that comes in by uplink wan1"
	remains
	fixed_by_command
}

# One firewall that accepts nothing of PPTP, by uplinks of which one has two addresses.
test_firewall_all() {
	ip addr add 198.51.100.77/24 dev wan0
	nft -f - <<-END
		table inet filter {
			chain input { type filter hook input priority 0; policy drop; }
			chain output { type filter hook output priority 0; policy drop; }
			chain forward { type filter hook forward priority 0; policy drop; }
		}
	END
	finds firewall-input
	is "what" "$(field what)" "the firewall drops TCP 1723 and GRE that come in by uplinks wan0, wan1, and replies of uplink wan0 (TCP 1723 and GRE), and what clients (ppp0) send to corp0"
	is "owner" "$(field owner)" "chain input of table inet filter, policy drop; chain output of table inet filter, policy drop; chain forward of table inet filter, policy drop"
	remains
	fixed_by_command
}

# No rule for all of ppp* is advised where an uplink is one; that is another finding.
test_firewall_ppp_uplink() {
	ip link set wan1 down
	ip link set wan1 name ppp9
	ip link set ppp9 up
	ip route add default via 192.0.2.1 dev ppp9 metric 300
	configure "${CONF[@]/wan1/ppp9}"
	iptables-nft -P INPUT DROP
	iptables-nft -P FORWARD DROP
	finds firewall-input forward-drop
	is "fix" "$(field fix 1)" null
}

# Made by iptables, which writes rules of nft.
test_firewall_iptables_nft() {
	iptables-nft -P INPUT DROP
	iptables-nft -A INPUT -p tcp --dport 1723 -j ACCEPT
	finds firewall-input
	is "what" "$(field what)" "the firewall drops GRE that comes in by uplinks wan0, wan1"
	fixed_by_command
}

test_firewall_output() {
	nft -f - <<-END
		table inet filter {
			chain output {
				type filter hook output priority 0; policy accept;
				oifname wan0 ip saddr != 198.51.100.0/24 drop
			}
		}
	END
	finds firewall-output
	is "what" "$(field what)" "the firewall drops replies of uplink wan1 (TCP 1723 and GRE)"
	grep -q 'it sees them leave by wan0' "$WORK/out" || fail "$(field breaks)"
	remains
	fixed_by_command
}

# Debian's iptables, with matches that nft knows by the name of xtables only.
test_firewall_conntrack() {
	iptables_nft_rules
	finds firewall-input
	is "what" "$(field what)" "the firewall drops GRE that comes in by uplinks wan0, wan1"
	is "owner" "$(field owner)" "chain INPUT of table ip filter, policy drop"
	is "fix" "$(field fix)" "iptables-nft -I INPUT -i wan0 -p gre -j ACCEPT && iptables-nft -I INPUT -i wan1 -p gre -j ACCEPT"
	remains
	fixed_by_command
}

test_healthy_conntrack() {
	iptables_nft_rules
	iptables-nft -A INPUT -p gre -m comment --comment "PPTP # GRE" -j ACCEPT
	silent
}

iptables_nft_rules() {
	iptables-nft -P INPUT DROP
	iptables-nft -A INPUT -i lo -j ACCEPT
	iptables-nft -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
	iptables-nft -A INPUT -p tcp -m tcp --dport 1723 -m comment --comment "a b" -j ACCEPT
}

# A rule that drops, in a chain of its own, among comments.
test_firewall_rule_named() {
	iptables-nft -N LOGDROP
	iptables-nft -A LOGDROP -m limit --limit 5/min -j LOG
	iptables-nft -A LOGDROP -m comment --comment "no GRE" -p gre -j REJECT
	iptables-nft -A INPUT -i wan1 -m conntrack --ctstate NEW -j LOGDROP
	finds firewall-input
	is "owner" "$(field owner)" "chain LOGDROP of table ip filter: -A LOGDROP -p gre -m comment --comment \"no GRE\" -j REJECT --reject-with icmp-port-unreachable"
	remains
	fixed_by_command
}

# A firewall that serves the addresses of a list is not to be opened to all.
test_healthy_allowed() {
	nft -f - <<-END
		table inet filter {
			set offices { type ipv4_addr; flags interval
				elements = { 81.2.69.144/28, 93.184.216.34 } }
			chain input {
				type filter hook input priority 0; policy drop;
				ct state established accept
				ip saddr @offices meta l4proto { tcp, gre } accept
			}
		}
	END
	silent
}

# The firewall has a reverse path filter of its own.
test_firewall_rpfilter() {
	nft -f - <<-END
		table inet fw {
			chain rpfilter {
				type filter hook prerouting priority mangle + 10; policy drop;
				iifname { lo, ppp0, ppp1 } accept
				fib saddr . mark . iif oif exists accept
			}
		}
	END
	finds firewall-input
	is "what" "$(field what)" "the firewall drops TCP 1723 and GRE that come in by uplink wan1"
	is "owner" "$(field owner)" "chain rpfilter of table inet fw, policy drop"
	remains
	fixed_by_command
}

test_firewall_rpfilter_legacy() {
	iptables-legacy -t raw -A PREROUTING -i wan1 -m rpfilter --invert -j DROP
	finds firewall-input
	is "owner" "$(field owner)" "chain PREROUTING of iptables raw: -A PREROUTING -i wan1 -m rpfilter --invert -j DROP"
	remains
	fixed_by_command
}

# All but TCP 1723 goes to another host.
test_firewall_dmz() {
	nft -f - <<-END
		table ip nat {
			chain pre {
				type nat hook prerouting priority dstnat;
				iifname "wan0" tcp dport { 22, 1723 } accept
				iifname "wan0" dnat to 10.1.0.60
			}
		}
	END
	finds firewall-input
	is "what" "$(field what)" "GRE that comes in by uplink wan0 goes to 10.1.0.60, but TCP 1723 to this host"
	is "owner" "$(field owner)" "chain pre of table ip nat: iifname \"wan0\" dnat to 10.1.0.60"
	remains
	fixed_by_command
}

# The server behind this host gets no GRE: there is neither a rule nor a helper.
test_firewall_dnat_tcp_only() {
	no_redirects
	iptables-nft -t nat -A PREROUTING -i wan0 -p tcp --dport 1723 -j DNAT --to-destination 10.20.0.3
	iptables-nft -t nat -A POSTROUTING -o wan+ -j MASQUERADE
	finds firewall-input
	is "what" "$(field what)" "GRE that comes in by uplink wan0 goes to this host, but TCP 1723 to 10.20.0.3"
	remains
	fixed_by_command
}

# It is sent there, and dropped on its way; so is the server's, which is new to conntrack.
test_firewall_dnat_forward() {
	no_redirects
	server_behind_dnat
	nft -f - <<-END
		table ip y {
			chain forward {
				type filter hook forward priority 0; policy drop;
				ct state established,related accept
				tcp dport 1723 accept
				iifname "ppp*" accept
			}
		}
	END
	finds firewall-input
	is "what" "$(field what)" "the firewall drops GRE that comes in by uplink wan0, and replies of uplink wan0 (GRE)"
	is "owner" "$(field owner)" "chain forward of table ip y, policy drop"
	remains
	fixed_by_command
}

# GRE's own connection is made by the reply, as conntrack sees it.
test_firewall_source() {
	iptables-nft -t nat -A POSTROUTING -o wan0 -p gre -j SNAT --to-source 198.51.100.77
	ip addr add 198.51.100.77/24 dev wan0
	finds firewall-output
	is "owner" "$(field owner)" "chain POSTROUTING of table ip nat: -A POSTROUTING -o wan0 -p gre -j SNAT --to-source 198.51.100.77"
	remains
}

# By an uplink's first address go the replies of all its addresses.
test_firewall_masquerade_alias() {
	ip addr add 198.51.100.77/24 dev wan0
	iptables-nft -t nat -A POSTROUTING -o wan0 -p gre -j MASQUERADE
	finds firewall-output
	is "what" "$(field what)" "replies of uplink wan0 (GRE) leave with the source address 198.51.100.2, not 198.51.100.77"
	is "owner" "$(field owner)" "chain POSTROUTING of table ip nat: -A POSTROUTING -o wan0 -p gre -j MASQUERADE"
	remains
}

# Concatenations, maps of verdicts, and a chain that replies pass last.
test_firewall_postrouting() {
	nft -f - <<-END
		table inet filter {
			set services { type ipv4_addr . inet_service
				elements = { 198.51.100.2 . 1723 } }
			chain post {
				type filter hook postrouting priority 0; policy accept;
				ip saddr . tcp sport @services drop
			}
		}
	END
	finds firewall-output
	is "owner" "$(field owner)" "chain post of table inet filter: ip saddr . tcp sport @services drop"
	remains
	fixed_by_command
}

test_firewall_ingress() {
	nft -f - <<-END
		table netdev filter {
			chain in {
				type filter hook ingress device wan1 priority 0; policy accept;
				ip protocol . ip daddr vmap { gre . 192.0.2.2 : drop }
			}
		}
	END
	finds firewall-input
	is "owner" "$(field owner)" "chain in of table netdev filter: ip protocol . ip daddr vmap { gre . 192.0.2.2 : drop }"
	remains
	fixed_by_command
}

# nft cannot list a chain that is called like one of its words.
test_firewall_word() {
	iptables-nft -N reject
	iptables-nft -A reject -p gre -j REJECT
	iptables-nft -A INPUT -i wan0 -j reject
	finds firewall-input
	is "owner" "$(field owner)" "chain reject of table ip filter: -A reject -p gre -j REJECT --reject-with icmp-port-unreachable"
	remains
	fixed_by_command
}

# -- clients and the corporate side ----------------------------------------------

# ppp0 may pass, but the next client may not.
test_forward_legacy() {
	iptables-legacy -P FORWARD DROP
	iptables-legacy -A FORWARD -i ppp0 -j ACCEPT
	iptables-legacy -A FORWARD -o ppp0 -j ACCEPT
	finds forward-drop
	is "what" "$(field what)" "the firewall drops what clients (ppp1) send to corp0"
	is "owner" "$(field owner)" "chain FORWARD of iptables filter, policy drop"
	remains
	fixed_by_command
}

# As Docker makes it.
test_forward_docker() {
	iptables-nft -P FORWARD DROP
	iptables-nft -N DOCKER-USER
	iptables-nft -A DOCKER-USER -j RETURN
	iptables-nft -A FORWARD -j DOCKER-USER
	finds forward-drop
	is "fix" "$(field fix)" "iptables-nft -I DOCKER-USER -i ppp+ -o corp0 -j ACCEPT && iptables-nft -I DOCKER-USER -i corp0 -o ppp+ -j ACCEPT"
	remains
}

# Only the way back is closed.
test_forward_back() {
	nft -f - <<-END
		table inet filter {
			chain forward {
				type filter hook forward priority 0; policy drop;
				iifname "ppp*" accept
			}
		}
	END
	finds forward-drop
	is "what" "$(field what)" "the firewall drops the answers of corp0 to clients (ppp0)"
	remains
	fixed_by_command
}

# One service for clients is enough to be meant.
test_healthy_forward() {
	nft -f - <<-END
		table inet filter {
			chain forward {
				type filter hook forward priority 0; policy drop;
				ct state established,related accept
				iifname "ppp*" oifname corp0 tcp dport 3389 accept
			}
		}
		table ip nat {
			chain post {
				type nat hook postrouting priority srcnat;
				ip saddr 10.250.0.0/24 oifname "corp0" masquerade
			}
		}
	END
	silent
}

# Thousands of rules, each of which the packets pass.
test_firewall_many() {
	local i start
	for i in $(seq 2000); do
		echo "add chain inet filter c$i"
		echo "add rule inet filter c$i tcp dport $((2000 + i)) drop"
	done >"$WORK/chains"
	for i in $(seq 2000); do
		echo "add rule inet filter input jump c$i"
	done >"$WORK/jumps"
	nft -f - <<-END
		add table inet filter
		add chain inet filter input { type filter hook input priority 0; policy drop; }
		$(cat "$WORK/chains" "$WORK/jumps")
		add rule inet filter input ct state established accept
		add rule inet filter input tcp dport 1723 accept
	END
	start=$(milliseconds)
	finds firewall-input
	at_most "milliseconds" $(($(milliseconds) - start)) $((10000 * ${PATIENCE:-1}))
	is "owner" "$(field owner)" "chain input of table inet filter, policy drop"
	fixed_by_command
}

# What all of it takes where nothing is wrong.
test_healthy_many() {
	local start i
	{
		printf '%s\n' '*filter' ':INPUT DROP [0:0]'
		seq -f ':c%g - [0:0]' 2000
		for i in $(seq 2000); do
			echo "-A c$i -p tcp -m tcp --dport $((2000 + i)) -m comment --comment x -j DROP"
			echo "-A INPUT -j c$i"
		done
		printf '%s\n' '-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT' \
			'-A INPUT -p tcp -m tcp --dport 1723 -j ACCEPT' '-A INPUT -p gre -j ACCEPT' COMMIT
	} >"$WORK/rules"
	iptables-nft-restore <"$WORK/rules"
	start=$(milliseconds)
	doctor 0
	at_most "milliseconds" $(($(milliseconds) - start)) 3000
	is "findings" "$(ids)" ""
}

# The copy ends with the process, and the host has nothing of it.
test_trial_killed() {
	local before
	iptables-nft -P INPUT DROP
	before=$(state; ip link)
	"$PPTPGW" doctor >"$WORK/out" 2>&1 &
	sleep 0.2
	kill -9 $!
	wait $! || :
	wait_for 5 none_left
	is "state" "$(state; ip link)" "$before"
}

none_left() { ! pgrep -x pptpgw; }

test_trial_without_rights() {
	setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin "$PPTPGW" -j doctor >"$WORK/out"
	is "findings" "$(ids)" trial-incomplete
	is "severity" "$(field severity)" note
}

test_firewall_unread() {
	nft add table inet x
	mount --bind /bin/false "$(command -v nft)"
	doctor 0
	is "findings" "$(ids)" firewall-unread
	is "severity" "$(field severity)" note
}

# -- routes and addresses --------------------------------------------------------

test_routes_missing() {
	ip route del 10.20.0.0/16
	finds routes-differ
	fixed
	is "routes" "$(ip route show proto 217)" "10.20.0.0/16 via 10.1.0.1 dev corp0 "
}

test_routes_too_many() {
	ip route add 10.30.0.0/16 via 10.1.0.1 proto 217
	finds routes-differ
	fixed_by_command
}

test_route_conflict() {
	ip route del 10.20.0.0/16
	ip route add 10.20.0.0/16 via 10.1.0.9 proto static
	finds route-conflict
	is "fix" "$(field fix)" "ip route del 10.20.0.0/16 via 10.1.0.9 dev corp0 proto 4"
	remains
}

test_route_overlap() {
	configure "${CONF[@]}" "route 10.1.0.128/25 via 10.1.0.1 dev corp0"
	"$PPTPGW" route apply
	finds route-overlap
	is "owner" "$(field owner)" /etc/pptpgw/pptpgw.conf:5
	remains
}

test_pool_overlap() {
	configure "${CONF[@]}" "route 10.250.0.0/16 via 10.1.0.1 dev corp0"
	"$PPTPGW" route apply
	finds pool-overlap
	is "fix" "$(field fix)" "echo 'route blackhole 10.250.0.250/32 metric 9999' >>/etc/pptpgw/pptpgw.conf && echo 'route blackhole 10.250.0.0/24 metric 9999' >>/etc/pptpgw/pptpgw.conf && pptpgw route apply"
	remains
	fixed_by_command
}

test_pool_overlap_accel() {
	rm /etc/pptpd.conf
	write /etc/accel-ppp.conf "[ppp]" mtu=1400 "[ip-pool]" \
		"gw-ip-address=10.20.7.1" 10.20.7.2-255
	finds pool-overlap
	grep -q '10.20.7.2-10.20.7.255' "$WORK/out" || fail "$(field what)"
	is "owner" "$(field owner)" "/etc/accel-ppp.conf:5, /etc/pptpgw/pptpgw.conf:4"
	remains
}

test_pool_own_address() {
	write /etc/pptpd.conf "localip 10.250.0.1" "remoteip 10.250.0.0-9"
	finds pool-own-address
	remains
}

test_pool_connected() {
	write /etc/pptpd.conf "remoteip 10.1.0.200-210"
	finds pool-connected
	remains
	fixed_by_command
}

test_gateway_not_on_link() {
	configure "${CONF[@]}" "route 10.40.0.0/16 via 10.2.0.1 dev corp0"
	finds gateway-not-on-link
	is "what" "$(field what)" \
		"gateway 10.2.0.1 is not on link: 10.40.0.0/16 via 10.2.0.1 dev corp0"
	remains
}

# The kernel keeps a route whose gateway has moved away.
test_uplink_renumbered() {
	ip addr add 198.51.100.129/30 dev wan0
	ip addr del 198.51.100.2/24 dev wan0
	finds gateway-not-on-link
	remains
}

test_mtu() {
	write /etc/ppp/options.pptpd require-mppe-128 "mtu 1490" "mru 1400"
	finds mtu
	is "what" "$(field what)" \
		"PPP packets of 1490 bytes do not fit into uplinks wan0, wan1: 1490 + 44 > 1500"
	remains
	fixed_by_command
}

test_mtu_of_uplink() {
	ip link set wan1 mtu 1440
	finds mtu
	remains
	fixed_by_command
}

# -- other programs --------------------------------------------------------------

test_networkd() {
	write "/run/systemd/netif/links/$(cat /sys/class/net/corp0/ifindex 2>/dev/null ||
		ip -j link show corp0 | jq '.[].ifindex')" ADMIN_STATE=configured
	process systemd-networkd
	finds networkd-foreign-routes
	remains
	write /etc/systemd/networkd.conf "[Network]" "#ManageForeignRoutes=yes"
	finds networkd-foreign-routes
	write /etc/systemd/networkd.conf.d/x.conf "[Network]" ManageForeignRoutes=no
	silent
}

test_nm() {
	local profile=/etc/NetworkManager/system-connections/corp.nmconnection
	write "$profile" "[connection]" "interface-name=corp0" "[ipv4]" "method=auto"
	silent
	process NetworkManager
	finds nm-never-default
	is "owner" "$(field owner)" "$profile:4"
	remains
	printf 'never-default=true\n' >>"$profile"
	silent
}

# It has brought a default route: that it may is no finding besides.
test_nm_default() {
	write /etc/NetworkManager/system-connections/corp.nmconnection \
		"[connection]" "interface-name=corp0" "[ipv4]" "method=auto"
	process NetworkManager
	owned "protocol dhcp: NetworkManager (/etc/NetworkManager/system-connections/corp.nmconnection:4)" dhcp
	is "lasts" "$(field lasts)" "nmcli connection modify corp ipv4.never-default yes && nmcli device reapply corp0"
}

# -- the module ------------------------------------------------------------------

test_module_missing() {
	rm -r /sys/module/pptpgw
	finds module-missing
	is "fix" "$(field fix)" null
	write "/lib/modules/$(uname -r)/modules.dep" "updates/pptpgw.ko:"
	write "/lib/modules/$(uname -r)/updates/pptpgw.ko" "no signature"
	finds module-missing
	is "fix" "$(field fix)" "modprobe pptpgw"
	remains
}

test_module_version() {
	write /sys/module/pptpgw/version 0.0.9
	finds module-version
	remains
}

test_module_forced() {
	write /sys/module/pptpgw/taint OFE
	finds module-forced
	remains
}

test_module_unsigned() {
	local file
	file=/lib/modules/$(uname -r)/updates/pptpgw.ko
	rm -r /sys/module/pptpgw
	write "/lib/modules/$(uname -r)/modules.dep" "updates/pptpgw.ko:"
	write "$file" "no signature"
	write /sys/module/module/parameters/sig_enforce Y
	finds module-unsigned
	remains
	write "$file" "~Module signature appended~"
	finds module-missing
}

# -- the configuration -----------------------------------------------------------

test_interface_missing() {
	configure "${CONF[@]}" "dev wan2 role internet"
	finds interface-missing
	is "owner" "$(field owner)" /etc/pptpgw/pptpgw.conf:5
	remains
}

# Its routes are gone, too; that is no fault of its own.
test_interface_down() {
	ip link set corp0 down
	finds interface-down
	is "fix" "$(field fix)" "ip link set corp0 up"
	remains
	ip link set corp0 up
	finds routes-differ
	fixed
}

test_configuration_error() {
	configure "${CONF[@]}" "rout 10.9.0.0/16 via 10.1.0.1"
	finds configuration-error
	is "what" "$(field what)" \
		"/etc/pptpgw/pptpgw.conf:5:1: unknown word 'rout', did you mean 'route'?"
	is "owner" "$(field owner)" /etc/pptpgw/pptpgw.conf:5
	remains
}

# The only line with an uplink.
test_configuration_error_uplink() {
	configure "dev wan0 role internt" "${CONF[@]:2}"
	finds configuration-error
	remains
}

test_configuration_default() {
	configure "${CONF[@]}" "route default via 10.1.0.1 dev corp0 metric 900"
	finds configuration-default
	remains
}

# In quarters, by an altname, and beside it what is harmless.
test_configuration_split() {
	ip link set corp0 down
	ip link property add dev corp0 altname lan-side
	ip link set corp0 up
	configure "${CONF[@]}" "route 64.0.0.0/2 via 10.1.0.1 dev lan-side" \
		"route 128.0.0.0/3 via 10.1.0.1" "route 32.0.0.0/3 via 10.1.0.1 dev corp0"
	finds configuration-default
	is "what" "$(field what)" "the configuration takes half of the Internet to the corporate side, with others: 32.0.0.0/3 via 10.1.0.1 dev corp0"
	is "owner" "$(field owner)" /etc/pptpgw/pptpgw.conf:7
	remains
}

# It says so while there is time, and does not apply what was undone.
test_rollback_pending() {
	sed -i 's,10.20.0.0,10.22.0.0,' /etc/pptpgw/pptpgw.conf
	"$PPTPGW" route apply --confirm 60 2>"$WORK/err"
	doctor 0
	is "findings" "$(ids)" rollback-pending
	is "severity" "$(field severity)" note
	fixed_by_command
	sed -i 's,10.22.0.0,10.23.0.0,' /etc/pptpgw/pptpgw.conf
	"$PPTPGW" route apply --confirm 1 2>"$WORK/err"
	is_undone() { ip route show proto 217 | grep -q 10.22.0.0 && ! pgrep route-rollback; }
	wait_for 10 is_undone
	finds configuration-unconfirmed
	remains
	is "routes" "$(ip route show proto 217)" "10.22.0.0/16 via 10.1.0.1 dev corp0 "
	fixed_by_command
}

test_no_uplink() {
	configure "dev corp0 role corporate" "${CONF[3]}"
	finds no-uplink
	is "severity" "$(field severity)" warning
	remains
}

test_other_file() {
	write "$WORK/conf" "dev wan0 role internet" "dev nosuch role corporate"
	"$PPTPGW" -j -c "$WORK/conf" doctor >"$WORK/out" && fail "exit status 0"
	is "owner" "$(field owner)" "$WORK/conf:2"
	is "id" "$(field id)" interface-missing
}

# -- text ------------------------------------------------------------------------

test_text() {
	local status=0
	sysctl -qw net.ipv4.ip_forward=0
	configure "${CONF[@]}" "dev wan2 role internet"
	cat >"$WORK/want" <<-END
		error: there is no interface wan2 [interface-missing]
		    breaks  no tunnel comes or goes by it, and its routes cannot be installed
		    owner   /etc/pptpgw/pptpgw.conf:5
		error: this host does not forward packets: ip_forward is 0 [ip-forward]
		    breaks  clients get a tunnel, but reach nothing behind this host
		    owner   no file in /etc/sysctl.d: the kernel's default, or set by a program
		    fix     sysctl -w net.ipv4.ip_forward=1
		    lasts   echo 'net.ipv4.ip_forward = 1' >>/etc/sysctl.d/99-pptpgw.conf
	END
	"$PPTPGW" doctor >"$WORK/out" || status=$?
	is "exit status" "$status" 3
	diff -u "$WORK/want" "$WORK/out"
	status=0
	"$PPTPGW" doctor --fix >"$WORK/out" || status=$?
	is "exit status of --fix" "$status" 3
	sed -n '4,$p' "$WORK/want" | sed 's/^error/fixed/' >"$WORK/fixed"
	sed -n '1,3p' "$WORK/want" >>"$WORK/fixed"
	diff -u "$WORK/fixed" "$WORK/out"
}

test_usage() {
	local status=0
	"$PPTPGW" doctor --heal 2>"$WORK/err" || status=$?
	is "exit status" "$status" 1
	is "error" "$(cat "$WORK/err")" "pptpgw: unknown option '--heal'"
	is "JSON" "$("$PPTPGW" doctor -j)" "[]"
	sysctl -qw net.ipv4.ip_forward=0
	is "JSON" "$("$PPTPGW" doctor --fix -j | jq -r '.[].id')" ip-forward
}

# gallery.sh [TEST...]: all, unless some are named.
tests=("$@")
[ $# -gt 0 ] || mapfile -t tests < <(sed -n 's/^test_\([a-z0-9_]*\)() {.*/\1/p' "$0")
run_tests "${tests[@]}"
