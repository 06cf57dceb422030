#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# "doctor --watch": what is shown of clients that dial the host of lib.sh. They are behind
# wan0, in a namespace of their own; the corporate router is behind corp0, likewise.

# shellcheck source=selftests/doctor/lib.sh
. "$(dirname "$0")/lib.sh"
HERE=$(cd "$(dirname "$0")" && pwd)
TOOLS=$SELFTESTS/tools/build

requires() {
	need_root
	need_programs ip nft jq unshare python3 "$PPTPGW" "$TOOLS/ipsend"
}

setup() {
	private_files
	healthy_host
	rm -r /sys/module/pptpgw
	mkdir /run/netns
	for ns in client router; do
		ip netns add $ns
		ip -n $ns link set lo up
	done
	ip link set wan0-peer netns client
	ip link set corp0-peer netns router
	ip -n client addr add 198.51.100.1/24 dev wan0-peer
	ip -n client addr add 203.0.113.10/32 dev lo
	ip -n client link set wan0-peer up
	ip -n client route add 198.51.100.2 dev wan0-peer src 203.0.113.10
	ip -n client neigh add 198.51.100.2 lladdr "$(ip -j link show wan0 | jq -r ".[].address")" \
		dev wan0-peer
	ip -n router addr add 10.1.0.1/24 dev corp0-peer
	ip -n router link set corp0-peer up
}

show_logs() { show_tail 100 "$WORK"/{setup,test}.log "$WORK"/watched "$WORK"/watched.err; }

serve() {
	"$HERE/pptp.py" server "${1:-198.51.100.2}" &
	wait_for 10 ss_listens || fail "the server does not listen"
}

ss_listens() { ss -Hltn sport = :1723 | grep -q 1723; }

call() { ip netns exec client "$HERE/pptp.py" client 198.51.100.2 2>/dev/null || true; }

drop() { nft "add table ip t; add chain ip t c { type filter hook $1 priority 0; }; add rule ip t c $2 drop"; }

# -- how far a client gets -------------------------------------------------------

test_through() {
	serve
	begin_watch
	call
	end_watch 0 "203.0.113.10: SYN in by wan0, answered by wan0; GRE in by wan0, answered by wan0; PPP is up"
}

test_no_server() {
	begin_watch
	call
	end_watch 3 "203.0.113.10: SYN in by wan0 dropped: NO_SOCKET, refused by wan0"
}

test_rejected() {
	serve
	nft "add table ip t; add chain ip t c { type filter hook input priority 0; }; add rule ip t c tcp dport 1723 reject with tcp reset"
	begin_watch
	call
	end_watch 3 "203.0.113.10: SYN in by wan0 dropped: NETFILTER_DROP, refused by wan0"
}

test_syn_dropped() {
	serve
	drop input "tcp dport 1723"
	begin_watch
	call
	end_watch 3 "203.0.113.10: SYN in by wan0 dropped: NETFILTER_DROP"
}

test_answer_dropped() {
	serve
	drop output "tcp sport 1723"
	begin_watch
	call
	end_watch 3 "203.0.113.10: SYN in by wan0, answer dropped: NETFILTER_DROP"
}

test_gre_in_dropped() {
	serve
	drop input "ip protocol gre"
	begin_watch
	call
	end_watch 3 "203.0.113.10: SYN in by wan0, answered by wan0; GRE in by wan0 dropped: NETFILTER_DROP"
}

test_gre_out_dropped() {
	serve
	drop output "ip protocol gre"
	begin_watch
	call
	end_watch 3 "203.0.113.10: SYN in by wan0, answered by wan0; GRE in by wan0, not answered; GRE out dropped: NETFILTER_DROP"
}

test_gre_dropped_before_us() {
	serve
	ip netns exec client nft "add table ip t; add chain ip t c { type filter hook output priority 0; }; add rule ip t c ip protocol gre drop"
	begin_watch
	call
	end_watch 3 "203.0.113.10: SYN in by wan0, answered by wan0; no GRE"
}

