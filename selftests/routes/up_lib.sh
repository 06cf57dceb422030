# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For tests of "up": the tool whose roles are files, see roles.c. Sourced after lib.sh.

PPTPGW=${PPTPGW_ROLES:-}

# Another tool and another /run and /sys/module for each test.
setup_roles() {
	rm -rf /run/roles /run/pptpgw
	mountpoint -q /sys/module || mount -t tmpfs none /sys/module
	mkdir -p /sys/module/pptpgw
}

eval "routes_$(declare -f setup)"
setup() {
	routes_setup
	setup_roles
}

# The role of each interface: "IF ROLE;IF ROLE".
roles() {
	local dev role words=(none internet corporate)
	for dev in corp0 wan0; do
		role=0
		[ ! -e "/run/roles/$dev" ] || read -r role _ <"/run/roles/$dev"
		echo "$dev ${words[role]}"
	done | paste -sd';'
}

roles_are_set_now() { [ "$(roles)" = "corp0 corporate;wan0 internet" ]; }

roles_are_set() { is "roles" "$(roles)" "corp0 corporate;wan0 internet"; }

# gateway_conf LINE...: two interfaces, two routes, and these lines from the sixth on.
gateway_conf() {
	{
		printf '%s\n' "dev wan0 role internet" "dev corp0 role corporate" \
			"route 10.20.0.0/16 via 10.1.0.1 dev corp0" \
			"route 10.21.0.0/16 via 10.1.0.1 dev corp0" ""
		[ $# = 0 ] || printf '%s\n' "$@"
	} | conf
}

# must_be_applied_but PREFIX: all routes of the configuration but one; "" is none.
must_be_applied_but() {
	diff <(wanted | grep -v "^${1:-none} ") <(ours) >"$WORK/err" ||
		fail "the kernel has not what is configured"
}

# has_route PREFIX: it is there, and ours.
has_route() { ours | grep -q "^$1 "; }
