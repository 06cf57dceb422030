#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# in_root.sh ROOT COMMAND...: run COMMAND in that Debian root, whose files it may change as
# it likes: nothing of it lasts. The tests and their directory are where they are here.

set -e
here=$PWD
root=$1
shift
tests=$(realpath "$(dirname "$0")/../..")
mount --make-rprivate /
mkdir -p "$KTAP_WORK/apart"
mount -t tmpfs none "$KTAP_WORK/apart"
cd "$KTAP_WORK/apart"
mkdir upper work root
mount -t overlay -o "lowerdir=$root,upperdir=upper,workdir=work" none root
cd root
mount -t tmpfs none tmp
mkdir -p ".$tests" ".$KTAP_WORK"
mount --rbind "$tests" ".$tests"
mount --bind "$KTAP_WORK" ".$KTAP_WORK"
mount -t proc none proc
mount -t sysfs none sys
mount -t cgroup2 none sys/fs/cgroup
mount -t tmpfs none sys/module
mount --rbind /dev dev
mount -t tmpfs none run
exec chroot . env --chdir="$here" "$@"