# The server's first GRE is seen, the client's never comes.
test_gre_out_only() {
	serve
	begin_watch
	ip netns exec client nft "add table ip t; add chain ip t c { type filter hook output priority 0; }; add rule ip t c ip protocol gre drop"
	call
	"$TOOLS/ipsend" -s 198.51.100.2 -d 203.0.113.10 47 3001880b000800c800000000ff03c02101010004
	end_watch 3 "203.0.113.10: SYN in by wan0, answered by wan0; GRE out by wan0, none in"
}

test_rp_filter() {
	serve
	ip route add 203.0.113.0/24 via 10.1.0.1 dev corp0
	sysctl -qw net.ipv4.conf.wan0.rp_filter=1
	begin_watch
	call
	end_watch 3 "203.0.113.10: SYN in by wan0 dropped: IP_RPFILTER"
}

# Without the module, this is the fault: a reply to the corporate side.
test_answered_by_corp() {
	serve
	ip route add 203.0.113.0/24 via 10.1.0.1 dev corp0
	begin_watch
	call
	end_watch 3 "203.0.113.10: SYN in by wan0, answered by corp0, not acknowledged"
}

# The server is behind this host: what is forwarded, and answered from there.
behind_dnat() {
	ip -n router route add default via 10.1.0.2
	ip netns exec router "$HERE/pptp.py" server 10.1.0.1 &
	sleep 1
	nft -f - <<-END
		table ip nat {
			chain pre {
				type nat hook prerouting priority -100;
				iifname wan0 meta l4proto { tcp, gre } dnat to 10.1.0.1
			}
		}
	END
}

test_behind_dnat() {
	behind_dnat
	begin_watch
	call
	end_watch 0 "203.0.113.10: SYN in by wan0, answered by wan0; GRE in by wan0, answered by wan0; PPP is up"
}

test_behind_dnat_dropped() {
	behind_dnat
	drop forward "ip protocol gre"
	begin_watch
	call
	end_watch 3 "203.0.113.10: SYN in by wan0, answered by wan0; GRE in by wan0 dropped: NETFILTER_DROP"
}

# -- no fault of this host ----------------------------------------------------------

# A scanner asks for no call; nor is a tunnel new that is there already.
test_scanner() {
	serve
	begin_watch
	ip netns exec client bash -c 'exec 3<>/dev/tcp/198.51.100.2/1723'
	end_watch 0 "203.0.113.10: SYN in by wan0, answered by wan0; no call"
}

test_tunnel_that_is_there() {
	serve
	begin_watch
	ip netns exec client "$TOOLS/ipsend" -n 3 -s 203.0.113.10 -d 198.51.100.2 \
		47 3001880b0008006400000000ff03c02101010004
	end_watch 0
	is "lines" "$(cat "$WORK/watched")" ""
}

# The client drops the answer, not this host.
test_drop_of_another_namespace() {
	serve
	ip netns exec client nft "add table ip t; add chain ip t c { type filter hook input priority 0; }; add rule ip t c tcp sport 1723 drop"
	begin_watch
	call
	end_watch 3 "203.0.113.10: SYN in by wan0, answered by wan0, not acknowledged"
}

# -- interfaces --------------------------------------------------------------------

# A port of a bridge sees the packets, too.
test_name_of_the_interface() {
	ip link add br0 type bridge
	ip link set wan0 master br0
	ip link set br0 up
	ip addr del 198.51.100.2/24 dev wan0
	ip addr add 198.51.100.2/24 dev br0
	ip route add 203.0.113.0/24 via 198.51.100.1
	serve
	begin_watch
	call
	end_watch 0 "203.0.113.10: SYN in by br0, answered by br0; GRE in by br0, answered by br0; PPP is up"
}

# -- many ----------------------------------------------------------------------------

resident() { awk '/^VmRSS/ { print $2 }' "/proc/$watcher/status"; }

