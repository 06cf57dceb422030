#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The guard against those who set default routes for a living: a DHCP client whose
# server on the corporate side hands out a router, and a routing daemon that
# learns a default route there.

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/../lib/guard.sh"

# Both get the error, and go on without the route. BIRD tries again.
warning=""
refusal=""
times=at_least

# dnsmasq on the corporate router: the router it hands out is itself.
serve_dhcp() {
	bg crt dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 \
		--interface=gw --bind-interfaces --dhcp-authoritative \
		--dhcp-range=10.1.0.100,10.1.0.200,255.255.255.0,1h \
		--dhcp-option=option:router,10.1.0.1 \
		--dhcp-leasefile="$WORK/leases" --user=root >"$WORK/dnsmasq.log" 2>&1
}

# dhclient, run as Debian does, but for the host's name and resolv.conf.
run_dhclient() {
	# shellcheck disable=SC2016
	in_ns gw unshare -mu bash -c '
		mount -t tmpfs none /etc/dhcp
		mkdir /etc/dhcp/dhclient-enter-hooks.d
		echo "make_resolv_conf() { :; }" >/etc/dhcp/dhclient-enter-hooks.d/quiet
		exec dhclient "$@"' bash -q -pf "$WORK/dhclient.pid" \
		-lf "$WORK/dhclient.leases" "$@" corp0
}

leased() { gw_ip addr show dev corp0 | grep -q 'inet 10.1.0.1[0-9][0-9]/'; }

test_dhclient() {
	violate() {
		: >"$WORK/dhclient.leases"
		run_dhclient -1 && leased
	}
	undo() {
		run_dhclient -x 2>/dev/null
		gw_ip addr flush dev corp0
		gw_ip addr add 10.1.0.2/24 dev corp0
	}
	for tool in dnsmasq dhclient; do
		command -v "$tool" >/dev/null || skip "$tool is not installed"
	done
	serve_dhcp
	no_corporate_default
	three_ways "default 10.1.0.1"
	check "no lease under deny" leased
	undo
	hang_up_all
}

# bird NS: BIRD with the configuration on stdin.
start_bird() {
	cat >"$WORK/bird-$1.conf"
	bg "$1" bird -f -c "$WORK/bird-$1.conf" -s "$WORK/bird-$1.ctl" \
		-P "$WORK/bird-$1.pid"
}

# The corporate router announces a default route by RIP.
announce() {
	start_bird crt <<-END
		router id 10.1.0.1;
		protocol device { }
		protocol static { ipv4; route 0.0.0.0/0 blackhole; }
		protocol rip {
			ipv4 { import none; export all; };
			interface "gw" { update time 2; };
		}
	END
}

has_learned() {
	birdc -s "$WORK/bird-gw.ctl" show route | grep -q '0.0.0.0/0.*unicast'
}

# What BIRD does with a route it has learned is done, or refused.
has_exported() { gw_ip route show default | grep -q bird || denied; }

denied() { [ "$(value corp0 guard_denied 2>/dev/null || echo 0)" -gt 0 ]; }

test_bird() {
	violate() {
		start_bird gw <<-END
			log "$WORK/bird.log" all;
			router id 10.1.0.2;
			protocol device { }
			protocol kernel { ipv4 { import none; export all; }; scan time 1; }
			protocol rip {
				ipv4 { import all; export none; };
				interface "corp0" { update time 2; };
			}
		END
		wait_for 60 has_learned && wait_for 20 has_exported
	}
	undo() {
		birdc -s "$WORK/bird-gw.ctl" down >/dev/null
		wait_for 20 [ ! -e "$WORK/bird-gw.pid" ] || fail "BIRD stays"
	}
	command -v bird >/dev/null || skip "bird is not installed"
	no_corporate_default
	announce
	three_ways "default 10.1.0.1"
	grep -q 'Operation not permitted' "$WORK/bird.log" ||
		fail "$(tail -n 5 "$WORK/bird.log")"
	note "BIRD: $(grep -m 1 'Operation not permitted' "$WORK/bird.log")"
	check "BIRD has not learned it" has_learned
	undo
	hang_up_all
}

run_tests dhclient bird
