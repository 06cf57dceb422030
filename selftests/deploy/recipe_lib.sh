# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of the recipes in Documentation/deploying.rst share: pptpgw installed as
# its operator does, each gateway with an /etc of its own, made of the files in
# Documentation/examples as they stand, and clients that redial. Source gateway.sh first.

EXAMPLES=$SELFTESTS/examples	# see stage.sh

# Without gre.ko, as on a host that only runs pptpd: nobody there takes stray GRE.
requires() {
	[ -n "${PPTPGW_VM:-}" ] || skip_all "installs pptpgw: only for a VM"
	# shellcheck disable=SC2086
	need_programs ip nft pptpd pppd pptp jq $RECIPE_PROGRAMS
	modprobe -qa ppp_async ppp_mppe || true
	tar -c -C "$SELFTESTS/install" . | tar -x -C / --keep-directory-symlink
	depmod
	mkdir -p /etc/pptpgw /etc/keepalived
}

teardown() {
	remove_topology
	unload
	forget_tunnels
	rm -rf /run/pptpgw /etc/netns
}

show_logs() {
	local ns
	show_tail 25 "$WORK"/*.log "$WORK"/pptpd-*/log "$WORK"/pptpd-*/pppd.log
	for ns in $GATEWAYS; do
		note "$ns:"
		{ ip -n "pgw-$ns" -br addr; ip -n "pgw-$ns" route; } 2>&1 | sed 's/^/#   /'
		in_ns "$ns" pptpgw dev show 2>&1 | sed 's/^/#   /'
	done
}

# record CASE COLUMN TEXT: for the table of deploy/run; the columns are without, with and
# recovery.
record() { note "recipe|$1|$2|$3"; }

# example NS FILE ETC: NS has this file of Documentation/examples in its /etc.
example() {
	local to=/etc/netns/pgw-$1/$3
	mkdir -p "$(dirname "$to")"
	cp "$EXAMPLES/$2" "$to"
}

# no_pptpgw NS: whoever calls pptpgw there has it do nothing.
no_pptpgw() {
	mkdir -p "/etc/netns/pgw-$1/pptpgw"
	echo "# nothing" >"/etc/netns/pgw-$1/pptpgw/pptpgw.conf"
}

# start_pptpgw NS: as its units do.
start_pptpgw() {
	in_ns "$1" pptpgw up >"$WORK/up-$1.log" 2>&1 || note "$(cat "$WORK/up-$1.log")"
	bg "$1" pptpgw route reconcile >"$WORK/reconcile-$1.log" 2>&1
}

# -- two uplinks with one address -------------------------------------------------

share_uplinks() {
	make_topology
	share_address
	no_pptpgw gw
}

# pptpgw, whose default routes take the place of those that the topology has.
start_with_defaults() {
	ip_batch gw <<-END
		route del 10.20.0.0/16
		route del default via 198.51.100.1
		route del default via 192.0.2.1
	END
	example gw uplink-probe/pptpgw.conf pptpgw/pptpgw.conf
	start_pptpgw gw
}

# -- clients that redial ---------------------------------------------------------

# redial NS SERVER [USER]: dial, and dial again whenever the tunnel is lost.
redial() {
	# shellcheck disable=SC2016
	ip netns exec "pgw-$1" bash -c '
		mkdir -p /run/pptp && mount -t tmpfs none /run/pptp
		exec pppd pty "pptp $0 --nolaunchpppd --loglevel 0" \
			nodetach noauth user "$2" name "$2" remotename pptpd \
			require-mppe-128 nobsdcomp nodeflate novj \
			nodefaultroute noipdefault debug logfile "$1" \
			lcp-echo-interval 3 lcp-echo-failure 3 \
			persist maxfail 0 holdoff 1' \
		"$2" "$WORK/$1.log" "${3:-user}" \
		>"$WORK/$1.log.out" 2>&1 </dev/null &
	disown
	printf '%s\n' $! >"$WORK/$1.pid"
}

tunnel_device() {
	ip -n "pgw-$1" -4 -o addr show up | sed -n 's/.*\(ppp[0-9]*\) .* peer .*/\1/p'
}

# works NS: its tunnel carries a ping to a host behind the corporate router.
works() {
	local dev
	dev=$(tunnel_device "$1")
	[ -n "$dev" ] && ip -n "pgw-$1" route replace 10.20.0.0/16 dev "$dev" &&
		in_ns "$1" ping -q -c 1 -W 1 "$CHOST"
}

# serves GATEWAY: a client's tunnel ends there.
serves() { [ -n "$(tunnel_device "$1")" ]; }

# seconds_since MILLISECONDS: with one decimal.
seconds_since() {
	local tenths=$((($(milliseconds) - $1) / 100))
	echo "$((tenths / 10)).$((tenths % 10))"
}

# -- routing daemons -------------------------------------------------------------

# start_frr NS DAEMON: zebra and DAEMON, which vtysh gives NS's /etc/frr/frr.conf.
start_frr() {
	local daemon dir=$WORK/frr-$1
	mkdir -p "$dir" /etc/frr
	chown frr:frr "$dir"
	chmod 755 "$WORK"
	for daemon in zebra "$2"; do
		in_ns "$1" "/usr/lib/frr/$daemon" -d -i "$dir/$daemon.pid" -f /dev/null \
			-z "$dir/zserv" --vty_socket "$dir" --log "file:$dir/$daemon.log" \
			>"$WORK/$daemon-$1.log" 2>&1 || fail "$daemon does not start"
	done
	in_ns "$1" vtysh --vty_socket "$dir" -f /etc/frr/frr.conf >"$WORK/vtysh-$1.log" 2>&1 ||
		fail "vtysh: $(cat "$WORK/vtysh-$1.log")"
}
