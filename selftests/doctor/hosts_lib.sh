# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Hosts in a root of Debian 12 with firewalls as apt installs them, in which those are
# started as they start themselves. What passes is measured: doctor must say the same.
#
#   isp --- wan0 198.51.100.2/24, corp0 10.1.0.2/24 --- lan        ppp0 --- client
#
# The client of the Internet is 81.2.69.160, that of the tunnel 10.250.0.100; a host of
# the corporate side is 10.20.0.3.

DOCTOR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
. "$DOCTOR/lib.sh"

CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/pptpgw
ROOT=$CACHE/firewalls-bookworm
PACKAGES=iproute2,nftables,iptables,ipset,jq,procps,kmod,dbus,python3,libmnl0,libjansson4
PACKAGES+=,ufw,firewalld,docker.io,shorewall,ferm,firehol,arno-iptables-firewall,wireguard-tools
# shellcheck disable=SC2034
APART=(unshare --net --mount --pid --fork --kill-child "$DOCTOR/in_root.sh" "$ROOT")

CONF=("dev wan0 role internet" "dev corp0 role corporate"
	"route 10.20.0.0/16 via 10.1.0.1 dev corp0")

# The root, made once. Nothing in it starts by being installed.
fill_cache() {
	[ ! -e "$ROOT" ] || return 0
	mkdir -p "$CACHE"
	rm -rf "$ROOT.part"
	mmdebstrap --quiet --variant=apt --include="$PACKAGES" \
		--dpkgopt='path-include=/usr/share/doc/*' bookworm "$ROOT.part" >&2 &&
		mv "$ROOT.part" "$ROOT"
}

requires() {
	need_root
	need_programs mmdebstrap unshare "$PPTPGW"
	fill_cache || skip_all "no root of Debian 12 can be made"
}

setup() {
	ip link set lo up
	healthy_host
	ip link del wan1
	surroundings
}

# -- the other ends ----------------------------------------------------------------

# other NAME DEVICE: a namespace with the other end of it.
other() {
	ip netns add "$1"
	ip link set "$2-peer" netns "$1" name eth0
	ip -n "$1" link set lo up
	ip -n "$1" link set eth0 up
}

surroundings() {
	local serve=("$DOCTOR/traffic.py")
	dev ppp0
	ip addr add 10.250.0.1 peer 10.250.0.100/32 dev ppp0
	other isp wan0
	other lan corp0
	other client ppp0
	ip -n isp addr add 198.51.100.1/24 dev eth0
	ip -n isp addr add 81.2.69.160/32 dev lo
	ip -n isp route add 198.51.100.2 dev eth0 src 81.2.69.160
	ip -n lan addr add 10.1.0.1/24 dev eth0
	ip -n lan addr add 10.20.0.3/32 dev lo
	ip -n lan route add 10.250.0.0/24 via 10.1.0.2
	ip -n client addr add 10.250.0.100/32 dev eth0
	ip -n client route add default via 10.250.0.1 dev eth0 onlink
	"${serve[@]}" serve &
	ip netns exec lan "${serve[@]}" listen 443 &
	wait_for 20 sees 443 lan || fail "no listener"
}

sees() { ip netns exec "$2" ss -Htln "sport = :$1" | grep -q .; } # PORT NETNS

try() { # NETNS WORDS...
	local ns=$1
	shift
	ip netns exec "$ns" "$DOCTOR/traffic.py" "$@"
}

# What passes, in words: "tcp gre forward" is all. Twice: one may be lost.
traffic() {
	local words
	words=$({
		try isp call 198.51.100.2
		try isp call 198.51.100.2
	} | sort -ru)
	if try client tcp 10.20.0.3 443 || try client tcp 10.20.0.3 443; then
		words+=" forward"
	fi
	# shellcheck disable=SC2086
	echo $words
}

# -- what doctor says of it ----------------------------------------------------------

# The same words, as far as it has no finding.
said() {
	local words=()
	grep -q '"what":"[^"]*TCP 1723' "$WORK/out" || words+=(tcp)
	grep -q '"what":"[^"]*GRE' "$WORK/out" || words+=(gre)
	grep -qE '"what":"[^"]*to (corp0|clients)|"id":"ip-forward"' "$WORK/out" || words+=(forward)
	echo "${words[*]}"
}

# healthy: all passes, and doctor is silent.
healthy() {
	is "traffic" "$(traffic)" "tcp gre forward"
	silent
}

# broken WORDS: those alone pass, which doctor says, too: in one finding, as it is one
# firewall, whose command repairs the rest.
# What FOLLOWS passes as soon as the rest does: GRE, where a helper knows the tunnel.
FOLLOWS=
broken() {
	local all=(tcp gre forward) want
	want=$(for word in "${all[@]}"; do
		[[ " $* $FOLLOWS " != *" $word "* ]] || echo "$word"
	done | paste -sd' ')
	is "traffic" "$(traffic)" "$*"
	doctor 3
	jq -c '.[] | [.id, .what, .owner, .fix]' "$WORK/out" | sed 's/^/# /'
	is "what passes, as doctor says" "$(said)" "$want"
	is "findings" "$(jq '[.[] | select(.id != "ip-forward")] | length' "$WORK/out")" 1
	fixed_by_command
	is "traffic" "$(traffic)" "tcp gre forward"
}
