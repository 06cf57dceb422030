// SPDX-License-Identifier: GPL-2.0
/*
 * A remedy that pptpgw is measured against: what leaves by the wrong device, from
 * the address of the uplink and of PPTP, is redirected to the uplink's gateway.
 * UPLINK is its ifindex. Nothing is remembered of clients.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>

#define AF_INET		2
#define BE16(x)		__builtin_bswap16(x)
#define BE32(x)		__builtin_bswap32(x)
#define SERVER		0xc6336402	/* 198.51.100.2 */
#define GATEWAY		0xc6336401	/* 198.51.100.1 */

static long (*redirect_neigh)(__u32 ifindex, struct bpf_redir_neigh *params,
			      int length, __u64 flags) =
	(void *)BPF_FUNC_redirect_neigh;

__used __section("tc")
int redirect(struct __sk_buff *skb)
{
	struct bpf_redir_neigh gateway = {
		.nh_family = AF_INET,
		.ipv4_nh = BE32(GATEWAY),
	};
	struct ethhdr *eth = (void *)(long)skb->data;
	struct iphdr *ip = (void *)(eth + 1);
	__be16 *port = (void *)(ip + 1);

	if (skb->protocol != BE16(ETH_P_IP) ||
	    (void *)(port + 1) > (void *)(long)skb->data_end ||
	    ip->saddr != BE32(SERVER))
		return TC_ACT_OK;
	if (ip->protocol == IPPROTO_GRE ||
	    (ip->protocol == IPPROTO_TCP && *port == BE16(1723)))
		return redirect_neigh(UPLINK, &gateway, sizeof(gateway), 0);
	return TC_ACT_OK;
}

char _license[] __used __section("license") = "GPL";
