# SPDX-License-Identifier: GPL-2.0
#
# Print the lines with a word of the list. Names in code are free: of files that are no
# documents, only lines with a comment or a string count, and "@member" and "$variable"
# nowhere.
#
# -v words=REGEX	the words, an alternative each
# -v docs=REGEX		names of documents

FILENAME !~ docs && !/^[ \t]*(\/?\*|#)|[ \t]#|\/\*|["']/ { next }

{
	line = tolower($0)
	gsub(/[@$][a-z0-9_]*/, "", line)
}

line ~ ("(^|[^a-z0-9_])(" words ")([^a-z0-9_]|$)") {
	print FILENAME ":" FNR ": " $0
}
