# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A User-Mode Linux, built once and kept in a cache, modules for it, and how it is
# started. Sourced by `time`, after lib.sh.

SOURCE=linux-source-6.1
ALTERNATIVE=arch/x86/include/asm/alternative.h
OFFSETS=arch/x86/um/user-offsets.c
# What is left of the source when it is built: all that modules need.
KEPT=(linux Makefile .config Module.symvers include scripts arch/um arch/x86)
export UML_PACKAGES="$SOURCE gcc make libc6-dev xz-utils flex bison bc kmod procps
	iproute2 nftables iptables"

# step WHAT COMMAND...: take a step of a build, and end if it fails.
step() {
	say "User-Mode Linux: $1 ..."
	"${@:2}" >"$DIR/log" 2>&1 || {
		tail -n 30 "$DIR/log" >&2
		die "User-Mode Linux: $1 failed"
	}
}

# replace FILE FROM TO: on one line at least.
replace() {
	sed -i "s/$2/$3/" "$1" && grep -qF "$3" "$1"
}

# A kernel for one processor has no locked instructions. Those of servers have them,
# and they take their time. And there are processors with larger registers (AMX) than this
# kernel knows of; the host takes all of them, or none. They are on its stacks, too (config).
unpack() { # TREE
	tar -xf "/usr/src/$SOURCE.tar.xz" -C "$1" --strip-components=1 &&
		replace "$1/$ALTERNATIVE" '^#define LOCK_PREFIX ""' '#define LOCK_PREFIX "lock; "' &&
		replace "$1/$OFFSETS" 'HOST_FP_SIZE, 2696' 'HOST_FP_SIZE, 11008'
}

# Nothing of the configuration may get lost.
configure_kernel() { # TREE
	make -s -C "$1" ARCH=um KCONFIG_ALLCONFIG="$BENCH/host/uml/config" allnoconfig &&
		! grep '^CONFIG_' "$BENCH/host/uml/config" | grep -vxFf "$1/.config"
}

compile_kernel() { # TREE
	make -s -C "$1" ARCH=um "-j$(nproc)" linux modules
}

keep() { # TREE DIRECTORY
	(cd "$1" && cp -a --parents -t "$2" "${KEPT[@]}") && rm -rf "$1"
}

build_kernel() { # DIRECTORY
	trap 'rm -rf "$DIR" "$UML.part"' EXIT
	mkdir -p "$1/tree"
	step "unpacking $SOURCE" unpack "$1/tree"
	step "configuring" configure_kernel "$1/tree"
	step "compiling, once; this takes some minutes" compile_kernel "$1/tree"
	step "keeping what modules need" keep "$1/tree" "$1"
}

# Set $UML, the directory of a kernel that was made of the same. One that was made of
# something else is of no use any more.
have_kernel() {
	local key lock
	key=$({
		cat "/usr/src/$SOURCE.tar.xz" "$BENCH/host/uml/config"
		declare -p KEPT
		declare -f replace unpack configure_kernel compile_kernel
		gcc --version
	} | sha256sum)
	UML=${XDG_CACHE_HOME:-$HOME/.cache}/pptpgw/uml-${key:0:12}
	mkdir -p "${UML%/*}"
	exec {lock}>"${UML%/*}/uml.lock"
	flock "$lock"
	if [ ! -d "$UML" ]; then
		rm -rf "${UML%/*}"/uml-*
		build_kernel "$UML.part"
		mv -T "$UML.part" "$UML"
	fi
	exec {lock}>&-
}

# Make $DIR/share, what a User-Mode Linux gets: the modules, and what to run.
build_modules() {
	local module
	mkdir -p "$DIR"/{build/pptpgw,build/pgwbench,share/bench/guest}
	(cd "$TOP" && tar -c --exclude='*.o' --exclude='.*.cmd' Kbuild VERSION module) |
		tar -x -C "$DIR/build/pptpgw"
	cp "$BENCH"/module/{Kbuild,*.[ch]} "$DIR/build/pgwbench"
	for module in pptpgw pgwbench; do
		step "building $module.ko" \
			make -s -C "$UML" ARCH=um M="$DIR/build/$module" modules
		cp "$DIR/build/$module/$module.ko" "$DIR/share"
	done
	cp "$BENCH"/guest/*.sh "$DIR/share/bench/guest"
}

# boot CONFIGURATION TUNNELS...: see guest/time.sh. The output ends with "done" if all went
# well. Its memory is a file, in huge pages, as a kernel
# maps its own.
boot() {
	mkdir -p "$DIR/memory"
	# shellcheck disable=SC2016
	timeout --foreground -k 5 120 unshare --map-root-user --mount sh -c '
		export TMPDIR="$1"
		shift
		mount -t tmpfs -o huge=always none "$TMPDIR" && exec "$@"' boot "$DIR/memory" \
		"$UML/linux" mem=512M root=/dev/root rootfstype=hostfs rootflags=/ ro \
		"init=$BENCH/host/uml/init" quiet con=null con0=null,fd:1 \
		dummy.numdummies=0 nf_conntrack.hashsize=65536 \
		"share=$DIR/share" "bench=$(IFS=,; echo "$*")" </dev/null 2>&1 | tr -d '\r'
}
