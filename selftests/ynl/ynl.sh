#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ynl.sh ARG...: the kernel's ynl for the family pptpgw, such as
#
#   ynl.sh --do dev-get --json '{"ifname": "wan0"}'
#   ynl.sh --output-json --subscribe events --sleep 5
#
# It runs where `prepare` put it. lint checks the spec against the schema.

dir=$(dirname "$(realpath "$0")")
exec python3 "$dir/ynl/cli.py" --spec "$dir/pptpgw.yaml" --no-schema "$@"
