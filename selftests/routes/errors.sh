#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# All errors are reported by file, line and column in one run, and nothing is
# changed.

. "$(dirname "$0")/lib.sh"

# complained: what apply reports is what $WORK/want has.
complained() {
	diff "$WORK/want" "$WORK/err" >"$WORK/out" || {
		: >"$WORK/err"
		fail "other errors than expected"
	}
}

# refused: standard input is a configuration. What follows "#:" is the column
# and the message of the error in its line, "%" stands for the file's name.
refused() {
	cat >"$WORK/lines"
	sed 's/ *#:.*//' "$WORK/lines" >"$WORK/conf"
	awk -v file="$WORK/conf" -F' *#:' 'NF > 1 {
		gsub("%", file, $2); print file ":" NR ":" $2 }' "$WORK/lines" >"$WORK/want"
	table >"$WORK/before"
	for verb in ${2:-diff} apply "apply --dry-run"; do
		# shellcheck disable=SC2086
		exits 1 pg route $verb
		says out ""
		complained
	done
	check "the table is as before" same_table "$WORK/before"
}

# not_now ADDED: the same, of what cannot work now. diff reports it, and shows the rest.
not_now() {
	refused "" apply
	exits 3 pg route diff
	cp "$WORK/out" "$WORK/shown"
	complained
	is "routes that diff shows" "$(cat "$WORK/shown")" "$1"
}

test_words() {
	refused <<-END
		nonsense                   #:1: unknown word 'nonsense'
		rout 10.0.0.0/8            #:1: unknown word 'rout', did you mean 'route'?
		route 10.20.0.0/16 via 10.1.0.1
		  deev corp0               #:3: unknown word 'deev', did you mean 'dev'?
		route                      #:6: route needs a prefix
		route blackhole            #:16: route needs a prefix
		route 10.0.0.0/8 via       #:21: via needs an address
		route 10.0.0.0/8 dev       #:21: dev needs an interface
		route 10.0.0.0/8 metric    #:24: metric needs a number
		route 10.0.0.0/8 table     #:23: table needs a name or a number
		route 10.0.0.0/8 src       #:21: src needs an address
		route 10.0.0.0/8 mtu       #:21: mtu needs a number
		route 10.0.0.0/8 vai 10.1.0.1      #:18: unknown option 'vai', did you mean 'via'?
		route 10.0.0.0/8 proto static      #:18: unknown option 'proto'
		route 10.0.0.0/8 nhid 5            #:18: 'nhid' is not supported
		route 10.0.0.0/8 dev corp0 initcwnd 10  #:28: 'initcwnd' is not supported
		route 10.0.0.0/8 mtu lock          #:26: mtu needs a number
		route 10.0.0.0/8 advmss            #:24: advmss needs a number
		route 10.0.0.0/8 tos               #:21: tos needs a number
		route 10.0.0.0/8 pref              #:22: pref needs 'low', 'medium' or 'high'
		route 10.0.0.0/8 via 10.1.0.1 via 10.1.0.1  #:31: 'via' is given twice
		route 10.0.0.0/8 metric 1 metric 1 #:27: 'metric' is given twice
	END
}

test_prefixes() {
	refused <<-END
		route 10.0.0.300/8 dev corp0       #:7: '10.0.0.300/8' is not a prefix
		route ten dev corp0                #:7: 'ten' is not a prefix
		route /8 dev corp0                 #:7: '/8' is not a prefix
		route 10.0.0.0/ dev corp0          #:16: '' is not a prefix length
		route 10.0.0.0/x dev corp0         #:16: 'x' is not a prefix length
		route 10.0.0.0/-1 dev corp0        #:16: '-1' is not a prefix length
		route 10.0.0.0/33 dev corp0        #:16: prefix length 33 is over 32
		route 2001:db8::/129 dev corp0     #:18: prefix length 129 is over 128
		route 10.1.2.3/8 dev corp0         #:7: 10.1.2.3/8 has host bits set, did you mean 10.0.0.0/8?
		route 2001:db8::1/32 dev corp0     #:7: 2001:db8::1/32 has host bits set, did you mean 2001:db8::/32?
		route local 10.0.0.1 dev corp0     #:7: 'local' is not a prefix
		route 2001:db8:::1 dev corp0       #:7: '2001:db8:::1' is not a prefix
	END
}

