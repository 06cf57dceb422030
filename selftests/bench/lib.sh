# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What `quick` and `all` share: a stage with the measuring module, a VM for each
# configuration, and what was measured. Sourced.

# shellcheck source=../stage.sh
. "$(dirname "${BASH_SOURCE[0]}")/../stage.sh"

export BENCH=$SELFTESTS/bench

# Have $STAGE, with the measuring module, and $DIR; `check` has a stage already.
prepare() { # PACKAGE...
	DIR=$(mktemp -d)
	trap 'rm -rf "$DIR"' EXIT
	if [ -z "${STAGE:-}" ]; then
		# shellcheck disable=SC2086
		need_packages $RUN_PACKAGES "$@"
		choose_kernel
		make_stage
		trap 'rm -rf "$DIR" "$STAGE"' EXIT
		"$SELFTESTS/vm/prepare" "$KVER" || die "the VM cannot be made"
	fi
	build_bench "$STAGE"
}

# Measure one configuration, in a VM of its own; see steer.sh.
measure() { # CONFIGURATION TUNNELS...
	say "measuring: $* ..."
	in_vm --icount --timeout 900 -- ./bench/steer.sh "$@" >"$DIR/$1" ||
		die "$1 cannot be measured: $(tail -n 1 "$DIR/$1")"
}

# What the numbers depend on: the kernel package, the compiler, the emulator.
versions() {
	echo "$(awk '$1 == "kernel" { print $2 }' "$DIR/none")" \
		"gcc-$(gcc -dumpfullversion)" \
		"qemu-$(qemu-system-x86_64 --version | grep -oPm 1 'version \K[0-9.]+')"
}

# cost CONFIGURATION NAME TUNNELS: what was measured, in whole instructions.
cost() {
	awk -v name="$2" -v tunnels="$3" '
		$1 == name && $2 == tunnels { printf "%.0f\n", $3 }' "$DIR/$1"
}

# added CONFIGURATION NAME TUNNELS: what it adds; for a peer, creating it. Nothing
# if that was not measured.
added() {
	local cost base
	cost=$(cost "$1" "$2" "$3")
	[ -n "$cost" ] || return 0
	if [ "$2" = create ]; then
		base=$(cost "$1" embryo "$3")
	else
		base=$(cost none "$2" 1)
	fi
	echo $((cost - base))
}
