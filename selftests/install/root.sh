# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A root of a release of Debian in which the packages are built: $ROOT, of $SUITE. Source
# lib/ktap.sh first.

# shellcheck source=selftests/lib/packages.sh
. "$SELFTESTS/lib/packages.sh"

TOP=$SELFTESTS/..
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/pptpgw
# What builds packages, and a kernel's headers.
PACKAGES=git,build-essential,debhelper,dh-dkms,dkms,kmod,libjansson4,libmnl0,libjansson-dev,libmnl-dev,pkg-config,lintian,linux-headers-amd64,iproute2,systemd,udev

# The root of a release, made once. Set up for no network but apt's.
fill_cache() { # SUITE
	local archive=$CACHE/install-$1.tar
	[ ! -e "$archive" ] || return 0
	mkdir -p "$CACHE"
	say "making a root of $1, once: some minutes ..."
	mmdebstrap --quiet --format=tar --variant=apt --include="$PACKAGES" "$1" "$archive.part" &&
		mv "$archive.part" "$archive"
}

in_root() { chroot "$ROOT" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }

# The release, and the repository in it.
make_root() {
	mkdir "$ROOT"
	tar -xf "$CACHE/install-$SUITE.tar" -C "$ROOT" --exclude='./dev/*'
	mount --rbind /dev "$ROOT/dev"
	mount -t proc proc "$ROOT/proc"
	cp /etc/resolv.conf "$ROOT/etc"
	cp /etc/hosts "$ROOT/etc"
	printf '#!/bin/sh\nexit 101\n' >"$ROOT/usr/sbin/policy-rc.d"
	chmod 755 "$ROOT/usr/sbin/policy-rc.d"
	git clone -q "$TOP" "$ROOT/pptpgw"
	git -C "$ROOT/pptpgw" config user.email tests@localhost
	git -C "$ROOT/pptpgw" config user.name tests
}

unmount_root() {
	umount -lR "$ROOT/dev" "$ROOT/proc" 2>/dev/null
	rm -rf --one-file-system "$ROOT"
}

# What is committed, and built as it is there.
build() { in_root sh -c "cd /pptpgw && git config --global --add safe.directory '*' && $1"; }

build_newer() {
	build "sed -i '1s/)/+newer)/' debian/changelog && git commit -qam newer &&
		rm -rf build && debian/build"
}
