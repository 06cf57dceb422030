#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What doctor advises is what a tunnel needs: no tunnel carries anything, doctor finds
# one fault, its command is typed as printed, and a tunnel does.

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/../lib/servers.sh"

# A healthy gateway.
without_server() {
	load_with_roles
	ip -n pgw-gw route del default dev corp0
	ip -n pgw-gw route add 10.30.0.0/16 via 10.1.0.1 proto 217
	printf '%s\n' "dev wan0 role internet" "dev wan1 role internet" \
		"dev corp0 role corporate" \
		"route 10.30.0.0/16 via 10.1.0.1 dev corp0" >"$WORK/conf"
}

gateway() {
	without_server
	start_pptpd gw
}

# The server's own configuration is where Debian has it, for doctor; an empty one if there
# is no server here.
doctor() {
	mkdir -p "$WORK/pptpd-gw"
	touch "$WORK/pptpd-gw/conf"
	# shellcheck disable=SC2016
	in_ns gw unshare --mount bash -c 'mount --bind "$0" /etc/pptpd.conf && exec "$@"' \
		"$WORK/pptpd-gw/conf" "$PPTPGW" -j -c "$WORK/conf" doctor >"$WORK/out" || :
	note "$(jq -c '[.[] | [.what, .fix]]' "$WORK/out")"
}

works() { # SERVER
	dial c1 "$1"
	wait_for "${2:-60}" up c1 && pings c1
}

# Each kind of finding once.
found() { jq -r 'map(.id) | unique | join(" ")' "$WORK/out"; }

# type_what NAME: the commands of that name which doctor printed.
type_what() {
	local command
	while read -r command; do
		in_ns gw env PATH="$(dirname "$PPTPGW"):$PATH" sh -c "$command" </dev/null
	done < <(jq -r ".[].$1 // empty" "$WORK/out")
}

# type_fixes SERVER: as printed; then there is a tunnel, and nothing is found.
type_fixes() {
	type_what fix
	works "$1" || fail "no tunnel: $(tail -n 2 "$WORK/ping")"
	doctor
	is "findings" "$(found)" ""
}

# cured ID [SERVER]: from no tunnel to SERVER to one.
cured() {
	local server=${2:-$WAN0}
	! works "$server" 12 || fail "a tunnel in spite of it"
	hang_up c1
	doctor
	is "findings" "$(found)" "$1"
	type_fixes "$server"
}

rules() { in_ns gw nft -f -; }

test_input_gre() {
	gateway
	in_ns gw iptables-nft -P INPUT DROP
	in_ns gw iptables-nft -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
	in_ns gw iptables-nft -A INPUT -p tcp --dport 1723 -m comment --comment "a b" -j ACCEPT
	cured firewall-input
}

test_input_1723() {
	gateway
	rules <<-END
		table inet filter {
			map services { type inet_service : verdict; elements = { 22 : accept, 1723 : drop } }
			chain input {
				type filter hook input priority 0; policy accept;
				tcp dport vmap @services
			}
		}
	END
	cured firewall-input
}

test_forward() {
	gateway
	in_ns gw iptables-nft -N DOCKER-USER
	in_ns gw iptables-nft -A FORWARD -j DOCKER-USER
	in_ns gw iptables-nft -P FORWARD DROP
	cured forward-drop
}

# Of GRE behind DNAT, both what comes in and what the server sends are new to conntrack.
test_dnat_forward() {
	without_server
	in_ns gw sysctl -qw net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.corp0.send_redirects=0
	server_behind_dnat
	rules <<-END
		table ip filter {
			chain forward {
				type filter hook forward priority 0; policy drop;
				ct state established,related accept
				tcp dport 1723 accept
			}
		}
	END
	cured firewall-input
}

test_rp_filter() {
	gateway
	in_ns gw sysctl -qw net.ipv4.conf.wan1.rp_filter=1
	cured rp-filter "$WAN1"
}

