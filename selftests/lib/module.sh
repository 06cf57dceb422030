# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The kernel module and, on the gateway, its settings and counters. Source ktap.sh and
# netns.sh first.

MODULE=${MODULE:-$(find "$SELFTESTS" "$SELFTESTS/.." -maxdepth 1 -name pptpgw.ko -print -quit)}

kernel_since() { [ "$(printf '%s\n' "$1" "$(uname -r)" | sort -V | head -n 1)" = "$1" ]; }

module_loaded() { [ -d /sys/module/pptpgw ]; }

load() { insmod "$MODULE" "$@"; }

unload() { ! module_loaded || rmmod pptpgw; }

# set IF FILE VALUE: write a setting of one of the gateway's interfaces.
setting() {
	in_ns gw bash -c "echo $3 >/sys/class/net/$1/pptpgw/$2"
}

# value IF FILE: read a setting or counter of the gateway.
value() { in_ns gw cat "/sys/class/net/$1/pptpgw/$2"; }

# counts IF FILE WANT
counts() { [ "$(value "$1" "$2")" -ge "$3" ]; }

# The gateway as its operator sets it up.
load_with_roles() {
	load "$@" || fail "insmod failed"
	load_roles
}

load_roles() {
	setting wan0 role internet
	setting wan1 role internet
	setting corp0 role corporate
}