test_values() {
	refused <<-END
		route 10.0.0.0/8 via ten                 #:22: 'ten' is not an address
		route 10.0.0.0/8 via 10.1.0.1/24         #:22: '10.1.0.1/24' is not an address
		route 10.0.0.0/8 via 0.0.0.0             #:22: via cannot be 0.0.0.0
		route 10.0.0.0/8 via 2001:db8::1         #:22: 2001:db8::1 is IPv6, but 10.0.0.0/8 is not
		route 2001:db8::/32 via 10.1.0.1         #:25: 10.1.0.1 is IPv4, but 2001:db8::/32 is not
		route 10.0.0.0/8 via inet6 10.1.0.1      #:28: 10.1.0.1 is not an IPv6 address
		route 10.0.0.0/8 via inet6               #:27: via needs an address
		route default via 10.1.0.1 src ::1       #:32: ::1 is IPv6, but default is not
		route 10.0.0.0/8 via 10.1.0.1 src ::1    #:35: ::1 is IPv6, but 10.0.0.0/8 is not
		route 10.0.0.0/8 dev a/b                 #:22: 'a/b' is not an interface name
		route 10.0.0.0/8 dev sixteen-letters-  #:22: 'sixteen-letters-' is not an interface name
		route 10.0.0.0/8 dev corp0 metric x      #:35: metric 'x' is not a number
		route 10.0.0.0/8 dev corp0 metric -1     #:35: metric '-1' is not a number
		route 10.0.0.0/8 dev corp0 metric 4294967296  #:35: metric 4294967296 is not between 0 and 4294967295
		route 10.0.0.0/8 dev corp0 mtu 67        #:32: mtu 67 is not between 68 and 65520
		route 10.0.0.0/8 dev corp0 mtu 65521     #:32: mtu 65521 is not between 68 and 65520
		route 2001:db8::/32 dev corp0 mtu 1279   #:7: mtu 1279 is less than IPv6's smallest, 1280
		route 10.0.0.0/8 dev corp0 mtu lock 67   #:37: mtu 67 is not between 68 and 65520
		route 10.0.0.0/8 dev corp0 advmss 65496  #:35: advmss 65496 is not between 1 and 65495
		route 10.0.0.0/8 dev corp0 tos 100       #:32: tos '100' is not a hexadecimal number from 0 to fc without ECN bits
		route 10.0.0.0/8 dev corp0 tos 0x11      #:32: tos '0x11' is not a hexadecimal number from 0 to fc without ECN bits
		route 10.0.0.0/8 dev corp0 tos low       #:32: tos 'low' is not a hexadecimal number from 0 to fc without ECN bits
		route 2001:db8::/32 dev corp0 tos 10     #:7: tos is IPv4's only
		route 10.0.0.0/8 dev corp0 pref low      #:7: pref is IPv6's only
		route 2001:db8::/32 dev corp0 pref best  #:36: pref needs 'low', 'medium' or 'high'
		route throw 10.0.0.0/8 dev corp0         #:13: 10.0.0.0/8: it leads nowhere: leave 'via', 'dev' and 'nexthop' out
		route 10.0.0.0/8 dev corp0 table nosuch  #:34: there is no table 'nosuch'
		route 10.0.0.0/8 dev corp0 table 0       #:34: table 0 is not between 1 and 4294967295
	END
}

test_next_hops() {
	local hops
	refused <<-END
		route 10.0.0.0/8                         #:7: 10.0.0.0/8: the next hop needs 'via' or 'dev'
		route 10.0.0.0/8 metric 5                #:7: 10.0.0.0/8: the next hop needs 'via' or 'dev'
		route 10.0.0.0/8 via 10.1.0.1 onlink     #:7: 10.0.0.0/8: 'onlink' needs 'via' and 'dev'
		route 10.0.0.0/8 dev corp0 onlink        #:7: 10.0.0.0/8: 'onlink' needs 'via' and 'dev'
		route 2001:db8::/32 via fe80::1          #:7: 2001:db8::/32: a link-local gateway needs 'dev'
		route blackhole 10.0.0.0/8 dev corp0     #:17: 10.0.0.0/8: it leads nowhere: leave 'via', 'dev' and 'nexthop' out
		route 10.0.0.0/8 weight 2                #:18: 'weight' must stand after 'nexthop'
		route 10.0.0.0/8 nexthop dev corp0 metric 5  #:36: 'metric' must stand before 'nexthop'
		route 10.0.0.0/8 dev corp0 nexthop via 10.1.0.1  #:7: 10.0.0.0/8: 'via', 'dev' and 'onlink' must stand after 'nexthop' when there is one
		route 10.0.0.0/8 nexthop                 #:7: 10.0.0.0/8: the next hop needs 'via' or 'dev'
		route 10.0.0.0/8 nexthop dev corp0 weight 0    #:43: weight 0 is not between 1 and 256
		route 10.0.0.0/8 nexthop dev corp0 weight 257  #:43: weight 257 is not between 1 and 256
		route 10.0.0.0/8 nexthop dev corp0 dev wan0    #:36: 'dev' is given twice
	END
	hops=$(printf ' nexthop via 10.1.0.1%.0s' {1..256})
	refused <<-END
		route 10.0.0.0/8$hops      #:5381: there are more than 255 next hops
	END
}

