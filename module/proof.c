// SPDX-License-Identifier: GPL-2.0
/*
 * Proof: a segment contains what only a host that receives the replies can know.
 * Addresses and ports prove nothing; a sequence number and an acknowledgment that the
 * endpoint of the connection expects, or has had, do (RFC 9293, section 3.10.7; RFC 5961,
 * sections 3 to 5). The acknowledgment is checked more strictly than the endpoint does;
 * checksums, time stamps and signatures are not checked. All runs under RCU. A socket is
 * read without its lock: the values may be a packet old.
 */
#include "proof.h"

#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/inet_sock.h>
#include <net/ip.h>
#include <net/tcp.h>

#include "compat.h"
#include "halfopen.h"

#define PROVING_STATES \
	(TCPF_ESTABLISHED | TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2 | \
	 TCPF_CLOSE_WAIT | TCPF_CLOSING | TCPF_LAST_ACK)

/* @seq lies in the @size bytes from @start on; or is @start, if @size is 0. */
static bool is_within(u32 seq, u32 start, u32 size)
{
	return seq - start <= size;
}

/* The ACK that ends the handshake (RFC 9293, section 3.10.7.4, SYN-RECEIVED). */
static bool request_accepts(const struct tcp_request_sock *req,
			    const struct pgw_packet *pkt)
{
	return !pkt->rst && pkt->ack == req->snt_isn + 1 &&
	       is_within(pkt->seq, req->rcv_isn + 1, 0);
}

/*
 * In the window, and it acknowledges data in flight, or all. While some is in flight, as far
 * before the window, too: a client that misses the answer repeats what it has sent. A reset
 * must be exactly at the start of the window, and needs no acknowledgment there.
 */
static bool socket_accepts(const struct tcp_sock *tp,
			   const struct pgw_packet *pkt)
{
	u32 next = READ_ONCE(tp->rcv_nxt), window = tcp_receive_window(tp);
	u32 una = READ_ONCE(tp->snd_una);
	u32 in_flight = READ_ONCE(tp->snd_nxt) - una;
	u32 before = in_flight ? window : 0;

	if (pkt->rst)
		return pkt->seq == next;
	return is_within(pkt->seq, next - before, before + window) &&
	       is_within(pkt->ack, una, in_flight);
}

static bool accepts(const struct sock *sk, const struct pgw_packet *pkt)
{
	u8 state = READ_ONCE(sk->sk_state);

	if (state == TCP_NEW_SYN_RECV)
		return request_accepts(tcp_rsk(inet_reqsk(sk)), pkt);
	return sk->sk_protocol == IPPROTO_TCP && (1 << state) & PROVING_STATES &&
	       socket_accepts(tcp_sk(sk), pkt);
}

/**
 * pgw_proves_local - does a segment prove its sender to a server on this host?
 * @pn: namespace
 * @skb: segment to a server, in LOCAL_IN
 * @pkt: what it is
 *
 * With SYN cookies there is no request socket: the ACK proves nothing, but the first data
 * does.
 */
bool pgw_proves_local(struct pgw_net *pn, struct sk_buff *skb,
		      const struct pgw_packet *pkt)
{
	struct sock *sk = skb->sk;
	bool proves;

	if (pkt->syn || (!pkt->acknowledges && !pkt->rst))
		return false;
	if (sk && sk->sk_state != TCP_LISTEN)
		return sk->sk_state != TCP_TIME_WAIT && accepts(sk, pkt);
	sk = pgw_lookup_established(pn->net, skb, pkt->ports);
	if (!sk)
		return false;
	proves = sk->sk_state != TCP_TIME_WAIT && accepts(sk, pkt);
	sock_gen_put(sk);
	return proves;
}

/**
 * pgw_proves_forwarded - does a segment prove its sender to a server behind this host?
 * @pn: namespace
 * @pkt: segment to a server, in FORWARD
 * @key: client and server
 *
 * It must acknowledge all that the server has sent, as seen from inside, or as much as the
 * segment that proved the client last: so does one that is repeated. Connection tracking
 * proves nothing: it accepts a server's segments whatever interface they come in by, so an
 * attacker outside can make a whole handshake.
 */
bool pgw_proves_forwarded(struct pgw_net *pn, const struct pgw_packet *pkt,
			  const struct pgw_key *key)
{
	return !pkt->syn && pkt->acknowledges &&
	       pgw_half_open_proves(pn, key, pkt->ports[0], pkt->ack);
}

/* Does a segment with this socket belong to a connection, not to a raw socket? */
bool pgw_is_from_server(const struct sock *sk)
{
	return sk && sk_fullsock(sk) && sk->sk_protocol == IPPROTO_TCP &&
	       sk->sk_type == SOCK_STREAM;
}
