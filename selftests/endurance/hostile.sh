#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tests of gateway/hostile.sh and gateway/netlink.sh with a million packets and a million
# messages. PACKETS and MESSAGES are others.
#
# vm: --smp 2

cd "$(dirname "$0")/../gateway" || exit
status=0
PACKETS=${PACKETS:-1000000} ./hostile.sh || status=1
MESSAGES=${MESSAGES:-1000000} ./netlink.sh || status=1
exit $status
