# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The topology of the tests, in network namespaces, and what a test asks of it:
#
#   c1 203.0.113.10 ---+
#   c2 203.0.113.11 ---+-- isp ==== wan0 198.51.100.2 --+
#   nat 203.0.113.20 --+    |                           gw -- corp0 10.1.0.2
#    |                      +====== wan1 192.0.2.2 -----+            |
#   n1, n2 192.168.9.x      |                                       crt
#                          near 198.51.100.77                        |
#                                        chost 10.20.0.2 ------------+
#                                        csrv  10.20.0.3 ------------+
#
# isp is the Internet: each uplink ends in a bridge of its own, where the
# gateway's next hop (.1) lives. crt is the corporate router. Both count the
# replies that the gateway sends them; these counters are the evidence.
#
# A test is a function test_NAME; run_tests gives each a fresh topology.

WAN0=198.51.100.2
WAN1=192.0.2.2
SHARED=203.0.113.200
C1=203.0.113.10
C2=203.0.113.11
NEAR=198.51.100.77
CHOST=10.20.0.2
CSRV=10.20.0.3
ALL_NS="gw isp c1 c2 near nat n1 n2 crt chost csrv"
export WAN0 WAN1 SHARED C1 C2 NEAR CHOST CSRV

SELFTESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TOOLS=$SELFTESTS/tools/build
MODULE=${MODULE:-$(find "$SELFTESTS" "$SELFTESTS/.." -maxdepth 1 -name pptpgw.ko -print -quit)}
PPTPGW=${PPTPGW:-$(find "$SELFTESTS" "$SELFTESTS/../userspace" -maxdepth 1 -name pptpgw -type f -print -quit 2>/dev/null)}
WORK=

# -- results -----------------------------------------------------------------

note() { printf '# %s\n' "$*"; }

# Say why a test fails, and end it.
fail() {
	note "FAIL: $*"
	exit 1
}

# check WHAT COMMAND...: the test fails unless COMMAND holds.
check() {
	local what=$1
	shift
	"$@" || fail "$what ($*)"
}

# is WHAT GOT WANT: compare two numbers or words.
is() { [ "$2" = "$3" ] || fail "$1: got $2, want $3"; }

# at_least WHAT GOT WANT
at_least() { [ "$2" -ge "$3" ] || fail "$1: got $2, want at least $3"; }

# skip WHY: this test cannot run here.
skip() {
	printf '%s\n' "$*" >"$WORK/skip"
	exit 4
}

# wait_for SECONDS COMMAND...: poll until COMMAND holds; wall clock.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.1
	done
}

# -- the module ----------------------------------------------------------------

module_loaded() { [ -d /sys/module/pptpgw ]; }

load() { insmod "$MODULE" "$@"; }

unload() { ! module_loaded || rmmod pptpgw; }

# set IF FILE VALUE: write a setting of one of the gateway's interfaces.
setting() {
	in_ns gw bash -c "echo $3 >/sys/class/net/$1/pptpgw/$2"
}

# value IF FILE: read a setting or counter of the gateway.
value() { in_ns gw cat "/sys/class/net/$1/pptpgw/$2"; }

# counts IF FILE WANT
counts() { [ "$(value "$1" "$2")" -ge "$3" ]; }

# The gateway as its operator sets it up.
load_with_roles() {
	load "$@" || fail "insmod failed"
	load_roles
}

load_roles() {
	setting wan0 role internet
	setting wan1 role internet
	setting corp0 role corporate
}

# -- the tool ------------------------------------------------------------------

# pg ARG...: the tool, on the gateway.
pg() { "$PPTPGW" -n pgw-gw "$@"; }

# json FILTER ARG...: what the tool says in JSON, through jq.
json() {
	local filter=$1
	shift
	pg -j "$@" | jq -r "$filter"
}

# netlink_socket PID COLUMN: of the generic netlink socket of a process on the
# gateway, as /proc/net/netlink has it.
netlink_socket() {
	# shellcheck disable=SC2016
	in_ns gw awk -v pid="$1" -v column="$2" \
		'$2 == 16 && $3 == pid { print $column }' /proc/net/netlink
}

is_subscribed() {
	local groups
	groups=$(netlink_socket "$1" 4)
	[ "$((16#${groups:-0}))" != 0 ]
}