# 100,000 clients that do not exist, and one that does.
test_flood() {
	local before
	serve
	begin_watch
	before=$(resident)
	ip netns exec client "$TOOLS/ipsend" -n 100000 -r 20000 -s 10.128.0.0/9 -d 198.51.100.2 \
		-c 6 9c4006bb00000001000000005002ffff00000000 &
	sleep 1
	call
	wait $!
	at_most "growth of memory (KiB)" "$(($(resident) - before))" 6144
	end_watch 3
	grep -q "203.0.113.10: .*PPP is up" "$WORK/watched" || fail "the client is not shown"
	grep -q " more clients have not acknowledged an answer" "$WORK/watched" || fail "no summary"
	at_most "lines" "$(wc -l <"$WORK/watched")" 300
}

# -- how it is asked ---------------------------------------------------------------

test_json() {
	serve
	drop input "ip protocol gre"
	begin_watch -j
	call
	end_watch 3
	jq -s -e 'all(.[]; keys == (["time", "client", "local", "syn_in", "syn_dropped", "answer_out",
		"answer_dropped", "gre_in", "gre_in_dropped", "gre_out", "gre_out_dropped",
		"acknowledged", "refused", "call", "gre_heard", "ppp", "ingress", "steered",
		"unroutable", "through"] | sort))' "$WORK/watched" >/dev/null ||
		fail "keys: $(cat "$WORK/watched")"
	is "last" "$(jq -sc '.[-1] | [.client, .local, .syn_in, .answer_out, .gre_in, .gre_out,
		.acknowledged, .call, .gre_heard, .ppp, .ingress, .through]' "$WORK/watched")" \
		'["203.0.113.10","198.51.100.2","wan0","wan0","wan0",null,true,true,false,"lcp",null,false]'
}

test_ends() {
	local start=$SECONDS status=0
	"$PPTPGW" doctor --watch 2
	at_most "seconds" "$((SECONDS - start))" 4
	at_least "seconds" "$((SECONDS - start))" 2
	begin_watch
	call
	timeout 10 "$PPTPGW" doctor --watch 5 >"$WORK/other" &
	sleep 1
	call
	end_watch 3
	wait $! || status=$?
	is "exit status of a second watcher" "$status" 3
	is "lines of it" "$(grep -c refused "$WORK/other")" 1
}

# says TEXT ARG...: the error of a command line that is wrong.
says() {
	local text=$1 status=0
	shift
	timeout 10 "$PPTPGW" doctor "$@" 2>"$WORK/err" || status=$?
	is "exit status of '$*'" "$status" 1
	is "error of '$*'" "$(cat "$WORK/err")" "pptpgw: $text"
}

test_usage() {
	says "'0' is not a number of seconds between 1 and 86400" --watch 0
	says "'5s' is not a number of seconds between 1 and 86400" --watch 5s
	says "unknown option 'soon'" --watch soon
	says "--watch changes nothing: leave --fix away" --fix --watch 1
}

# Without the right to read the kernel's memory, there are no reasons.
test_without_bpf() {
	serve
	drop input "ip protocol gre"
	setpriv --bounding-set -bpf,-sys_admin,-perfmon "$PPTPGW" doctor --watch 6 \
		>"$WORK/watched" 2>"$WORK/watched.err" &
	sleep 1
	call
	wait $! || true
	is "last line" "$(last_line)" "203.0.113.10: SYN in by wan0, answered by wan0; GRE in by wan0, not answered"
	is "standard error" "$(cat "$WORK/watched.err")" \
		"pptpgw: skb:kfree_skb: Operation not permitted: no reasons of drops"
}

# watch.sh [TEST...]: all, unless some are named.
tests=("$@")
[ $# -gt 0 ] || mapfile -t tests < <(sed -n 's/^test_\([a-z0-9_]*\)() {.*/\1/p' "$0")
run_tests "${tests[@]}"