test_devs() {
	refused <<-END
		dev                        #:4: dev needs the name of an interface
		dev a/b role none          #:5: dev needs the name of an interface
		dev wan0                   #:9: dev needs a role
		dev wan0 role              #:14: role needs a value
		dev wan0 role inside       #:15: unknown role 'inside'
		dev wan0 role internat     #:15: unknown role 'internat', did you mean 'internet'?
		dev wan0 role none role none  #:20: 'role' is given twice
		dev wan0 rolle none        #:10: unknown setting 'rolle', did you mean 'role'?
		dev wan0 role none policy x     #:27: unknown policy 'x'
		dev wan0 role none unroutable x #:31: unknown unroutable 'x'
		dev wan0 role none guard x      #:26: unknown guard 'x'
		dev wan0 role internet policy observe unroutable pass guard off
		dev wan0 role internet     #:5: wan0 is already in %:12
	END
}

test_duplicates() {
	refused <<-END
		route 10.20.0.0/16 via 10.1.0.1
		route 10.20.0.0/16 via 10.1.0.3           #:7: 10.20.0.0/16 metric 0 is already in %:1
		route 10.20.0.0/16 via 10.1.0.3 metric 5
		route blackhole 10.20.0.0/16 metric 5     #:17: 10.20.0.0/16 metric 5 is already in %:3
		route 10.20.0.0/16 via 10.1.0.3 table 5
		route 10.20.0.0/16 via 10.1.0.3 table main  #:7: 10.20.0.0/16 metric 0 is already in %:1
		route 2001:db8::/32 dev corp0
		route 2001:db8::/32 dev corp0 metric 1024 #:7: 2001:db8::/32 metric 1024 is already in %:7
		route 2001:DB8:0::/32 dev corp0           #:7: 2001:db8::/32 metric 1024 is already in %:7
	END
}

# Bytes that are no text, and lines without end.
test_bytes() {
	printf 'route 10.20.0.0/16 via 10.1.0.1\nroute 10.2\0.0.0/16\n' | conf
	exits 1 pg route apply
	says err "$WORK/conf:2:11: there is a NUL byte"
	printf 'route 10.20.0.0/16 via 10.1.0.1\n#%065534d\n' 0 | conf
	exits 0 pg route diff --help
	exits 3 pg route diff
	printf 'route 10.20.0.0/16 via 10.1.0.1\n#%065535d\n' 0 | conf
	exits 1 pg route apply
	says err "$WORK/conf:2:65536: the line is longer than 65535 bytes"
	printf 'route 10.20.0.0/16\tvia  10.1.0.1 \r\n\r\n\troute 10.21.0.0/16 via 10.1.0.1' | conf
	apply
	counted 2 0 0 0
}

# Interfaces and gateways.
test_host() {
	ip -n pgw-gw link add down0 type veth peer name down1
	ip -n pgw-gw addr add 10.3.0.2/24 dev down0
	route add 10.77.0.0/16 via 10.1.0.9
	not_now "+ 10.28.0.0/16 via 10.1.0.1 dev corp0	# $WORK/conf:10" <<-END
		route 10.20.0.0/16 dev nosuch0            #:7: there is no interface 'nosuch0'
		route 10.21.0.0/16 via 10.1.0.1 dev nosuch0  #:7: there is no interface 'nosuch0'
		route 10.22.0.0/16 dev down0              #:7: interface 'down0' is down
		route 10.23.0.0/16 via 10.3.0.1 dev down0 #:7: interface 'down0' is down
		route 10.24.0.0/16 via 10.2.0.1 dev corp0 #:7: gateway 10.2.0.1 is not on link on corp0 (say 'onlink' if it is)
		route 10.25.0.0/16 via 10.1.0.1 dev wan0  #:7: gateway 10.1.0.1 is not on link on wan0 (say 'onlink' if it is)
		route 10.26.0.0/16 via 192.0.2.1          #:7: gateway 192.0.2.1 is not on link on any interface
		route 10.27.0.0/16 via 10.77.0.1          #:7: gateway 10.77.0.1 is not on link on any interface
		route 2001:db8:20::/48 via 2001:db8:2::1  #:7: gateway 2001:db8:2::1 is not on link on any interface
		route 10.28.0.0/16 via 10.1.0.1 dev corp0
		route 10.29.0.0/16 nexthop via 10.1.0.1 nexthop via 10.2.0.1  #:7: gateway 10.2.0.1 is not on link on any interface
	END
}