# watch FILE [-j]: a monitor on the gateway that writes to $WORK/FILE; $! is it.
watch() {
	local file=$WORK/$1
	shift
	"$PPTPGW" -n pgw-gw "$@" monitor >"$file" 2>"$file.err" &
	wait_for 20 is_subscribed $! || fail "the monitor does not listen"
	sleep 0.5	# the controller's group comes first
}

# -- the topology --------------------------------------------------------------

in_ns() {
	local ns=$1
	shift
	ip netns exec "pgw-$ns" "$@"
}

# bg NS COMMAND...: run it in the background; $! is its own process.
bg() {
	local ns=$1
	shift
	ip netns exec "pgw-$ns" "$@" &
	disown
}

# link NS1 IF1 NS2 IF2: a cable.
link() {
	ip link add "$2" netns "pgw-$1" type veth peer name "$4" netns "pgw-$3"
	ip -n "pgw-$1" link set "$2" up
	ip -n "pgw-$3" link set "$4" up
}

# In namespace NS, run the ip commands that stand on stdin.
ip_batch() { ip -n "pgw-$1" -batch -; }

setup_isp() {
	ip_batch isp <<-END
		link add br0 type bridge
		link add br1 type bridge
		link add brc type bridge
		link set wan0 master br0
		link set near master br0
		link set wan1 master br1
		link set c1 master brc
		link set c2 master brc
		link set nat master brc
		link set br0 up
		link set br1 up
		link set brc up
		addr add 198.51.100.1/24 dev br0
		addr add 192.0.2.1/24 dev br1
		addr add 203.0.113.1/25 dev brc
		route add $SHARED via $WAN0
	END
}

setup_gw() {
	ip_batch gw <<-END
		addr add $WAN0/24 dev wan0
		addr add $WAN1/24 dev wan1
		addr add 10.1.0.2/24 dev corp0
		route add 10.20.0.0/16 via 10.1.0.1
		route add default via 10.1.0.1 metric 100
		route add default via 198.51.100.1 metric 200
		route add default via 192.0.2.1 metric 300
	END
}

