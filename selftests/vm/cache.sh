# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2034
#
# What a VM boots from, made once and kept in a cache, and how QEMU is started.
# Sourced by `run` and `prepare`, which call on_exit first, then fill_cache.
#
#   apt-SUITE/           what apt knows of that release; see debian.sh
#   root-KEY/            root.sqfs, and busybox out of it
#   builder-VERSION-KEY/ a root to compile in for that kernel
#   kernel-VERSION-KEY/  vmlinux, modules.sqfs, boot.cpio (an initramfs that
#                        lacks only /init)
#   accel-KEY/           verdict: whether KVM boots that kernel on this host
#
# KEY is a digest of the recipe. What no run has used for a week is removed.

here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source=selftests/vm/debian.sh
. "$here/debian.sh"
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/pptpgw/vm
PACKAGES=(iproute2 iputils-ping ppp pptpd pptp-linux iptables nftables tcpdump
	conntrack jq python3-yaml procps kmod ethtool python3-minimal socat psmisc
	busybox-static linux-perf)
# What scripts need that run on the kernels of this release alone.
[ "$RELEASE" != bookworm ] || PACKAGES+=(dnsmasq-base isc-dhcp-client bird2 frr systemd
	udev sysvinit-core ifupdown netcat-openbsd iperf3 ebtables
	wireguard-tools)
# What the root has besides for the recipes of Documentation/deploying.rst: run --daemons.
DAEMONS=(keepalived pppoe prometheus prometheus-node-exporter docker.io)
BUILDER_PACKAGES=(gcc make libc6-dev libmnl-dev libjansson-dev pkg-config)
# The modules to have, by their path in /lib/modules/VERSION; what else they
# depend on comes with them.
MODULES='^kernel/(net|crypto|lib|arch/x86/crypto|drivers/net|drivers/virtio|fs/(overlayfs|squashfs|9p))/|^kernel/drivers/(block/virtio_blk|char/virtio_console)[.]'
NOT_MODULES='^kernel/drivers/net/(ethernet|wireless)/'
# Those that lead to the root file system.
EARLY=(virtio_pci virtio_blk virtio_console squashfs overlay)
KARGS='console=ttyS0 loglevel=5 panic=-1 oops=panic panic_on_warn=1 mitigations=off reboot=t'

PATH=$PATH:/usr/sbin:/sbin
partial=

say() { echo "vm: $*" >&2; }

# 125: the VM failed, as opposed to the command in it.
die() { say "$@"; exit 125; }

