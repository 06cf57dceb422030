# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Real tunnels: pptpd, and pppd with pptp-linux as its client, in the namespaces of
# topology.sh. Source that first.

# Those of the kernel's modules that it might not load by itself.
load_ppp() { modprobe -qa ppp_async ppp_mppe pptp ip_gre 2>/dev/null || true; }

write_secrets() {
	mkdir -p /etc/ppp
	printf 'user pptpd secret *\n' >/etc/ppp/chap-secrets
	chmod 600 /etc/ppp/chap-secrets
}

listens() { in_ns "$1" ss -Hltn sport = :1723 | grep -q 1723; }

# pptpd_conf DIR NETWORK [PPPD-OPTION...]: write what a pptpd reads that gives its clients
# addresses of NETWORK, three numbers of it.
pptpd_conf() {
	local dir=$1 network=$2
	shift 2
	mkdir -p "$dir"
	write_secrets
	printf '%s\n' "option $dir/options" "localip $network.1" \
		"remoteip $network.100-199" >"$dir/conf"
	printf '%s\n' "name pptpd" refuse-pap refuse-chap refuse-mschap \
		require-mschap-v2 require-mppe-128 nobsdcomp nodeflate novj \
		"logfile $dir/pppd.log" debug lock "$@" >"$dir/options"
}

# start_pptpd NS [PPPD-OPTION...]: pptpd, listening in NS.
start_pptpd() {
	local ns=$1 dir=$WORK/pptpd-$1
	shift
	pptpd_conf "$dir" 10.250.0 "$@"
	bg "$ns" pptpd --conf "$dir/conf" --fg >"$dir/log" 2>&1
	wait_for 20 listens "$ns" || fail "pptpd does not listen"
}

# dial NS SERVER [PPTP-OPTION...]: start to dial; up NS tells when it is done.
# pptp-linux keeps one call manager a server address in /run/pptp, for all
# namespaces: give each client a /run/pptp of its own.
dial() {
	local ns=$1 server=$2 log=$WORK/$1.log
	shift 2
	# shellcheck disable=SC2016
	ip netns exec "pgw-$ns" bash -c '
		mkdir -p /run/pptp && mount -t tmpfs none /run/pptp
		exec pppd pty "pptp $0 --nolaunchpppd --loglevel 0 $2" \
			nodetach noauth user user name user remotename pptpd \
			require-mppe-128 nobsdcomp nodeflate novj \
			nodefaultroute noipdefault debug logfile "$1" \
			lcp-echo-interval 5 lcp-echo-failure 4 \
			maxfail 1' "$server" "$log" "$*" >"$log.out" 2>&1 </dev/null &
	disown
	printf '%s\n' $! >"$WORK/$ns.pid"
}

# up NS: the client's tunnel has an address, and its interface is up.
up() { ip -n "pgw-$1" -4 -o addr show up 2>/dev/null | grep -q 'ppp[0-9].* peer '; }

# Its tunnel carries three pings out of three to a host behind the corporate router.
pings() {
	local dev
	dev=$(ip -n "pgw-$1" -4 -o addr show | sed -n 's/.*\(ppp[0-9]*\) .* peer .*/\1/p')
	ip -n "pgw-$1" route replace 10.20.0.0/16 dev "$dev"
	in_ns "$1" ping -q -c 3 -i 0.3 -W 5 "${2:-$CHOST}" |
		tee "$WORK/ping" | grep -q '3 packets transmitted, 3 received'
}

# tunnel NS SERVER: dial, and fail the test unless the tunnel works.
tunnel() {
	dial "$@"
	wait_for 60 up "$1" || fail "$1 has no tunnel: $(tail -n 3 "$WORK/$1.log" 2>/dev/null)"
	pings "$1" || fail "$1: $(tail -n 2 "$WORK/ping")"
}

# no_tunnel NS SECONDS: it stays down for so long.
no_tunnel() { ! wait_for "$2" up "$1"; }

hang_up() {
	local pid
	pid=$(cat "$WORK/$1.pid")
	kill "$pid" 2>/dev/null || true
	wait_for 10 [ ! -d "/proc/$pid" ] || note "pppd in $1 stays"
	ip netns pids "pgw-$1" | xargs -r kill -9 2>/dev/null || true
}

# What the programs leave on disk.
forget_tunnels() { rm -rf /run/pptp/* /var/run/pptpd.pid; }

hang_up_all() {
	kill_all
	forget_tunnels
}
