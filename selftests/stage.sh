# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What `check` and `demo` need before they start: packages, the module built
# for the VM's kernel, and a directory for the VM with all of it. Sourced.

SELFTESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=$(dirname "$SELFTESTS")

# What it takes to build the module and to run it in a VM.
export RUN_PACKAGES="gcc make libc6-dev xz-utils zstd lz4 cpio kmod procps
	util-linux uidmap qemu-system-x86 mmdebstrap squashfs-tools
	pkg-config libmnl-dev libjansson-dev"

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
	as_root apt-get -qq update || die "apt-get update failed"
	log=$(as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
		--no-install-recommends install "${missing[@]}" 2>&1) ||
		die "cannot install ${missing[*]}: $log"
}

# The kernel of the VM: KVER, or what Debian installs by default.
vm_kernel() {
	apt-cache depends linux-image-amd64 2>/dev/null |
		sed -n 's/.*Depends: linux-image-//p' | head -n 1
}

# choose_kernel: set and export KVER and KDIR, with headers installed.
choose_kernel() {
	if [ -z "${KVER:-}" ]; then
		KVER=$(vm_kernel)
		[ -n "$KVER" ] || { as_root apt-get -qq update; KVER=$(vm_kernel); }
		[ -n "$KVER" ] || die "apt knows no linux-image-amd64: give KVER="
	fi
	KDIR=${KDIR:-/usr/src/linux-headers-$KVER}
	[ -d "$KDIR" ] || need_packages "linux-headers-$KVER"
	export KVER KDIR
}

# build_module DIR: build pptpgw.ko for KVER from a copy of the sources in DIR.
build_module() {
	mkdir -p "$1"
	(cd "$TOP" && tar -c --exclude='*.o' --exclude='.*.cmd' Makefile Kbuild \
		VERSION ./*.md Documentation module userspace) |
		tar -x -C "$1"
	say "building pptpgw.ko for Linux $KVER ..."
	make -s -C "$KDIR" M="$1" modules >"$1/build.log" 2>&1 || {
		cat "$1/build.log" >&2
		die "pptpgw.ko does not build"
	}
}

# build_tool DIR: build the tool there. The VM has its libraries from nftables.
build_tool() {
	make -s -C "$1/userspace" clean
	make -s -C "$1/userspace" pptpgw >&2 ||
		die "userspace/pptpgw does not build"
}

# install_all DIR INTO: what `make install` installs, under a directory.
install_all() {
	make -s -C "$1" install KDIR="$KDIR" DESTDIR="$2" >"$1/install.log" 2>&1 || {
		cat "$1/install.log" >&2
		die "make install fails"
	}
}

# make_stage: make the directory $STAGE that a VM gets as /pptpgw.
make_stage() {
	STAGE=$(mktemp -d)
	build_module "$STAGE/build"
	build_tool "$STAGE/build"
	make -s -C "$SELFTESTS/tools" >&2 || die "the tests' tools do not build"
	install_all "$STAGE/build" "$STAGE/share/install"
	mv "$STAGE/build/pptpgw.ko" "$STAGE/build/userspace/pptpgw" "$STAGE/share"
	cp "$TOP/VERSION" "$STAGE/share"
	cp "$TOP/userspace/completion/pptpgw" "$STAGE/share/pptpgw.bash"
	cp -r "$TOP/Documentation/examples" "$STAGE/share"
	(cd "$SELFTESTS" && tar -c lib/*.sh gateway/*.sh deploy/*.sh doctor/*.sh bench/guest/*.sh \
		settings tools/build) |
		tar -x -C "$STAGE/share"
}

# build_bench STAGE: add the measuring module to a stage.
build_bench() {
	mkdir -p "$1/bench"
	cp "$SELFTESTS"/bench/module/{Kbuild,*.[ch]} "$1/bench"
	make -s -C "$KDIR" M="$1/bench" modules >"$1/bench.log" 2>&1 || {
		cat "$1/bench.log" >&2
		die "pgwbench.ko does not build"
	}
	mv "$1/bench/pgwbench.ko" "$1/share"
}

# in_vm [OPTION...] -- COMMAND...: see vm/run. Slab caches are not merged, so
# that the tests can count what is in them. $VM_KERNEL is for a kernel that is no
# package.
in_vm() {
	"$SELFTESTS/vm/run" --kernel "${VM_KERNEL:-$KVER}" --mem 1536 --append slab_nomerge \
		--share "$STAGE/share" "$@"
}

# script_in_vm SCRIPT [TEST...]: run a test script there, or these tests of it, with what
# its line "# vm: OPTION..." has for vm/run. The results appear under its name as they
# come, and stay in $RESULTS; the status is the script's.
script_in_vm() {
	local name=${1%.sh} timeout options
	# shellcheck disable=SC2153
	mkdir -p "$RESULTS/$(dirname "$name")"
	timeout=$(sed -n 's/^timeout=//p' "$SELFTESTS/settings")
	read -ra options < <(sed -n 's/^# vm: //p' "$SELFTESTS/$1")
	in_vm --timeout "$timeout" "${options[@]}" --console "$RESULTS/$name.console" -- \
		env PPTPGW_VM=1 "./$1" "${@:2}" 2>&1 | tee "$RESULTS/$name.ktap" |
		grep --line-buffered -vE '^(KTAP|1\.\.)' |
		sed -u "s|^|$name: |"
	return "${PIPESTATUS[0]}"
}
