# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The packages that a program of selftests/ needs on its host. Sourced.

# What compiles the tool.
export BUILD_PACKAGES="make gcc libc6-dev pkg-config libmnl-dev libjansson-dev"

say() { printf '%s\n' "$*" >&2; }

die() {
	say "pptpgw: $*"
	exit 1
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

is_installed() {
	dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null |
		grep -qx installed
}

# update_lists: apt-get waits for another one to install, but not for one that updates, as
# Debian does by itself when it has booted.
update_lists() {
	local log end=$((SECONDS + 300))
	until log=$(as_root apt-get -qq update 2>&1); do
		if ! grep -q lists/lock <<<"$log" || [ "$SECONDS" -ge "$end" ]; then
			die "apt-get update failed: $log"
		fi
		sleep 2
	done
}

# need_packages PACKAGE...: install those of them that are missing.
need_packages() {
	local package missing=() log
	command -v apt-get >/dev/null ||
		die "this needs a Debian host (apt-get); see README.md"
	for package in "$@"; do
		is_installed "$package" || missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	say "installing ${missing[*]} ..."
	update_lists
	log=$(as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
		-o DPkg::Lock::Timeout=300 --no-install-recommends install "${missing[@]}" 2>&1) ||
		die "cannot install ${missing[*]}: $log"
}
