#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# throughput.sh CONFIGURATION right|both|wrong TUNNELS: what packets cost in a real tunnel
# among so many, by a gateway with such default routes, in a virtual machine that counts
# instructions. Prints the kernel's version, then a line a measurement: its name (down,
# up: end to end; _before: before they are in the gateway; _until: before they have left
# it), encryption, length of the packets inside, and for how many packets how many
# instructions.
#
#   client 203.0.113.10 === wan0 198.51.100.2   gateway   10.1.0.2 corp0 --- corp
#     ppp0 10.30.0.2                ppp0 10.30.0.1                       10.20.0.2
#
# The gateway is the machine itself; client and corp are network namespaces, which are
# its next hops, too. At both ends of the tunnel all of it is the kernel's.

# shellcheck source=gateway.sh
. "$(dirname "$0")/gateway.sh"

SERVER=198.51.100.2
CLIENT=203.0.113.10
INSIDE=10.30.0.2
HOST=10.20.0.2
LENGTHS="64 1400"
BURSTS=32
tools=$top/tools/build
LINKS=cable_namespaces

# link NETNS DEVICE ADDRESS PEER-ADDRESS: to a namespace of its own. Neighbours are known
# for good, so that no packet pays for finding them.
link() {
	ip netns add "$1"
	ip netns exec "$1" sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	ip link add "$2" type veth peer name eth0 netns "$1"
	ip neigh add "$4" dev "$2" nud permanent lladdr \
		"$(ip netns exec "$1" cat /sys/class/net/eth0/address)"
	ip -n "$1" -batch - <<-END
		link set lo up
		link set eth0 up
		addr add $4/24 dev eth0
		neigh add $3 dev eth0 nud permanent lladdr $(cat "/sys/class/net/$2/address")
	END
}

cable_namespaces() {
	need_module veth
	link client wan0 $SERVER 198.51.100.1
	link corp corp0 10.1.0.2 10.1.0.1
	ip -n client addr add $CLIENT dev lo
	ip -n client route add $SERVER dev eth0 src $CLIENT
	ip -n corp addr add $HOST dev lo
	ip -n corp route add default via 10.1.0.2
	# As from another machine: the checksum is there already.
	ip netns exec corp ethtool -K eth0 tx off >/dev/null
}

# Default routes: one, which is the right one; another beside it; the other one first.
routes_right() { end_wrong_default; }

routes_both() {
	ip route add default via 198.51.100.1 metric 50
	ip route del default via 198.51.100.1 metric 200
}

routes_wrong() { :; }

# -- the tunnel ------------------------------------------------------------------

# wait_for COMMAND...: poll until it holds.
wait_for() {
	local tries=500
	until "$@"; do
		((tries--)) || die "this does not come true: $*"
		sleep 0.01
	done
}

listens() { ss -Hltn | grep -q :1723; }

both_are() { grep -qx "$1" /run/server && grep -qx "$1" /run/client; }

dial() {
	"$tools/pppunit" server $SERVER >/run/server &
	wait_for listens
	ip netns exec client "$tools/pppunit" client $SERVER >/run/client &
	client=$!
	wait_for both_are up
	ip addr add 10.30.0.1 peer $INSIDE dev ppp0
	ip link set ppp0 up mtu 1400
	ip -n client -batch - <<-END
		addr add $INSIDE peer 10.30.0.1 dev ppp0
		link set ppp0 up mtu 1400
		route add 10.20.0.0/16 dev ppp0
	END
}

encrypt() {
	kill -USR1 "$client"
	wait_for both_are encrypted
}

# Half of the others before the real one, and the rest behind it: who looks for it in a
# list finds it in the middle.
make_all_tunnels() { # TUNNELS
	local half=$((($1 - 1) / 2))
	[ $half = 0 ] || make_tunnels $half
	dial
	[ "$1" = 1 ] || make_tunnels $(($1 - 1))
}

# -- packets ---------------------------------------------------------------------

down() { "$tools/udpstep" "$@" corp $HOST client $INSIDE "$length" $BURSTS; }

up() { "$tools/udpstep" "$@" client $INSIDE corp $HOST "$length" $BURSTS; }

# goes_by DEVICE OTHER COMMAND...: all its packets must leave the gateway by this
# device, and none by the other.
goes_by() {
	local device=$1 other=$2 right wrong said
	shift 2
	right=$(left_by "$device") wrong=$(left_by "$other")
	said=$("$@")
	right=$(($(left_by "$device") - right))
	wrong=$(($(left_by "$other") - wrong))
	if [ $right != $((${said%% *} * BURSTS)) ] || [ $wrong != 0 ]; then
		die "$*: $right packets left by $device, $wrong by $other"
	fi
	echo "$said"
}

# line NAME COMMAND...: what it prints, after the name.
line() {
	local name=$1 said
	shift
	said=$("$@")
	echo "$name $said"
}

# drop_at DEVICE [NETNS]: what arrives there goes no further, until pass_at.
drop_at() {
	tc ${2:+-n "$2"} qdisc add dev "$1" clsact
	tc ${2:+-n "$2"} filter add dev "$1" ingress matchall action drop
}

pass_at() { tc ${2:+-n "$2"} qdisc del dev "$1" clsact; }

# MPPE takes a packet for a late one if more than 2,048 were lost before it. So what is
# lost on the way up is followed by what the gateway gets.
measure() { # ENCRYPTION LENGTH
	local length=$2
	line "down $*" goes_by wan0 corp0 down
	line "up $*" goes_by corp0 wan0 up
	drop_at corp0
	line "down_before $*" down -1
	pass_at corp0
	drop_at wan0
	line "up_before $*" up -1
	pass_at wan0
	drop_at eth0 corp
	line "up_until $*" goes_by corp0 wan0 up -1
	pass_at eth0 corp
	drop_at eth0 client
	line "down_until $*" goes_by wan0 corp0 down -1
	pass_at eth0 client
}

main() {
	local length
	configure "$1"
	"routes_$2"
	make_all_tunnels "$3"
	for length in $LENGTHS; do
		measure plain "$length"
	done
	encrypt
	for length in $LENGTHS; do
		measure mppe "$length"
	done
}

main "$@"