on_exit() { # FUNCTION
	# shellcheck disable=SC2064
	trap "$1" EXIT
	trap 'exit 125' ERR
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# Run a long command so that a signal to this shell acts at once, and so that
# the command doesn't outlive this shell.
attend() { setpriv --pdeathsig TERM "$@" & wait $!; }

end_jobs() { # SIGNAL
	local pids
	mapfile -t pids <<<"$(jobs -p)"
	[ -n "${pids[0]}" ] || return 0
	kill "-$1" "${pids[@]}" || true
	wait "${pids[@]}" || true
} 2>/dev/null

# Leave no half-made part of the cache. SIGTERM, as mmdebstrap has to clean up.
stop_filling() {
	[ -n "$partial" ] || return 0
	end_jobs TERM
	rm -rf "$partial"
}

need_tools() {
	local tool package missing=()
	while read -r tool package; do
		[ -z "$tool" ] || command -v "$tool" >/dev/null || missing+=("$package")
	done <<-END
		qemu-system-x86_64 qemu-system-x86
		mmdebstrap mmdebstrap
		$([ "$EUID" = 0 ] || echo newuidmap uidmap)
		sqfstar squashfs-tools
		cpio cpio
		depmod kmod
		lz4 lz4
		xz xz-utils
		zstd zstd
	END
	[ ${#missing[@]} = 0 ] || die "install these Debian packages: ${missing[*]}"
}

digest() { printf '%s\n' "$@" | sha256sum | cut -c1-12; }

# fill NAME COMMAND...: have COMMAND make the directory NAME in the cache,
# unless it's there. COMMAND gets the directory to fill as one more argument.
# Of several runs at a time, one fills.
fill() {
	local target=$CACHE/$1 outer=$partial lock
	mkdir -p "$CACHE"
	shift
	if [ ! -e "$target" ]; then
		exec {lock}>"$target.lock"
		if ! flock -n "$lock"; then
			say "waiting for another run to fill the cache ..."
			attend flock "$lock"
		fi
		if [ ! -e "$target" ]; then
			partial=$target.new
			rm -rf "$partial"
			mkdir "$partial"
			"$@" "$partial"
			mv -T "$partial" "$target"
			partial=$outer
		fi
		exec {lock}>&-
	fi
	touch "$target"
}

bootstrap() { # VARIANT ARCHIVE PACKAGE...
	local sources include
	mapfile -t sources <<<"$(sources)"
	include=$(IFS=,; echo "${*:3}")
	attend mmdebstrap --quiet --variant="$1" --include="$include" \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		"$RELEASE" "$2" "${sources[@]}"
}

make_root() { # DIR
	say "building the root of Debian $RELEASE (once, about a minute) ..."
	bootstrap minbase "$1/root.tar" "${PACKAGES[@]}" || die "cannot build the Debian root"
	sqfstar -quiet -no-progress -comp lz4 "$1/root.sqfs" <"$1/root.tar" 2>/dev/null
	tar -xOf "$1/root.tar" --wildcards '*/bin/busybox' >"$1/busybox"
	chmod +x "$1/busybox"
	rm "$1/root.tar"
}

# What builds the module for that kernel and what runs in the VM, on any host: the
# compiler and the libraries of the VM's own release.
make_builder() { # VERSION DIR
	say "building a root to compile for Linux $1 in (once, about a minute) ..."
	bootstrap essential "$2/root.tar" "${BUILDER_PACKAGES[@]}" "linux-headers-$1" ||
		die "cannot build a root to compile for Linux $1 in"
	tar -xf "$2/root.tar" -C "$2" --exclude='./dev/*'
	rm "$2/root.tar"
}

# enter_builder DIR COMMAND...: run it in the root $builder; DIR is /mnt there.
enter_builder() {
	local user=() enter
	enter='cd "$root" && mount --bind "$dir" mnt && mount --rbind /dev dev &&
		mount --rbind /proc proc && mount -t tmpfs tmpfs tmp &&
		exec chroot . /usr/bin/env -i -C /mnt HOME=/ LANG=C.UTF-8 \
			PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"'
	[ "$EUID" = 0 ] || user=(--map-root-user)
	root=$CACHE/$builder dir=$1 attend unshare "${user[@]}" --mount sh -c "$enter" sh \
		"${@:2}"
}

unpack() { # PACKAGE DIR
	download "$1" "$2"
	dpkg-deb -x "$2/$1"_*.deb "$2"
}

# Debian's newer kernels are split: the image package depends on those that hold
# the kernel and its modules.
unpack_kernel() { # VERSION DIR
	local image=linux-image-$1 dir=$2/lib/modules/$1 part
	unpack "$image" "$2"
	for part in $(dpkg-deb -f "$2/$image"_*.deb Depends |
		grep -oE '\blinux-(base|binary|modules)-[^ ,]+'); do
		unpack "$part" "$2"
	done
	[ -d "$dir" ] || mv -T "$2/usr/lib" "$2/lib"
	[ -e "$dir/vmlinuz" ] || mv "$2/boot/vmlinuz-$1" "$dir/vmlinuz"
}

# The ELF kernel in a bzImage: booted directly, it spares the VM the slow
# decompression. Its place is in the header (Documentation/arch/x86/boot.rst);
# its last 4 bytes are the size, not part of the stream.
extract_vmlinux() { # BZIMAGE
	local setup offset length
	setup=$(od -An -tu1 -j $((0x1f1)) -N 1 "$1")
	read -r offset length <<<"$(od -An -tu4 -j $((0x248)) -N 8 "$1")"
	payload() {
		dd if="$1" status=none bs=1M iflag=skip_bytes,count_bytes \
			skip=$(((setup + 1) * 512 + offset)) count=$((length - 4))
	}
	case $(payload "$1" | od -An -tx1 -N 4 | tr -d ' ') in
	fd377a58) payload "$1" | xz -dc ;;
	28b52ffd) payload "$1" | zstd -dcq ;;
	02214c18) payload "$1" | lz4 -dcq ;;
	*) die "$1 is compressed in an unknown way" ;;
	esac
}

