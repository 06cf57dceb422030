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

# make_namespaces SYSCTL=VALUE...: all, with these settings. To enter one takes long where
# the kernel checks itself.
make_namespaces() {
	local ns
	# shellcheck disable=SC2086
	printf 'netns add pgw-%s\n' $ALL_NS | ip -batch -
	for ns in $ALL_NS; do
		# shellcheck disable=SC2016
		in_ns "$ns" sh -c 'ip link set lo up && sysctl -qw "$@"' sh "$@"
	done
}

# NS is the host's own namespace (see gateway/live.sh), not made by a test.
is_host() { [ "/run/netns/pgw-$1" -ef /proc/self/ns/net ]; }

# All processes in the namespaces.
pids() {
	local ns own=()
	for ns in $ALL_NS; do
		is_host "$ns" || own+=("/run/netns/pgw-$ns")
	done
	stat -L -c '%d:%i %n' "${own[@]}" /proc/[0-9]*/ns/net 2>/dev/null |
		awk -F '[ /]' '$3 == "run" { own[$1] } $3 == "proc" && $1 in own { print $4 }'
}

# End them.
kill_all() { pids | xargs -r kill -9 2>/dev/null || true; }

remove_namespaces() {
	kill_all
	# shellcheck disable=SC2086
	printf 'netns del pgw-%s\n' $ALL_NS | ip -force -batch - 2>/dev/null || true
}

# link NS1 IF1 NS2 IF2: a cable.
link() {
	ip link add "$2" netns "pgw-$1" type veth peer name "$4" netns "pgw-$3"
	ip -n "pgw-$1" link set "$2" up
	ip -n "pgw-$3" link set "$4" up
}

# make_cables: the same for all at once, from lines on stdin.
make_cables() {
	local ns cables
	cables=$(cat)
	awk '{ print "link add", $2, "netns pgw-" $1, "type veth peer name", $4, "netns pgw-" $3 }' \
		<<<"$cables" | ip -batch -
	for ns in $ALL_NS; do
		awk -v ns="$ns" '$1 == ns { print "link set", $2, "up" }
			$3 == ns { print "link set", $4, "up" }' <<<"$cables" | ip_batch "$ns"
	done
}

# mac NS IF
mac() { in_ns "$1" cat "/sys/class/net/$2/address"; }

# nft_packets NS TABLE COUNTER: what a counter of nft's netdev table in NS has counted.
nft_packets() {
	in_ns "$1" nft list counter netdev "$2" "$3" |
		sed -n 's/.*packets \([0-9]*\).*/\1/p'
}

# How many cached routes of IPv4 exist, in all namespaces. Those that nobody gives back are
# on a list of the kernel's (rt_add_uncached_list()), so that they are no leak for kmemleak.
routes_alive() { printf '%d\n' "0x$(sed -n '2s/ .*//p' /proc/net/stat/rt_cache)"; }
