# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of "pptpgw route" share. They need no kernel module: their
# gateway is a namespace with an uplink and a corporate interface. `run` starts
# them where /run and the network are their own.
#
#   gw  wan0  198.51.100.2/24, default route ---------- 198.51.100.1  isp
#       corp0 10.1.0.2/24, 2001:db8:1::2/64 -- 10.1.0.1, 2001:db8:1::1
#
# A configuration is written in the words and the order of "ip route show", so
# that the two can be compared as text.

LIB=$(dirname "${BASH_SOURCE[0]}")/../lib
# shellcheck source=selftests/lib/ktap.sh
. "$LIB/ktap.sh"
# shellcheck source=selftests/lib/netns.sh
. "$LIB/netns.sh"
# shellcheck source=selftests/lib/tool.sh
. "$LIB/tool.sh"

export ALL_NS="gw isp"

requires() {
	[ "${PPTPGW_ROUTES:-}" ] || skip_all "start me by $SELFTESTS/routes/run"
	need_programs ip jq setpriv "$PPTPGW"
}

setup() {
	make_namespaces net.ipv6.conf.all.accept_dad=0 \
		net.ipv6.conf.default.accept_dad=0 \
		net.ipv6.conf.default.router_solicitations=0
	link gw wan0 isp wan0
	link gw corp0 isp corp0
	ip -n pgw-gw addr add 198.51.100.2/24 dev wan0
	ip -n pgw-gw route add default via 198.51.100.1
	addresses
	wait_for 10 has_ipv6
	CONF=$WORK/conf
	: >"$CONF"
}

teardown() { remove_namespaces; }

show_logs() { show_tail 8 "$WORK"/{setup.log,out,err,monitor}; }

# The kernel adds routes of its own to new interfaces, some time after they are up. They
# must be there before a test compares the table.
has_ipv6() {
	[ "$(route6 show table local | grep -cE '^local (fe80|2001:db8:1)::')" = 3 ]
}

addresses() {
	ip_batch gw <<-END
		addr replace 10.1.0.2/24 dev corp0
		addr replace 2001:db8:1::2/64 dev corp0 nodad
	END
}

# -- the tool ------------------------------------------------------------------

# exits STATUS COMMAND...: what it writes goes to $WORK/out and $WORK/err.
exits() {
	local want=$1 status=0
	shift
	"$@" >"$WORK/out" 2>"$WORK/err" || status=$?
	is "exit status of '$*'" "$status" "$want"
}

# says FILE TEXT: that is all that stands in $WORK/FILE.
says() { is "$1" "$(cat "$WORK/$1")" "$2"; }

# conf: standard input is the configuration from now on.
conf() { cat >"$WORK/conf"; }

# The test's configuration, applied.
apply() { exits 0 pg route apply; }

# counted ADDED CHANGED DELETED UNCHANGED: what apply says that it did.
counted() { says out "$1 added, $2 changed, $3 deleted, $4 unchanged"; }

# In the background; $! is its own process.
pg_bg() {
	"$PPTPGW" -n pgw-gw -c "$CONF" "$@" >>"$WORK/monitor" 2>&1 </dev/null &
	disown
}

# -- the kernel ----------------------------------------------------------------

# route WORD...: as somebody else does it.
route() { ip -n pgw-gw -4 route "$@"; }
route6() { ip -n pgw-gw -6 route "$@"; }

# All routes, of all tables and owners, in the kernel's order.
table() {
	route show table all
	route6 show table all
}

# same_table FILE: it is as it was when it was written to FILE.
same_table() { table | cmp -s - "$1"; }

# Ours, in the words of the configuration, sorted.
ours() {
	{
		route show table all proto 217
		route6 show table all proto 217
	} | sed 's/^\t/ /; s/ pref medium//; s/ scope link//; s/ *$//' | tr -s ' ' | sort
}

# The configuration's routes, sorted.
wanted() { sed -n 's/ *#.*//; s/^route //p' "$WORK/conf" | sort; }

# Ours are exactly the configuration's.
applied() { cmp -s <(ours) <(wanted); }

must_be_applied() {
	diff <(wanted) <(ours) >"$WORK/err" || fail "the kernel has not what is configured"
}

has() { ours | grep -qxF "$1"; }

# many COUNT [GATEWAY [METRIC]]: lines of a configuration.
many() {
	seq 0 $(($1 - 1)) | awk -v gateway="${2:-10.1.0.1}" -v metric="${3:-50}" '{
		printf "route 20.%d.%d.%d via %s dev corp0 metric %d\n",
			$1 / 65536, $1 / 256 % 256, $1 % 256, gateway, metric }'
}

# -- events --------------------------------------------------------------------

# "ip monitor route" writes to $WORK/events; a route of the tests' own, flipped
# until it is seen, tells that all before it were seen.
flip() {
	route add 192.0.2.99 dev lo proto static && route del 192.0.2.99
	grep -q 192.0.2.99 "$WORK/events"
}

watch_routes() {
	: >"$WORK/events"
	ip -n pgw-gw monitor route >>"$WORK/events" &
	disown
	wait_for 10 flip || fail "no events are seen"
	: >"$WORK/events"
}

# How many routes were changed since.
changes_seen() {
	wait_for 10 flip || fail "no events are seen any more"
	grep -vc 192.0.2.99 "$WORK/events" || true
}
