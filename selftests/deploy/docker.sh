#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A PPTP server in a container of Docker's, behind its DNAT, on a gateway with two uplinks:
# with the files of Documentation/examples/docker and pptpd.
#
# vm: --daemons --timeout 2400

. "$(dirname "$0")/../lib/gateway.sh"
. "$(dirname "$0")/../lib/servers.sh"
. "$(dirname "$0")/recipe_lib.sh"

export RECIPE_PROGRAMS="dockerd docker iptables"
export GATEWAYS=gw
FILES=$EXAMPLES/docker
DATA=/tmp/docker

# The default route by wan1 is the better one. The ISPs carry no source addresses of others.
setup() {
	make_topology
	isps_check_sources
	ip_batch gw <<-END
		route del default via 10.1.0.1 metric 100
		route del default via 192.0.2.1 metric 300
		route add default via 192.0.2.1 metric 100
		route del 10.20.0.0/16
	END
	no_pptpgw gw
}

teardown() {
	end_docker
	remove_topology
	unload
	forget_tunnels
	rm -rf /run/pptpgw /etc/netns
}

# -- Docker ------------------------------------------------------------------------

# ip-netns(8) mounts a /sys without control groups, which Docker needs.
in_gw() {
	# shellcheck disable=SC2016
	in_ns gw bash -c 'mount -t cgroup2 none /sys/fs/cgroup && exec "$@"' gw "$@"
}

start_docker() {
	in_gw dockerd --storage-driver=vfs --data-root="$DATA" --exec-root=/run/docker \
		--pidfile=/run/docker.pid >"$WORK/docker.log" 2>&1 &
	disown
	wait_for 180 docker info || fail "$(tail -n 5 "$WORK/docker.log")"
	make_image
}

# A container's processes are in namespaces of their own.
end_docker() {
	[ -e /run/docker.pid ] || return 0
	docker rm -f pptpd >/dev/null 2>&1 || true
	kill "$(cat /run/docker.pid)" 2>/dev/null || true
	wait_for 30 [ ! -e /run/docker.pid ] || note "dockerd stays"
	rm -rf "$DATA"
}

# Debian's programs that the server runs, of this machine, and the libraries that they load.
make_image() {
	local programs=(/bin/sh /usr/sbin/pptpd /usr/sbin/pptpctrl /usr/sbin/bcrelay
		/usr/sbin/pppd) root=$WORK/root
	mkdir -p "$root"/{etc,proc,sys,dev,tmp,run/lock,var/log}
	ln -s /run /run/lock "$root/var"
	cp -a /etc/passwd /etc/group "$root/etc"
	{
		printf '%s\n' "${programs[@]}"
		ldd "${programs[@]}" | grep -o '/[^ ]*\.so[^ ]*'
	} | sort -u >"$WORK/files"
	tar -ch -C / -T <(sed 's|^/||' "$WORK/files") | tar -x -C "$root"
	tar -c -C "$root" . | docker import - pptpd >/dev/null
	note "image: $(docker images --format '{{.Size}}' pptpd)"
}

# What an administrator does: the server's files, the network, the container.
serve() {
	start_docker
	cp "$EXAMPLES/pptpd/pptpd.conf" /etc/pptpd.conf
	cp "$EXAMPLES/pptpd/"{pptpd-options,chap-secrets} /etc/ppp
	chmod 600 /etc/ppp/chap-secrets
	"$FILES/pptpd-container" >"$WORK/container" || fail "no container"
	wait_for 60 accepts || fail "the container does not listen: $(docker logs pptpd 2>&1)"
}

# What Docker's unit starts, as its drop-in has it.
gre_rules() {
	local command
	command=$(sed -n 's/^ExecStartPost=//p' "$FILES/gre-rules.conf")
	install "$FILES/gre-rules" "$(dirname "$command")"
	in_ns gw "$command"
}

accepts() { in_ns gw socat -u /dev/null TCP:172.30.0.2:1723; }

with_pptpgw() {
	example gw docker/pptpgw.conf pptpgw/pptpgw.conf
	start_pptpgw gw
}

has_route() { ip -n pgw-gw route show 10.250.0.0/24 | grep -q "via 172.30.0.2 dev pptp0"; }

# -- tests -----------------------------------------------------------------------------

test_without() {
	serve
	gre_rules
	ip_batch gw <<-END
		route add 10.20.0.0/16 via 10.1.0.1 dev corp0
		route add 10.250.0.0/24 via 172.30.0.2 dev pptp0
	END
	dial c1 "$WAN0"
	wait_for 60 reaches 1 crossed || fail "no reply took the wrong uplink"
	check "c1 has a tunnel" no_tunnel c1 10
	is "replies by wan0" "$(by wan0)" 0
	record "server in Docker" without "no tunnel, $(crossed) replies by the wrong uplink"
}

# Docker publishes no GRE. With the rules for it, there are tunnels by either uplink. Then the
# container starts anew, and the client dials again.
test_with() {
	local began
	with_pptpgw
	serve
	wait_for 30 has_route || fail "no route to the clients"
	dial c1 "$WAN0"
	wait_for 30 counts wan0 steered 3 || fail "no control connection"
	check "there is a tunnel without GRE" no_tunnel c1 10
	hang_up c1
	gre_rules
	gre_rules
	is "rules for GRE" "$(in_ns gw iptables-save | grep -c 'gre -j')" 3
	redial c1 "$WAN0"
	wait_for 90 works c1 || fail "no tunnel by wan0"
	tunnel c2 "$WAN1"
	in_ns chost ping -q -c 1 -W 5 "$(tunnel_address c1)" >"$WORK/ping" ||
		fail "chost does not reach c1"
	is "replies by the wrong uplink" "$(crossed)" 0
	is "leaked" "$(leaked)" 0
	at_least "steered" "$(value wan0 steered)" 10
	is "peers" "$(value wan0 peers) $(value wan1 peers)" "1 1"
	no_loop
	record "server in Docker" with "tunnels by both uplinks, $(crossed) by the wrong"
	began=$(milliseconds)
	docker restart -t 1 pptpd >/dev/null
	wait_for 120 works c1 || fail "no tunnel after the restart"
	record "server in Docker" recovery "$(seconds_since "$began") s from docker restart"
	is "replies by the wrong uplink" "$(crossed)" 0
}

# The container has no route to a client that is not there, but its default route, by which
# the packet would come back until its TTL is 0.
no_loop() {
	in_ns gw nft -f - <<-END
		table netdev loop {
			counter returned { }
			chain seen {
				type filter hook ingress device pptp0 priority 0;
				ip daddr 10.250.0.150 counter name returned
			}
		}
	END
	! in_ns chost ping -q -c 1 -W 2 10.250.0.150 >"$WORK/ping" || fail "there is a client"
	is "packets that the container returned" "$(nft_packets gw loop returned)" 1
}

tunnel_address() {
	ip -n "pgw-$1" -4 -o addr show up | sed -n 's/.*ppp[0-9]* .*inet \([0-9.]*\) peer .*/\1/p'
}

[ $# -gt 0 ] || set -- without with
run_tests "$@"
