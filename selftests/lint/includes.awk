# SPDX-License-Identifier: GPL-2.0
#
# Includes among the module's files point one way. Arguments: the files, as
# module/PATH. A finding a line.

# A file may include what stands on an earlier line than its own, and
BEGIN {
	layers = "pptpgw compat place due/" \
		 "table/" \
		 "pernet paths/" \
		 "packet control call event trace/" \
		 "halfopen/" \
		 "iface sysfs peer proof classify/" \
		 "egress/" \
		 "steer explain violation guard follow/" \
		 "netdev hook netlink netlink_dev netlink_tunnel netlink_explain/" \
		 "main"
	# of its own line only these. No two headers may include each other.
	split("control.c:packet control.h:packet call.h:control iface.c:sysfs " \
	      "explain.h:steer guard.c:violation netlink.c:netlink_dev netlink_dev.c:netlink " \
	      "netlink.c:netlink_tunnel netlink_tunnel.c:netlink " \
	      "netlink.c:netlink_explain netlink_explain.c:netlink " \
	      "sysfs.c:iface peer.c:iface peer.h:iface", pairs, " ")

	n = split(layers, layer, "/")
	for (i = 1; i <= n; i++) {
		m = split(layer[i], names, " ")
		for (j = 1; j <= m; j++)
			rank[names[j]] = i
	}
	for (i in pairs)
		sibling[pairs[i]] = 1
	for (i = 1; i < ARGC; i++)
		own[ARGV[i]] = 1
}

function stem(path) {
	sub(/.*\//, "", path)
	sub(/\.[ch]$/, "", path)
	return path
}

function report(what) {
	print FILENAME ":" FNR ": " what
}

FNR == 1 {
	me = stem(FILENAME)
	file = FILENAME
	sub(/.*\//, "", file)
	pure = me == "packet" || me == "control" || me == "place" || me == "due"
	if (!(me in rank))
		report("has no layer; give it one in selftests/lint/includes.awk")
}

/^[ \t]*#[ \t]*include[ \t]*["<]/ {
	quoted = $0 ~ /"/
	header = $0
	sub(/^[^"<]*["<]/, "", header)
	sub(/[">].*/, "", header)
	mine = ("module/" header in own) || ("module/uapi/" header in own)
	you = stem(header)

	if (pure && header != "linux/types.h" && \
	    !(mine && (you == "packet" || you == "control")))
		report("a pure file includes " header)
	else if (quoted && !mine)
		report(header " is none of the module's headers")
	else if (mine && you != me && rank[you] >= rank[me] && \
		 !((file ":" you) in sibling))
		report("includes " header ", which is not below it")
}
