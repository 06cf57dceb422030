# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# How programs write tables into the documentation, the benchmarks into performance.rst.
# Sourced, after stage.sh.

export LC_ALL=C

PAGE=$TOP/Documentation/performance.rst

# A table of reStructuredText, from lines with "|" between the cells; the first is
# its head.
table() {
	awk -F'|' '
	function rule(	c, i, text) {
		for (c = 1; c <= columns; c++) {
			for (i = 0; i < width[c]; i++)
				text = text "="
			if (c < columns)
				text = text "  "
		}
		return text
	}
	{
		columns = NF > columns ? NF : columns
		for (c = 1; c <= NF; c++) {
			cell[NR, c] = $c
			if (length($c) > width[c])
				width[c] = length($c)
		}
	}
	END {
		print rule()
		for (r = 1; r <= NR; r++) {
			text = ""
			for (c = 1; c <= columns; c++)
				text = text sprintf("%-" width[c] "s  ", cell[r, c])
			sub(/ +$/, "", text)
			print text
			if (r == 1 || r == NR)
				print rule()
		}
	}'
}

# over VALUE LIMIT: the value, marked if it is over the limit.
over() {
	awk -v value="$1" -v limit="$2" 'BEGIN {
		print value (value + 0 > limit + 0 ? " over" : "") }'
}

# publish PART REPORT: what the function REPORT prints goes to the terminal, and between
# the marks of that part of the page. A report that complains is none.
publish() {
	local part=$1 text
	text=$(mktemp -d)
	{ echo; "$2"; echo; } >"$text/text" 2>"$text/errors"
	awk -v part="$part" -v text="$text/text" '
		$0 == ".. " part ": end" { inside = 0; ends = 1 }
		!inside { print }
		$0 == ".. " part ": begin" {
			while ((getline line <text) > 0)
				print line
			inside = 1
		}
		END { exit inside || !ends }' "$PAGE" >"$text/page" ||
		echo "$PAGE has no marks of $part" >>"$text/errors"
	cat "$text/text"
	if [ -s "$text/errors" ]; then
		cat "$text/errors" >&2
		rm -r "$text"
		die "$part is not published"
	fi
	cat "$text/page" >"$PAGE"
	rm -r "$text"
}
