# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What `check` and `demo` need before they start: packages, and a directory for the VM
# with the module and the tool, built for its kernel and in its release. Sourced.

SELFTESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=$(dirname "$SELFTESTS")

# shellcheck source=selftests/lib/packages.sh
. "$SELFTESTS/lib/packages.sh"

# What it takes to make a VM, and what is compiled for it, and to run it.
export RUN_PACKAGES="make xz-utils zstd lz4 cpio kmod procps
	util-linux uidmap qemu-system-x86 mmdebstrap squashfs-tools"

# choose_kernel [FLAVOUR]: set and export SUITE and KVER, the release and the kernel of
# the VM: the same on all hosts, unless these are given.
choose_kernel() {
	export SUITE=${SUITE:-bookworm}
	KVER=$("$SELFTESTS/vm/prepare" "$@") || die "the VM cannot be made"
	export KVER
}

# What it is compiled for, in the root where that is done.
headers() { echo "/usr/src/linux-headers-$KVER"; }

# build STEP COMMAND...: compile in $STAGE as the VM's release does; see vm/build.
build() {
	local step=$1
	shift
	say "building for Linux $KVER of Debian ${SUITE%-backports}: $step ..."
	"$SELFTESTS/vm/build" "$STAGE" "$@" >"$STAGE/$step.log" 2>&1 || {
		cat "$STAGE/$step.log" >&2
		die "$step: this fails for Linux $KVER: $*"
	}
}

# copy_sources DIR: what is built from.
copy_sources() {
	mkdir -p "$1" "$STAGE/share"
	(cd "$TOP" && tar -c --exclude='*.o' --exclude='.*.cmd' --exclude=selftests/tools/build \
		Makefile Kbuild VERSION ./*.md Documentation module \
		userspace selftests/tools) |
		tar -x -C "$1"
	make -s -C "$1/userspace" clean
}

# make_stage: make the directory $STAGE, whose share/ a VM gets as /pptpgw. The VM has
# the tool's libraries from nftables.
make_stage() {
	STAGE=$(mktemp -d)
	copy_sources "$STAGE/build"
	build pptpgw make -s -C build install KDIR="$(headers)" DESTDIR=/mnt/share/install
	build tools make -s -C build/selftests/tools
	mv "$STAGE/build/pptpgw.ko" "$STAGE/build/userspace/pptpgw" "$STAGE/share"
	cp "$TOP/VERSION" "$STAGE/share"
	cp "$TOP/userspace/completion/pptpgw" "$STAGE/share/pptpgw.bash"
	cp -r "$TOP/Documentation/examples" "$STAGE/share"
	(cd "$SELFTESTS" && tar -c lib/*.sh gateway/*.sh deploy/*.sh doctor/*.sh bench/guest/*.sh \
		settings run_tests) | tar -x -C "$STAGE/share"
	mkdir "$STAGE/share/tools"
	mv "$STAGE/build/selftests/tools/build" "$STAGE/share/tools"
}

# build_bench: add the measuring module to the stage.
build_bench() {
	mkdir -p "$STAGE/bench"
	cp "$SELFTESTS"/bench/module/{Kbuild,*.[ch]} "$STAGE/bench"
	build bench make -s -C "$(headers)" M=/mnt/bench modules
	mv "$STAGE/bench/pgwbench.ko" "$STAGE/share"
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
