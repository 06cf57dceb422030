// SPDX-License-Identifier: GPL-2.0
#include "doctor/clients.h"

#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "lib/clock.h"
#include "lib/exit.h"

/* A client has a few places where it may be, so that one that is full is found fast. */
#define PLACES 8

/* One packet passes the ports of a bridge, or a VLAN and what is below, in that time. */
#define SAME_MS 20

/* An acknowledgment of the first segments. */
#define WINDOW 1048576

/* PPP's protocols, and what their packets say. */
enum {
	PAP = 0xc023, LCP = 0xc021, CHAP = 0xc223, EAP = 0xc227, NETWORK = 0x8000,
	LCP_ACK = 2, LCP_REJECT = 4, CHAP_FAILURE = 4, EAP_FAILURE = 4, PAP_NAK = 3,
};

struct client *clients;
bool clients_stuck;

/* Not static: the kernel would give every run of the program a huge page, and clear it. */
void clients_init(void)
{
	clients = calloc(CLIENTS_MAX, sizeof(*clients));
	if (!clients)
		err(EXIT_KERNEL, NULL);
}

/* Nobody outside can choose addresses that share their places. */
static struct client *places_of(__u32 address)
{
	static __u64 secret;

	while (!secret)
		if (getrandom(&secret, sizeof(secret), 0) < 0)
			secret = time(NULL);
	address = (address + (secret >> 32)) * (secret | 1) >> 32;
	return clients + address % (CLIENTS_MAX / PLACES) * PLACES;
}

struct client *client_find(__u32 address)
{
	struct client *c = places_of(address), *end = c + PLACES;

	while (c < end && c->address != address)
		c++;
	return c < end ? c : NULL;
}

bool client_is_stuck(const struct client *c)
{
	return !client_is_through(c) && (!c->proven || c->call || c->ways[WAY_SYN].drop.location);
}

/* Who has shaken hands stays; else, who was silent longest makes room. */
static struct client *make_room(__u32 address)
{
	struct client *c = places_of(address), *end = c + PLACES, *victim = c;

	for (; c < end; c++)
		if (c->proven != victim->proven ? victim->proven : c->last < victim->last)
			victim = c;
	if (victim->address && client_is_stuck(victim))
		clients_stuck = true;
	*victim = (struct client){ .address = address };
	return victim;
}

/* The interface that is the host's own: what leaves passes it first, what comes in last. */
static void see(struct client *c, unsigned int number, const struct packet *p, bool leaves)
{
	struct way *way = &c->ways[number];

	c->last = now_ms();
	c->touched = true;
	if (!leaves || p->number != way->number || c->last - way->last > SAME_MS)
		way->dev = p->dev;
	way->number = p->number;
	way->last = c->last;
	if (!way->first)
		way->first = c->last;
}

/* Another SYN begins another attempt. */
static void see_syn(const struct packet *p)
{
	struct client *c = client_find(p->src) ?: make_room(p->src);

	if (c->ways[WAY_SYN].number != p->number)
		*c = (struct client){ .address = p->src, .ingress = c->ingress };
	c->local = p->dst;
	see(c, WAY_SYN, p, false);
}

static void see_segment(struct client *c, const struct packet *p)
{
	__u32 first = c->ways[WAY_ANSWER].number + 1;

	if (!c->ways[WAY_ANSWER].dev || p->flags & RST || p->ack - first > WINDOW)
		return;
	c->last = now_ms();
	if (c->proven)
		return;
	c->proven = true;
	c->touched = true;
	c->ways[WAY_SYN].drop = (struct drop){ };
}

/* A message: its length and type, a cookie, control type; call IDs and the result. */
static void see_call(struct client *c, const struct packet *p)
{
	const __be16 *words = p->data;

	if (p->len < 18 || words[4] != htons(CALL_REPLY))
		return;
	c->call = ((const __u8 *)p->data)[16];
	c->touched = true;
}

static void see_answer(struct client *c, const struct packet *p)
{
	if (p->flags & SYN) {
		see(c, WAY_ANSWER, p, true);
		c->ways[WAY_SYN].drop = (struct drop){ };
	} else if (p->flags & RST && !c->proven) {
		see(c, WAY_ANSWER, p, true);
		c->refused = true;
	} else {
		see_call(c, p);
	}
}

/* A server that answers LCP, or goes on, has heard the client; so it has if it acknowledges. */
static void see_ppp(struct client *c, const struct packet *p, bool leaves)
{
	const __u8 *bytes = p->data;
	unsigned int protocol, code;
	size_t len = p->len;

	if (len > 2 && bytes[0] == 0xff) {
		bytes += 2;
		len -= 2;
	}
	if (len < 3)
		return;
	protocol = bytes[0] << 8 | bytes[1];
	code = bytes[2];
	if (p->flags & ACK || protocol != LCP || (code >= LCP_ACK && code <= LCP_REJECT))
		c->heard |= leaves;
	if (protocol == LCP)
		c->ppp = c->ppp ?: PPP_LCP;
	else if (protocol >> 8 == NETWORK >> 8)
		c->ppp = PPP_UP;
	else if (c->ppp != PPP_UP)
		c->ppp = code == (protocol == PAP ? PAP_NAK : CHAP_FAILURE) ? PPP_REFUSED
									   : PPP_AUTHENTICATION;
}

void client_packet(const struct packet *p, bool leaves)
{
	struct client *c;

	if (p->protocol == IPPROTO_TCP && !leaves && p->dport == PPTP_PORT &&
	    (p->flags & (SYN | ACK | RST)) == SYN) {
		see_syn(p);
		return;
	}
	c = client_find(leaves ? p->dst : p->src);
	if (!c)
		return;
	if (p->protocol == IPPROTO_GRE) {
		see(c, leaves ? WAY_GRE_OUT : WAY_GRE_IN, p, leaves);
		see_ppp(c, p, leaves);
	} else if (leaves && p->sport == PPTP_PORT) {
		see_answer(c, p);
	} else if (!leaves && p->dport == PPTP_PORT) {
		see_segment(c, p);
	}
}

void client_drop(const struct drop *drop, const struct packet *p)
{
	struct client *from = client_find(p->src), *to = client_find(p->dst);
	bool gre = p->protocol == IPPROTO_GRE;
	struct way *way = NULL;

	if (from && (gre || p->dport == PPTP_PORT))
		way = &from->ways[gre ? WAY_GRE_IN : WAY_SYN];
	else if (to && (gre || p->sport == PPTP_PORT))
		way = &to->ways[gre ? WAY_GRE_OUT : WAY_ANSWER];
	if (!way)
		return;
	way->drop = *drop;
	(from ?: to)->touched = true;
}
