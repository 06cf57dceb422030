# SPDX-License-Identifier: GPL-2.0
#
# The functions of C files in kernel style, a line each: lines from { to }, both
# counted, then file:line and the last line of the head. One without an end is
# 99999 lines long.

function flush_open() {
	if (start)
		print 99999, place, head
	start = 0
}

FNR == 1 {
	flush_open()
}

/^\{[ \t]*$/ {
	flush_open()
	start = FNR
	place = FILENAME ":" FNR
	head = last
}

/^}[ \t]*$/ && start {
	print FNR - start + 1, place, head
	start = 0
}

/^[^ \t#\/*{}]/ {
	last = $0
}

END {
	flush_open()
}