# Errors of the text and of the host in one run, in the order of finding.
test_all_in_one_run() {
	conf <<-END
		route 10.20.0.0/16 dev nosuch0
		route 10.20.0.0/16 dev corp0
		nonsense
	END
	exits 1 pg route apply
	says err "$WORK/conf:2:7: 10.20.0.0/16 metric 0 is already in $WORK/conf:1
$WORK/conf:3:1: unknown word 'nonsense'
$WORK/conf:1:7: there is no interface 'nosuch0'"
}

# complains STATUS TEXT COMMAND...: text follows the program's name.
complains() {
	local status=$1 text=$2
	shift 2
	exits "$status" "$@"
	says out ""
	says err "pptpgw: $text"
}

test_usage() {
	complains 1 "--confirm needs a number of seconds" pg route apply --confirm
	for seconds in 0 -1 x 5s 86401 ""; do
		complains 1 "'$seconds' is not a number of seconds between 1 and 86400" \
			pg route apply --confirm "$seconds"
	done
	complains 1 "'5s' is not a number of seconds between 1 and 86400" \
		pg route apply --confirm=5s
	complains 1 "'' is not a number of seconds between 1 and 86400" pg route apply --confirm=
	complains 1 "unknown option '--force'" pg route apply --force
	complains 1 "unknown command 'aply', did you mean 'apply'?" pg route aply
	complains 1 "'now' is one word too many" pg route diff now
	complains 1 "'now' is one word too many" pg route flush now
	complains 1 "unknown command 'monitor'" pg route monitor
	complains 1 "/nonexistent: No such file or directory" \
		"$PPTPGW" -n pgw-gw -c /nonexistent route diff
	exits 1 "$PPTPGW" -n pgw-gw -c "$WORK" route diff
	says err "$WORK:1:1: Is a directory"
	pg route help | grep -q '^Usage: pptpgw route' || fail "no help"
}

# What changes something is not set off by a typing error; what only reads may be short.
test_abbreviations() {
	local word short
	echo "route 10.20.0.0/16 via 10.1.0.1 dev corp0" | conf
	table >"$WORK/before"
	for word in apply flush confirm reconcile import; do
		short=${word%??}
		complains 1 "'$word' changes something: write it whole, not '$short'" \
			pg route "$short"
	done
	complains 1 "'up' changes something: write it whole, not 'u'" pg u
	complains 1 "'down' changes something: write it whole, not 'dow'" pg dow
	complains 1 "'set' changes something: write it whole, not 'se'" \
		pg dev se wan0 role internet
	complains 1 "'flush' changes something: write it whole, not 'f'" pg tunnel f
	check "the table is as before" same_table "$WORK/before"
	exits 3 pg rou di
	exits 0 pg r s
	exits 0 pg check
}

# Who may not change routes may look at them.
test_unprivileged_user() {
	local user=(setpriv --bounding-set=-all --inh-caps=-all)
	[ "$(tr -s ' ' <<<"$(sed -n 1p /proc/self/uid_map)")" = " 0 0 4294967295" ] &&
		user+=(--reuid 65534 --regid 65534 --clear-groups)
	chmod 755 "$WORK"
	echo "route 10.20.0.0/16 via 10.1.0.1 dev corp0" | conf
	apply
	table >"$WORK/before"
	exits 0 in_ns gw "${user[@]}" "$PPTPGW" -c "$WORK/conf" route show
	says out "10.20.0.0/16 via 10.1.0.1 dev corp0"
	exits 0 in_ns gw "${user[@]}" "$PPTPGW" -c "$WORK/conf" route diff
	: >"$WORK/conf"
	for verb in apply flush "apply --confirm 5"; do
		# shellcheck disable=SC2086
		exits 2 in_ns gw "${user[@]}" "$PPTPGW" -c "$WORK/conf" route $verb
		says out ""
		grep -q "denied\|not permitted" "$WORK/err" || fail "$(cat "$WORK/err")"
	done
	check "the table is as before" same_table "$WORK/before"
}

run_tests words prefixes values next_hops devs duplicates bytes host all_in_one_run \
	usage abbreviations unprivileged_user
