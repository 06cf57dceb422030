# SPDX-License-Identifier: GPL-2.0
#
# Includes point one way, and so do calls, as a header declares only what its own
# source defines. Arguments: a list of layers, then the sources, as TREE/PATH. A
# finding a line.
#
# A line of the list is a layer, the lowest first: names as PATH without its
# extension. A file may include headers of the layers below its own. "pure" before a
# name: it includes nothing else than <linux/types.h> and pure headers. "tree" names
# TREE and what stands before header names in it.

function stem(path) {
	sub(/\.[ch]$/, "", path)
	return path
}

function report(what) {
	print FILENAME ":" FNR ": " what
}

# Names that a header declares and another file must define: of functions and arrays
# or variables that are "extern".
function declares(line,    name) {
	if (line ~ /^(static|typedef|#|struct [a-z_0-9]+ \{|enum|union)/ || line !~ /^[a-z]/)
		return ""
	name = line
	if (line ~ /^extern/) {
		sub(/(\[.*)?( __[a-z_]+)*;.*/, "", name)
		sub(/.*[ *]/, "", name)
		return name
	}
	if (line !~ /^[a-z_0-9 ]*[ *]+\**[a-z_0-9]+\(/)
		return ""
	sub(/\(.*/, "", name)
	sub(/.*[ *]/, "", name)
	return name
}

FNR == 1 {
	nfile++
}

nfile == 1 && /^#/ || nfile == 1 && !NF {
	next
}

nfile == 1 && $1 == "tree" {
	tree = $2 "/"
	next
}

nfile == 1 {
	layer++
	for (i = 1; i <= NF; i++) {
		if ($i == "pure") {
			pure[$(i + 1)] = 1
			continue
		}
		rank[$i] = layer
	}
	next
}

FNR == 1 {
	me = substr(FILENAME, length(tree) + 1)
	header = me ~ /\.h$/
	me = stem(me)
	if (!(me in rank))
		report("has no layer: give it one in the list of " tree)
	files[FILENAME] = 1
	body = ""
}

{
	if (header && (name = declares($0)) != "")
		declared[me, name] = FILENAME ":" FNR
	if (!header && /^[a-zA-Z]/ && !/;[ \t]*$/) {
		line = $0
		while (match(line, /[a-zA-Z_0-9]+/)) {
			defined[me, substr(line, RSTART, RLENGTH)] = 1
			line = substr(line, RSTART + RLENGTH)
		}
	}
	if (!header && /^[a-zA-Z].*(=|;)/ && !/\(.*;[ \t]*$/ && !/^(extern|return)/) {
		line = $0
		sub(/=.*/, "", line)
		while (match(line, /[a-zA-Z_0-9]+/)) {
			defined[me, substr(line, RSTART, RLENGTH)] = 1
			line = substr(line, RSTART + RLENGTH)
		}
	}
	if (header)
		headers[me] = 1
	else
		sources[me] = 1
}

/^[ \t]*#[ \t]*include[ \t]*["<]/ {
	quoted = $0 ~ /"/
	you = $0
	sub(/^[^"<]*["<]/, "", you)
	sub(/[">].*/, "", you)
	named = you
	you = stem(you)
	if (me in pure && named != "linux/types.h" && !(quoted && you in pure))
		report("a pure file includes " named)
	else if (quoted && !(you in rank))
		report(named " has no layer")
	else if (quoted && you != me && rank[you] >= rank[me])
		report("includes " named ", which is not below it")
	else if (quoted && you == me && header)
		report("includes itself")
}

END {
	for (key in declared) {
		split(key, part, SUBSEP)
		if (!((part[1], part[2]) in defined))
			print declared[key] ": " part[2] "() is not defined in " tree part[1] ".c"
	}
	for (name in rank)
		if (!(name in headers) && !(name in sources))
			print tree name ": in the list of layers, but there is no such file"
}
