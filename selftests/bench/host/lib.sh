# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the benchmarks of packets share: a stage with the measuring module, a VM for
# each configuration, and what was measured. Sourced.

# shellcheck source=../../stage.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../stage.sh"
# shellcheck source=page.sh
. "$(dirname "${BASH_SOURCE[0]}")/page.sh"

export BENCH=$SELFTESTS/bench

# Have $STAGE, with the measuring module, and $DIR; `check` and `all` have a stage
# already.
prepare() { # PACKAGE...
	DIR=$(mktemp -d)
	trap 'rm -rf "$DIR"' EXIT
	# shellcheck disable=SC2086
	need_packages $RUN_PACKAGES "$@"
	if [ -z "${STAGE:-}" ]; then
		choose_kernel
		make_stage
		trap 'rm -rf "$DIR" "$STAGE"' EXIT
	fi
	[ -e "$STAGE/share/pgwbench.ko" ] || build_bench
}

# title CONFIGURATION: what a table calls it; see guest/gateway.sh.
title() {
	case $1 in
	none) echo "none of this" ;;
	empty) echo "a hook that does nothing" ;;
	pptpgw) echo "pptpgw" ;;
	pptpgw_forward) echo "pptpgw, where there is NAT" ;;
	rule) echo "ip rule from the address" ;;
	tc_bpf) echo "tc-bpf, redirect, stateless" ;;
	nft_stateless) echo "nft, fwmark and rule, stateless" ;;
	nft_ct_mark) echo "nft, ct mark, pptp helper, rule" ;;
	iptables_connmark) echo "iptables CONNMARK, helper, rule" ;;
	esac
}

# in_vm_to FILE OPTION... -- COMMAND...: what a guest prints goes to $DIR/FILE; if it
# fails, its last line tells why.
in_vm_to() {
	local file=$1
	shift
	in_vm --timeout 900 "$@" >"$DIR/$file" ||
		die "$file cannot be measured: $(tail -n 1 "$DIR/$file")"
}

# Measure one configuration, in a VM of its own; see guest/packets.sh.
measure() { # CONFIGURATION TUNNELS...
	say "measuring: $(title "$1"), by tunnels: ${*:2} ..."
	in_vm_to "$1" --icount -- ./bench/guest/packets.sh "$@"
}

# at_once COMMAND: run it with the words of each line that comes in, as many at a
# time as there are processors: what counts instructions is not disturbed.
at_once() {
	export DIR STAGE SELFTESTS
	export -f "${1?}" in_vm_to in_vm title say die
	xargs -P "$(nproc)" -L 1 bash -c "$1 \"\$@\"" "$1"
}

# What the numbers depend on: the kernel package, the compiler, the emulator.
versions() {
	echo "$(awk '$1 == "kernel" { print $2 }' "$DIR/none")" \
		"gcc-$("$SELFTESTS/vm/build" "$STAGE" gcc -dumpfullversion)" \
		"qemu-$(qemu-system-x86_64 --version | grep -oPm 1 'version \K[0-9.]+')"
}

# The first line of what a part publishes.
about() {
	echo "Linux $(versions | sed 's/ gcc-/, gcc /; s/ qemu-/, QEMU /')," \
		"$(date -u '+%-d %B %Y')."
}

# value CONFIGURATION NAME NUMBER [COLUMN]: what was measured, as it is; or nothing.
value() {
	awk -v name="$2" -v number="$3" -v column="${4:-3}" '
		$1 == name && $2 == number { print $column }' "$DIR/$1"
}

# cost CONFIGURATION NAME TUNNELS: the same in whole instructions.
cost() { value "$@" | awk '{ printf "%.0f\n", $1 }'; }

# added CONFIGURATION NAME TUNNELS: what it adds; for a peer, creating it. Nothing
# if that was not measured.
added() {
	local cost base
	cost=$(cost "$1" "$2" "$3")
	[ -n "$cost" ] || return 0
	if [ "$2" = create ]; then
		base=$(cost "$1" half_open "$3")
	else
		base=$(cost none "$2" 1)
	fi
	echo $((cost - base))
}

# added_row CONFIGURATION NAME TUNNELS...: cells of what was added, or -.
added_row() {
	local configuration=$1 name=$2 tunnels value
	shift 2
	for tunnels; do
		value=$(added "$configuration" "$name" "$tunnels")
		printf '|%s' "${value:--}"
	done
}

# Remedies beside pptpgw, and how many tunnels they and pptpgw are measured with.
export OTHERS="rule tc_bpf nft_stateless nft_ct_mark iptables_connmark"
export FEW="1 1000 10000"
export MANY="1 1000 10000 100000 1000000"

# tunnels_table HEAD CONFIGURATION...
tunnels_table() {
	local configuration
	echo "$1|1|1,000|10,000|100,000|1,000,000"
	shift
	for configuration; do
		# shellcheck disable=SC2086
		echo "$(title "$configuration")$(added_row "$configuration" gre_reply $MANY)"
	done
}