# In the gateway, with a configuration of its own.
wg_quick() {
	local conf=$WORK/wg0.conf
	printf '%s\n' "[Interface]" "PrivateKey = $(wg genkey)" "Address = 10.66.66.2/32" \
		"[Peer]" "PublicKey = $(wg genkey | wg pubkey)" "Endpoint = 10.1.0.1:51820" \
		"AllowedIPs = 0.0.0.0/0" >"$conf"
	chmod 600 "$conf"
	in_ns gw wg-quick up "$conf" 2>"$WORK/wg-quick" || fail "$(cat "$WORK/wg-quick")"
}

# A full tunnel catches replies without pptpgw, which looks routes up by the uplink: a
# PPTP tunnel works in spite of it, and doctor has nothing to advise.
test_wg_quick() {
	gateway
	wg_quick
	works "$WAN0" || fail "no tunnel: $(tail -n 2 "$WORK/ping")"
	at_least "steered" "$(value wan0 steered)" 1
	doctor
	is "findings" "$(found)" ""
	hang_up c1
	unload
	! works "$WAN0" 12 || fail "a tunnel without pptpgw"
	doctor
	found | grep -q rule-overrides || fail "not found: $(found)"
	hang_up c1
	type_what fix
	works "$WAN0" || fail "no tunnel: $(tail -n 2 "$WORK/ping")"
}

test_blackhole() {
	gateway
	ip_batch gw <<-END
		route add blackhole default table 200
		rule add from $WAN0 lookup 200
	END
	cured rule-overrides
}

test_ingress() {
	gateway
	rules <<-END
		table netdev filter {
			chain in {
				type filter hook ingress device wan0 priority 0; policy accept;
				ip protocol gre drop
			}
		}
	END
	cured firewall-input
}

test_postrouting() {
	gateway
	rules <<-END
		table inet filter {
			chain post {
				type filter hook postrouting priority 0; policy accept;
				oifname "wan*" meta l4proto gre drop
			}
		}
	END
	cured firewall-output
}

# All but TCP 1723 goes to another host.
test_dmz() {
	gateway
	rules <<-END
		table ip nat {
			chain pre {
				type nat hook prerouting priority dstnat;
				iifname "wan0" tcp dport 1723 accept
				iifname "wan0" dnat to $CSRV
			}
		}
	END
	cured firewall-input
}

test_fib() {
	gateway
	rules <<-END
		table inet filter {
			chain rpfilter {
				type filter hook prerouting priority raw; policy accept;
				iifname "wan1" fib saddr . iif oif missing drop
			}
		}
	END
	cured firewall-input "$WAN1"
}

call_office() {
	bg gw pppd call office >"$WORK/office.out" 2>&1
	office=$!
	wait_for 60 up gw || fail "the office is not reached: $(tail -n 3 "$WORK/office.log")"
}

hang_up_office() {
	kill "$office"
	wait_for 20 [ ! -d "/proc/$office" ]
}

by_ppp() { ip -n pgw-gw route show default | grep 'dev ppp'; }

# The gateway dials an office, and an option of pppd's makes that the way to everywhere.
# Steered replies get through in spite of it; others do not.
test_pppd_defaultroute() {
	gateway
	pptpd_conf "$WORK/office" 10.251.0
	bg crt pptpd --conf "$WORK/office/conf" --fg >"$WORK/office.server" 2>&1
	wait_for 20 listens crt || fail "the office does not listen"
	printf '%s\n' 'pty "pptp 10.1.0.1 --nolaunchpppd --loglevel 0"' nodetach noauth \
		"user user" "remotename pptpd" "defaultroute replacedefaultroute" \
		require-mppe-128 noipdefault "unit 7" "logfile $WORK/office.log" \
		>/etc/ppp/peers/office
	call_office
	by_ppp || fail "no default route by the tunnel"
	doctor
	is "findings" "$(found)" default-no-role
	is "owner" "$(jq -r '.[].owner' "$WORK/out")" \
		"protocol boot: pppd (/etc/ppp/peers/office:6)"
	type_what lasts
	type_fixes "$WAN0"
	hang_up_office
	call_office
	! by_ppp || fail "the default route is there again"
	doctor
	is "findings" "$(found)" ""
}

# doctor_fixes.sh [TEST...]: all, unless some are named.
[ $# -gt 0 ] || set -- input_gre input_1723 forward dnat_forward rp_filter wg_quick \
	blackhole ingress postrouting dmz fib pppd_defaultroute
run_tests "$@"
