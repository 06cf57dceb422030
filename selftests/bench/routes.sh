#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What it costs to have many routes, beside ip -batch, BIRD and a bare loop, in a
# network namespace of its own. Prints a table, puts it into
# Documentation/performance.rst, and has no verdict. No root is needed.

# shellcheck source=../stage.sh
. "$(dirname "$0")/../stage.sh"
# shellcheck source=page.sh
. "$(dirname "$0")/page.sh"

N=100000
MILLION=1000000
RUNS=3
BIRD_VERSION=2.0.12
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/pptpgw

# -- before it starts -----------------------------------------------------------

# BIRD from its package, unpacked: to install it would start it. Without it the
# table has no line of it.
get_bird() {
	local package dir=$CACHE/bird2-$BIRD_VERSION
	if [ ! -d "$dir" ]; then
		mkdir -p "$dir.$$/deb"
		(cd "$dir.$$/deb" && apt-get -qq download bird2 libssh-gcrypt-4) ||
			return
		for package in "$dir.$$"/deb/*.deb; do
			dpkg -x "$package" "$dir.$$" || return
		done
		mv -T "$dir.$$" "$dir"
	fi
	BIRD=$dir/usr/sbin/bird
	BIRD_LIBRARIES=$(dirname "$(find "$dir" -name 'libssh-gcrypt.so.4' | head -n 1)")
	export BIRD BIRD_LIBRARIES
}

prepare() {
	need_packages gcc make pkg-config libmnl-dev libjansson-dev iproute2 time
	make -s -C "$TOP/userspace" pptpgw || die "userspace/pptpgw does not build"
	mkdir -p "$SELFTESTS/bench/build"
	gcc -D_GNU_SOURCE -O2 -g -Wall -Wextra -o "$SELFTESTS/bench/build/batch" \
		"$SELFTESTS/bench/batch.c" -lmnl || die "batch does not build"
	get_bird || say "BIRD cannot be installed"
}

if [ "${1:-}" != --inside ]; then
	prepare
	exec unshare --map-root-user --net --mount --pid --fork --mount-proc "$0" --inside
fi

# -- the work ---------------------------------------------------------------------

PPTPGW=$TOP/userspace/pptpgw
BATCH=$SELFTESTS/bench/build/batch
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make_network() {
	mount -t tmpfs none /run
	ip -batch - <<-END || die "no network to measure in"
		link set lo up
		link add corp0 type veth peer name corp1
		link set corp1 up
		addr add 10.99.0.1/24 dev corp0
		link set corp0 up
	END
}

# routes COUNT FORMAT: a line each, with the address.
routes() {
	awk -v n="$1" -v format="$2\n" 'BEGIN {
		for (i = 0; i < n; i++)
			printf format, 20 + int(i / 16777216) "." int(i / 65536) % 256 \
				"." int(i / 256) % 256 "." i % 256
	}'
}

make_files() {
	routes $N "route add %s/32 via 10.99.0.2 dev corp0 proto 217 metric 50" >"$work/batch"
	routes $N "route %s/32 via 10.99.0.2 dev corp0 metric 50" >"$work/conf"
	routes $MILLION "route %s/32 via 10.99.0.2 dev corp0 metric 50" >"$work/million"
	sed "$((N / 2))s/10.99.0.2/10.99.0.3/" "$work/conf" >"$work/changed"
	{
		printf '%s\n' 'protocol device { }' \
			'protocol kernel { ipv4 { export all; }; persist; }' \
			'protocol static { ipv4;'
		routes $N ' route %s/32 via 10.99.0.2;'
		echo '}'
	} >"$work/bird"
}

# Routes in table main, counted without a dump.
count() {
	awk '/^Main:/ { main = 1 } /^Local:/ { main = 0 }
	     main && /Prefixes:/ { print $2 }' /proc/net/fib_triestat
}

expect() { [ "$(count)" = "$1" ] || die "$(count) routes instead of $1 after: $2"; }

flush() { ip route flush proto 217; ip route flush proto bird; }

own() { count | awk -v n="$none" '{ print $1 - n }'; }

# measure NAME COMMAND...: a line "NAME wall CPU peak" in results. bash's time
# tells milliseconds, GNU time the resident set.
measure() {
	local name=$1 TIMEFORMAT="%R %U %S"
	shift
	{ time /usr/bin/time -o "$work/peak" -f %M "$@" >"$work/out" 2>"$work/err"; } \
		2>"$work/time" || die "$name: $(cat "$work/err")"
	awk -v name="$name" '{ printf "%s %s %.3f ", name, $1, $2 + $3 }' "$work/time" \
		>>"$work/results"
	cat "$work/peak" >>"$work/results"
}

# What BIRD uses until the kernel has all.
measure_bird() {
	local pid begin
	begin=$EPOCHREALTIME
	LD_LIBRARY_PATH=$BIRD_LIBRARIES "$BIRD" -f -c "$work/bird" -s "$work/sock" \
		>"$work/out" 2>&1 &
	pid=$!
	until [ "$(own)" -ge $N ]; do
		[ -d /proc/$pid ] || die "BIRD: $(cat "$work/out")"
		sleep 0.05
	done
	awk -v begin="$begin" -v end="$EPOCHREALTIME" -v hz="$(getconf CLK_TCK)" '
		FNR == NR && /VmHWM/ { peak = $2 }
		FNR != NR { sub(/.*\) /, ""); split($0, f, " "); cpu = (f[12] + f[13]) / hz }
		END { print "bird", end - begin, cpu, peak }' \
		/proc/$pid/status /proc/$pid/stat >>"$work/results"
	kill -KILL $pid
	wait $pid 2>/dev/null
}

# told COMMAND...: how many changes of routes the kernel reports meanwhile.
told() {
	local pid i
	ip monitor route >"$work/monitor" &
	pid=$!
	for i in 1 2; do
		until grep -q "^198.18.$i" "$work/monitor"; do
			ip route replace "198.18.$i.0/24" dev corp0 metric $((RANDOM + 1))
			sleep 0.1
		done
		[ $i = 2 ] || "$@" >/dev/null
	done
	kill $pid
	ip route flush root 198.18.0.0/15
	grep -vc '^\(Deleted \)\?198.18' "$work/monitor"
}

run_once() {
	measure batch ip -batch "$work/batch"
	expect $((none + N)) "ip -batch"
	measure show ip route show proto 217
	flush
	measure loop "$BATCH" add corp0 $N
	expect $((none + N)) "the bare loop"
	measure dump "$BATCH" dump
	measure dump_parse "$BATCH" dump "$work/conf"
	flush
	if [ -n "${BIRD:-}" ]; then
		measure_bird
		flush
	fi
	measure apply "$PPTPGW" -c "$work/conf" route apply
	expect $((none + N)) "apply"
	measure again "$PPTPGW" -c "$work/conf" route apply
	measure diff "$PPTPGW" -c "$work/conf" route diff
	measure one_line "$PPTPGW" -c "$work/changed" route apply
	measure flush "$PPTPGW" route flush
	expect "$none" "flush"
}

run_million() {
	measure million "$PPTPGW" -c "$work/million" route apply
	expect $((none + MILLION)) "apply of a million"
	measure million_again "$PPTPGW" -c "$work/million" route apply
	measure million_flush "$PPTPGW" route flush
}

count_changes() {
	"$PPTPGW" -c "$work/conf" route apply >/dev/null
	changes_none=$(told "$PPTPGW" -c "$work/conf" route apply)
	changes_one=$(told "$PPTPGW" -c "$work/changed" route apply)
	"$PPTPGW" route flush >/dev/null
}

# -- the table --------------------------------------------------------------------

# The least of the runs, of each column.
least() {
	awk '!($1 in wall) { wall[$1] = $2; cpu[$1] = $3; peak[$1] = $4; order[++n] = $1 }
	     { if ($2 < wall[$1]) wall[$1] = $2
	       if ($3 < cpu[$1]) cpu[$1] = $3
	       if ($4 < peak[$1]) peak[$1] = $4 }
	     END { for (i = 1; i <= n; i++)
		print order[i], wall[order[i]], cpu[order[i]], peak[order[i]] }' "$work/results"
}

about() {
	printf '%s\n' "\`\`make bench-routes\`\`, on Linux $(uname -r), $(lscpu |
		sed -n 's/^Model name: *//p'), $(nproc) processors, $(date -u '+%-d %B %Y'),
in a network namespace; the least of $RUNS runs. CPU time is user and system. All
add routes to single addresses by one gateway, with a metric. \`\`batch add\`\` and
\`\`batch dump\`\` (\`\`selftests/bench/batch.c\`\`) are bare loops: many requests in a
send, a dump that the kernel filters, and nothing else. The load average was
$(cut -d' ' -f1 /proc/loadavg) in the end." ""
}

measured() {
	least | awk -v n=100,000 '
	BEGIN {
		print "command|wall|CPU|peak memory"
		text["batch"] = "``ip -batch``, " n " routes"
		text["bird"] = "BIRD, " n " static routes"
		text["loop"] = "``batch add``, " n " routes"
		text["apply"] = "``pptpgw route apply``, " n " new routes"
		text["again"] = "the same, nothing changed"
		text["one_line"] = "the same, one line changed"
		text["diff"] = "``pptpgw route diff``, no difference"
		text["flush"] = "``pptpgw route flush``, " n " routes"
		text["dump"] = "``batch dump``, " n " routes"
		text["dump_parse"] = "the same, and a configuration read"
		text["show"] = "``ip route show proto 217``"
		text["million"] = "``pptpgw route apply``, 1,000,000 new routes"
		text["million_again"] = "the same, nothing changed"
		text["million_flush"] = "``pptpgw route flush``, 1,000,000 routes"
	}
	{ printf "%s|%.3f s|%.3f s|%.1f MB\n", text[$1], $2, $3, $4 / 1024 }' | table
}

# What has a limit is "ok" or "over" it.
ratios() {
	least | awk -v none="$changes_none" -v one="$changes_one" '
	function row(what, value, unit, limit) {
		printf "%s|%.3g%s|%s|%s\n", what, value, unit,
			limit == "" ? "" : limit unit,
			limit == "" ? "" : value <= limit ? "ok" : "over"
	}
	{ wall[$1] = $2; cpu[$1] = $3; peak[$1] = $4 / 1024 }
	END {
		print "what|measured|limit|"
		row("apply / ``ip -batch``, wall", wall["apply"] / wall["batch"], "", 0.2)
		row("apply / ``ip -batch``, CPU", cpu["apply"] / cpu["batch"], "", 0.25)
		row("``batch add`` / ``ip -batch``, wall", wall["loop"] / wall["batch"], "")
		row("``batch add`` / ``ip -batch``, CPU", cpu["loop"] / cpu["batch"], "")
		if (wall["bird"]) {
			row("apply / BIRD, wall", wall["apply"] / wall["bird"], "")
			row("apply / BIRD, CPU", cpu["apply"] / cpu["bird"], "")
		}
		row("apply / ``batch add``, wall", wall["apply"] / wall["loop"], "", 1.5)
		row("apply / ``batch add``, CPU", cpu["apply"] / cpu["loop"], "", 1.5)
		row("apply, peak memory", peak["apply"], " MB", 30)
		row("apply of 1,000,000, peak memory", peak["million"], " MB", 250)
		row("apply, nothing changed, CPU", cpu["again"], " s", 0.3)
		row("apply, nothing changed, changes", none, "", 0)
		row("apply, one line changed, changes", one, "", 1)
		row("diff / ``batch dump``, CPU", cpu["diff"] / cpu["dump"], "")
		row("diff / ``batch dump FILE``, CPU", cpu["diff"] / cpu["dump_parse"], "", 2)
		row("``ip route show`` / ``batch dump``, CPU", cpu["show"] / cpu["dump"], "")
	}' | table
}

report() { about; measured; echo; ratios; }

make_network
make_files
none=$(count)
for ((run = 0; run < RUNS; run++)); do
	run_once
	run_million
done
count_changes
publish routes report