# A kernel is named by its version, which is a Debian package, or by its build
# directory: then it has all built in that a VM needs.
release_of() { # KERNEL
	case $1 in
	*/*) cat "$1/include/config/kernel.release" ;;
	*) echo "$1" ;;
	esac
}

unpack_build() { # DIRECTORY DIR
	local to
	to=$2/lib/modules/$(release_of "$1")
	mkdir -p "$to"
	cp "$1/modules.builtin" "$1/modules.builtin.modinfo" "$to"
	touch "$to/modules.order"
}

# Copy the chosen modules, decompressed, from one root to another.
copy_modules() { # VERSION FROM TO
	local from=$2/lib/modules/$1 to=$3/lib/modules/$1
	depmod -b "$2" "$1"
	mkdir -p "$to"
	awk -F: -v want="$MODULES" -v unwanted="$NOT_MODULES" \
		'$1 ~ want && $1 !~ unwanted { print $1 $2 }' "$from/modules.dep" |
		tr ' ' '\n' | sort -u |
		(cd "$from" && cpio --quiet -pdm "$to")
	cp "$from"/modules.{order,builtin*} "$to"
	find "$to" -name '*.xz' -exec xz -d {} +
	find "$to" -name '*.zst' -exec zstd -dq --rm {} +
	depmod -b "$3" "$1"
}

make_boot() { # VERSION MODULES-ROOT DIR
	local module
	mkdir -p "$3"/{bin,modules,proc,sys,dev,ro,rw,root}
	cp "$CACHE/$root/busybox" "$3/bin"
	modprobe -C /dev/null -d "$2" -S "$1" -a --show-depends "${EARLY[@]}" |
		awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
		while read -r module; do
			cp "$module" "$3/modules"
			echo "/modules/${module##*/}"
		done >"$3/early"
	(cd "$3" && find . | cpio --quiet -o -H newc -R 0:0)
}

make_kernel() { # KERNEL DIR
	local tmp=$2/tmp release
	release=$(release_of "$1")
	mkdir -p "$tmp"/{deb,modules,boot}
	case $1 in
	*/*)
		unpack_build "$1" "$tmp/deb"
		cp "$1/vmlinux" "$2/vmlinux"
		;;
	*)
		say "fetching and unpacking Linux $1 (once, about a minute) ..."
		unpack_kernel "$1" "$tmp/deb"
		extract_vmlinux "$tmp/deb/lib/modules/$1/vmlinuz" >"$2/vmlinux"
		;;
	esac
	copy_modules "$release" "$tmp/deb" "$tmp/modules"
	mksquashfs "$tmp/modules/lib/modules/$release" "$2/modules.sqfs" -quiet \
		-no-progress -all-root -comp lz4
	make_boot "$release" "$tmp/modules" "$tmp/boot" >"$2/boot.cpio"
	rm -r "$tmp"
}

# Replaces this shell, and dies with the one that started it.
qemu() { # ACCEL INITRD CONSOLE KARGS ARG...
	exec setpriv --pdeathsig KILL qemu-system-x86_64 -nodefaults \
		-no-user-config -display none -no-reboot -machine q35 \
		-accel "$1" -cpu max -kernel "$CACHE/$kernel/vmlinux" \
		-initrd "$2" -serial "file:$3" -append "$KARGS $4" "${@:5}"
}

# Print the initramfs, with the files in DIR.
initramfs() { # DIR
	cat "$CACHE/$kernel/boot.cpio"
	(cd "$1" && find . -type f | cpio --quiet -o -H newc -R 0:0)
}

# A KVM that is there may still fail to boot a stock kernel (some nested ones
# hang), so try.
probe_kvm() { # DIR
	say "trying KVM (once, at most 5 seconds) ..."
	mkdir "$1/boot"
	cp "$here/early-init" "$1/boot/init"
	initramfs "$1/boot" >"$1/initrd"
	qemu kvm "$1/initrd" "$1/console" vm_probe=1 -m 256 2>"$1/errors" &
	setpriv --pdeathsig KILL sleep 5 &
	wait -n 2>/dev/null || true
	end_jobs KILL
	echo tcg >"$1/verdict"
	! grep -qs 'vm: alive' "$1/console" || echo kvm >"$1/verdict"
}

# Have what compiles for VERSION; sets builder.
fill_builder() { # VERSION
	need_tools
	builder=builder-$1-$(digest "$SUITE" "${BUILDER_PACKAGES[@]}")
	fill "$builder" make_builder "$1"
}

# Have all that KERNEL needs to boot; sets root, kernel and accel.
fill_cache() { # KERNEL
	local verdict recipe
	need_tools
	find "$CACHE" -mindepth 1 -maxdepth 1 -type d -mtime +7 -exec rm -rf {} +
	root=root-$(digest "$RELEASE" "${PACKAGES[@]}")
	recipe=("$root" "$MODULES" "$NOT_MODULES" "${EARLY[@]}")
	[ ! -e "$1/vmlinux" ] || recipe+=("$(stat -c '%n %Y' "$1/vmlinux")")
	kernel=kernel-$(release_of "$1")-$(digest "${recipe[@]}")
	fill "$root" make_root
	fill "$kernel" make_kernel "$1"
	accel=tcg
	if [ -w /dev/kvm ]; then
		verdict=accel-$(digest "$(</proc/sys/kernel/random/boot_id)" "$1")
		fill "$verdict" probe_kvm
		accel=$(<"$CACHE/$verdict/verdict")
	fi
}
