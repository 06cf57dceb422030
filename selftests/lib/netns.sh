# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Network namespaces, each called pgw-NAME, and the cables between them. $ALL_NS names
# those of a test. Source ktap.sh first.

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

# In namespace NS, run the ip commands that stand on stdin.
ip_batch() { ip -n "pgw-$1" -batch -; }

# make_namespaces SYSCTL=VALUE...: all, with these settings.
make_namespaces() {
	local ns
	for ns in $ALL_NS; do
		ip netns add "pgw-$ns"
		in_ns "$ns" sysctl -qw "$@"
		ip -n "pgw-$ns" link set lo up
	done
}

# NS is the host's own namespace (see gateway/live.sh), not made by a test.
is_host() { [ "/run/netns/pgw-$1" -ef /proc/self/ns/net ]; }

# End all processes in the namespaces.
kill_all() {
	local ns
	for ns in $ALL_NS; do
		is_host "$ns" || ip netns pids "pgw-$ns" 2>/dev/null
	done | xargs -r kill -9 2>/dev/null || true
}

remove_namespaces() {
	local ns
	kill_all
	for ns in $ALL_NS; do
		ip netns del "pgw-$ns" 2>/dev/null || true
	done
}

# link NS1 IF1 NS2 IF2: a cable.
link() {
	ip link add "$2" netns "pgw-$1" type veth peer name "$4" netns "pgw-$3"
	ip -n "pgw-$1" link set "$2" up
	ip -n "pgw-$3" link set "$4" up
}

# mac NS IF
mac() { in_ns "$1" cat "/sys/class/net/$2/address"; }

# nft_packets NS TABLE COUNTER: what a counter of nft's netdev table in NS has counted.
nft_packets() {
	in_ns "$1" nft list counter netdev "$2" "$3" |
		sed -n 's/.*packets \([0-9]*\).*/\1/p'
}