setup_clients() {
	local c
	for c in "c1 $C1" "c2 $C2" "nat 203.0.113.20"; do
		ip_batch "${c% *}" <<-END
			addr add ${c#* }/25 dev eth0
			route add default via 203.0.113.1
		END
	done
	ip_batch near <<-END
		addr add $NEAR/24 dev eth0
		route add default via 198.51.100.1
	END
	for c in 1 2; do
		ip -n pgw-nat addr add "192.168.9.1/32" dev "n$c"
		ip -n pgw-nat route add "192.168.9.1$c" dev "n$c"
		ip_batch "n$c" <<-END
			addr add 192.168.9.1$c/24 dev eth0
			route add default via 192.168.9.1
		END
	done
}

# What the corporate router reaches through the gateway.
setup_corp_routes() {
	ip_batch crt <<-END
		route add 10.250.0.0/24 via 10.1.0.2
		route add 198.51.100.0/24 via 10.1.0.2
		route add 203.0.113.0/24 via 10.1.0.2
	END
}

setup_corp() {
	ip_batch crt <<-END
		addr add 10.1.0.1/24 dev gw
		link add br0 type bridge
		link set chost master br0
		link set csrv master br0
		link set br0 up
		addr add 10.20.0.1/24 dev br0
	END
	setup_corp_routes
	for c in "chost $CHOST" "csrv $CSRV"; do
		ip_batch "${c% *}" <<-END
			addr add ${c#* }/24 dev eth0
			route add default via 10.20.0.1
		END
	done
}

# What reaches the corporate router from the gateway, and the ISP by uplink.
setup_evidence() {
	in_ns crt nft -f - <<-END
		table netdev evidence
		delete table netdev evidence
		table netdev evidence {
			counter leaked { }
			counter leaked_gre { }
			counter far { }
			chain seen {
				type filter hook ingress device gw priority 0;
				ip daddr $CHOST tcp sport 1723 counter name far
				ip daddr $CHOST ip protocol gre counter name far
				ip daddr != { 203.0.113.0/24, $NEAR } return
				ip protocol gre counter name leaked_gre
				ip protocol gre counter name leaked
				tcp sport 1723 counter name leaked
			}
		}
	END
	in_ns isp nft -f - <<-END
		table netdev evidence
		delete table netdev evidence
		table netdev evidence {
			counter wan0 { }
			counter wan0_gre { }
			counter wan1 { }
			counter arped { }
			chain wan0 {
				type filter hook ingress device wan0 priority 0;
				ip protocol gre counter name wan0_gre
				ip protocol gre counter name wan0
				tcp sport 1723 counter name wan0
				arp daddr ip { $C1, $C2 } counter name arped
			}
			chain wan1 {
				type filter hook ingress device wan1 priority 0;
				ip protocol gre counter name wan1
				tcp sport 1723 counter name wan1
			}
		}
	END
}

setup_topology() {
	local ns
	teardown_topology
	for ns in $ALL_NS; do
		ip netns add "pgw-$ns"
		ip -n "pgw-$ns" link set lo up
		in_ns "$ns" sysctl -qw net.ipv4.conf.all.rp_filter=0 \
			net.ipv4.conf.default.rp_filter=0 net.ipv4.ip_forward=1 \
			net.ipv6.conf.all.disable_ipv6=1 \
			net.ipv6.conf.default.disable_ipv6=1
	done
	link gw wan0 isp wan0
	link gw wan1 isp wan1
	link gw corp0 crt gw
	link c1 eth0 isp c1
	link c2 eth0 isp c2
	link near eth0 isp near
	link nat eth0 isp nat
	link n1 eth0 nat n1
	link n2 eth0 nat n2
	link chost eth0 crt chost
	link csrv eth0 crt csrv
	setup_isp
	setup_gw
	setup_clients
	setup_corp
	setup_evidence
}

# NS is the host's own namespace (see live.sh), not one of the tests' making.
is_host() { [ "/run/netns/pgw-$1" -ef /proc/self/ns/net ]; }

# Take the tests' things out of the host's namespace.
unplug_host() {
	local dev
	pkill -9 'pptpd|pptpctrl|pppd' || true
	ip addr del "$SHARED/32" dev lo 2>/dev/null || true
	for dev in wan0 wan1 corp0; do
		ip link del "$dev" 2>/dev/null || true
	done
}

teardown_topology() {
	local ns
	! is_host gw || unplug_host
	hang_up_all
	for ns in $ALL_NS; do
		ip netns del "pgw-$ns" 2>/dev/null || true
	done
}

# -- evidence ------------------------------------------------------------------

# seen NS COUNTER: packets counted so far.
seen() {
	in_ns "$1" nft list counter netdev evidence "$2" |
		sed -n 's/.*packets \([0-9]*\).*/\1/p'
}

# leaked [gre]: replies that reached the corporate router.
leaked() { seen crt "leaked${1:+_$1}"; }

# by UPLINK [gre]: replies that reached the ISP there.
by() { seen isp "$1${2:+_$2}"; }

# reaches NUMBER COMMAND...: COMMAND prints at least NUMBER.
reaches() {
	local number=$1
	shift
	[ "$("$@")" -ge "$number" ]
}

reset_evidence() {
	in_ns crt nft reset counters table netdev evidence >/dev/null
	in_ns isp nft reset counters table netdev evidence >/dev/null
}

leaks() { [ "$(leaked)" -gt 0 ]; }

# -- made-up packets -----------------------------------------------------------

# What follows the IP header. TCP between port 40000 and 1723, the reply with
# data: no handshake, and no socket, so that it proves nothing of the client. GRE
# of PPTP with a call ID and a sequence number (RFC 2637, section 4.1).
TCP_SYN=9c4006bb00000001000000005002ffff00000000
TCP_ACK=9c4006bb00000001000000015010ffff00000000
TCP_REPLY=06bb9c4000000001000000015018ffff0000000064617461
GRE_DATA=3001880b00040001000000010102030405
GRE_ACK=2081880b0000000100000001
export TCP_SYN TCP_ACK TCP_REPLY GRE_DATA GRE_ACK

# send NS ARG...: see tools/ipsend.c
send() {
	local ns=$1
	shift
	in_ns "$ns" "$TOOLS/ipsend" "$@"
}

# mac NS IF
mac() { in_ns "$1" cat "/sys/class/net/$2/address"; }

# -- real handshakes -----------------------------------------------------------

# meet [-2] PREFIX COUNT [SERVER]: COUNT clients, each with the next address of
# PREFIX, shake hands with the gateway for real, and are peers of it from then on;
# see tools/meet.c, also for -2. They come in by the uplink that SERVER is an address
# of, or wan0. Meanwhile their addresses are the Internet's own.
meet() {
	local twice=
	[ "$1" != -2 ] || { twice=$1; shift; }
	ip -n pgw-isp route replace local "$1" dev lo
	in_ns isp "$TOOLS/meet" ${twice:+"$twice"} /run/netns/pgw-gw \
		"${3:-$WAN0}" "$1" "$2"
	ip -n pgw-isp route del local "$1" dev lo
}

# -- real tunnels --------------------------------------------------------------

write_secrets() {
	mkdir -p /etc/ppp
	printf 'user pptpd secret *\n' >/etc/ppp/chap-secrets
	chmod 600 /etc/ppp/chap-secrets
}

listens() { in_ns "$1" ss -Hltn sport = :1723 | grep -q 1723; }

# start_pptpd NS [PPPD-OPTION...]: pptpd, listening in NS.
start_pptpd() {
	local ns=$1 dir=$WORK/pptpd-$1
	shift
	mkdir -p "$dir"
	write_secrets
	printf '%s\n' "option $dir/options" "localip 10.250.0.1" \
		"remoteip 10.250.0.100-199" >"$dir/conf"
	printf '%s\n' "name pptpd" refuse-pap refuse-chap refuse-mschap \
		require-mschap-v2 require-mppe-128 nobsdcomp nodeflate novj \
		"logfile $dir/pppd.log" debug lock "$@" >"$dir/options"
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

hang_up_all() {
	local ns
	for ns in $ALL_NS; do
		is_host "$ns" || ip netns pids "pgw-$ns" 2>/dev/null
	done | xargs -r kill -9 2>/dev/null || true
	rm -rf /run/pptp/* /var/run/pptpd.pid
}

# -- running -------------------------------------------------------------------

needs() {
	[ "$(id -u)" = 0 ] || { echo "1..0 # SKIP needs root"; exit 4; }
	[ -n "$MODULE" ] || { echo "1..0 # SKIP pptpgw.ko is not built"; exit 4; }
	local tool
	for tool in ip nft pptpd pppd pptp ss "$TOOLS/ipsend"; do
		command -v "$tool" >/dev/null && continue
		echo "1..0 # SKIP $tool is not installed"
		exit 4
	done
}

# Run one test in a subshell; print its KTAP line. Never call it where its
# status is tested: bash would not stop the test at a failed command.
run_one() {
	local n=$1 name=$2 start=$SECONDS status
	rm -rf "${WORK:?}"/*
	(set -e; setup_topology) >"$WORK/setup.log" 2>&1
	status=$?
	if [ $status = 0 ]; then
		rm "$WORK/setup.log"
		(set -e; "test_$name")
		status=$?
	fi
	case $status in
	0) echo "ok $n $name # $((SECONDS - start)) s" ;;
	4) echo "ok $n $name # SKIP $(cat "$WORK/skip")" ;;
	*)
		dump_logs
		echo "not ok $n $name"
		failed=1
		;;
	esac
}

dump_logs() {
	local log
	for log in "$WORK"/*.log "$WORK"/pptpd-*/log "$WORK"/pptpd-*/pppd.log; do
		[ ! -s "$log" ] || { note "$log:"; tail -n 15 "$log" | sed 's/^/#   /'; }
	done
	module_loaded && in_ns gw bash -c '
		cd /sys/class/net && grep -H . {wan,corp}*/pptpgw/* | grep -v ":0$"' |
		sed 's/^/#   /'
	dmesg | tail -n 5 | sed 's/^/#   /'
}

# run_tests NAME...: the whole of a test script's main.
run_tests() {
	local n=0 failed=0 name
	needs
	modprobe -qa ppp_async ppp_mppe pptp ip_gre 2>/dev/null || true
	WORK=$(mktemp -d)
	trap 'teardown_topology; unload; rm -rf "$WORK"' EXIT
	echo "KTAP version 1"
	echo "1..$#"
	for name in "$@"; do
		n=$((n + 1))
		unload
		run_one "$n" "$name"
	done
	exit $failed
}
