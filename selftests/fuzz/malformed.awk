# SPDX-License-Identifier: GPL-2.0
#
# malformed.awk COUNT DIR BASE: copies of the good configuration BASE, each with a
# line put in that is wrong: DIR/N.conf, and in DIR/lines where the fault must be
# told to be. The same in every run.

# Park and Miller's, so that all awks make the same numbers.
function random(limit) {
	seed = seed * 16807 % 2147483647
	return seed % limit
}

function net() {
	return "10." random(200) "." random(256) ".0"
}

function junk(len,	text) {
	while (len--)
		text = text substr("!$%&*+,;<=>?@[]^_`{|}~\"'\\\200\377", random(27) + 1, 1)
	return text
}

function many(word, count,	text) {
	while (count--)
		text = text word
	return text
}

# A line that no configuration may have.
function wrong(kind,	good, way) {
	way = " dev corp0"
	good = "route " net() "/24" way
	if (kind == 0) return "rou" junk(3) " " net() "/24" way
	if (kind == 1) return "route " net() junk(1 + random(4)) "/24" way
	if (kind == 2) return "route 10.0." random(256) "." 1 + random(255) "/24" way
	if (kind == 3) return "route " net() "/" 33 + random(1000) way
	if (kind == 4) return "route 10." random(256) "/24" way
	if (kind == 5) return "route 10." 256 + random(1000) ".0.0/24" way
	if (kind == 6) return good " metric"
	if (kind == 7) return good " metric " junk(3)
	if (kind == 8) return good " metric 42949672" 96 + random(4)
	if (kind == 9) return good " mtu " random(68)
	if (kind == 10) return good " mtu " 65521 + random(99999)
	if (kind == 11) return good way
	if (kind == 12) return "route " net() "/24 dev none" random(100)
	if (kind == 13) return "route " net() "/24 via 203.0.113." 1 + random(254) way
	if (kind == 14) return "route " net() "/24 via fe80::" 1 + random(9) way
	if (kind == 15) return "route blackhole " net() "/24" way
	if (kind == 16) return good " onlink"
	if (kind == 17) return "route " net() "/24 metric " random(100)
	if (kind == 18) return good " weight " random(300)
	if (kind == 19) return "route " net() "/24 nexthop" way " metric 1"
	if (kind == 20) return "dev wan" random(9) " role " junk(5)
	if (kind == 21) return "dev wan" random(9) " policy observe"
	if (kind == 22) return "dev corp0 role none"
	if (kind == 23) return junk(1 + random(60))
	if (kind == 24) return "route " sprintf("%c", 0) net() "/24" way
	if (kind == 25) return good many(" ", 66000 + random(5000))
	if (kind == 26) return "route default via 10.99.0.2" way " metric " random(1000)
	if (kind == 27) return "route " (random(2) ? "0" : "128") ".0.0.0/1" way
	if (kind == 28) return good " src 10.1." random(256)
	if (kind == 29) return good " src 2001:db8::" random(10)
	if (kind == 30) return good " table " junk(4)
	if (kind == 31) return "route " net() "/24" many(" nexthop" way, 256 + random(100))
	if (kind == 32) return many(" ", random(20)) "route" many(" ", random(20))
	if (kind == 33) return "route " net() "/24 via"
	if (kind == 34) return "route " net() "/24 dev down0"
	if (kind == 35) return good " " word[1 + random(words)] " 1"
	return copy
}

BEGIN {
	count = ARGV[1]
	dir = ARGV[2]
	while ((getline text < ARGV[3]) > 0) {
		base[++size] = text
		if (text ~ /^dev corp0/)
			corp = size
	}
	words = split("gateway proto scope window to metrics", word)
	seed = 1
	for (n = 1; n <= count; n++)
		make(n, dir "/" n ".conf", random(37), 1 + random(size + 1))
	exit
}

# Of duplicates, the second one is reported.
function make(n, file, kind, where,	i, of, fault) {
	do
		of = 1 + random(size)
	while (base[of] !~ /^(route|dev)/)
	copy = base[of]
	if (kind == 22)
		of = corp
	fault = (kind == 22 || kind == 36) && where <= of ? of + 1 : where
	for (i = 1; i <= size + 1; i++) {
		if (i == where)
			print wrong(kind) > file
		if (i <= size)
			print base[i] > file
	}
	close(file)
	print n, fault, kind > (dir "/lines")
}
