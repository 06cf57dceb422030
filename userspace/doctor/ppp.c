// SPDX-License-Identifier: GPL-2.0
/*
 * How the PPTP servers are configured: the addresses they give to clients, and the
 * size of packets. pptpd.conf(5), pppd(8), accel-ppp.conf(5).
 */
#include "doctor/ppp.h"

#include <arpa/inet.h>

#include "lib/files.h"

/* "10.0.0.2", "10.0.0.2-99", "10.0.0.2-10.0.0.99", "10.0.0.0/24". */
static bool parse_range(const char *word, struct pool *pool)
{
	unsigned int a, b, c, d, e, len;
	char last[INET_ADDRSTRLEN];
	struct in_addr in;
	__u32 mask;
	int n;

	if (sscanf(word, "%u.%u.%u.%u%n", &a, &b, &c, &d, &n) != 4 || (a | b | c | d) > 255)
		return false;
	pool->first = a << 24 | b << 16 | c << 8 | d;
	pool->last = pool->first;
	word += n;
	if (sscanf(word, "/%u", &len) == 1 && len && len <= 32) {
		mask = len == 32 ? 0 : ~0U >> len;
		pool->first &= ~mask;
		pool->last = pool->first | mask;
	} else if (sscanf(word, "-%15[0-9.]", last) == 1 && inet_pton(AF_INET, last, &in) == 1) {
		pool->last = ntohl(in.s_addr);
	} else if (sscanf(word, "-%u", &e) == 1 && e <= 255) {
		pool->last = (pool->first & ~0xffU) | e;
	}
	return pool->last >= pool->first;
}

static void add_pool(struct ppp *ppp, struct pool **list, const char *word,
		     const struct file_line *line)
{
	struct pool pool = { };
	struct pool *copy;

	if (!parse_range(word, &pool))
		return;
	pool.owner = text(ppp->d, "%s:%u", line->path, line->number);
	pool.accel = !strcmp(line->path, ACCEL_CONF);
	pool.next = *list;
	copy = pool_copy(ppp->d, &pool, sizeof(pool));
	*list = copy;
}

static void add_pools(struct ppp *ppp, struct pool **list, const char *words,
		      const struct file_line *line)
{
	char *copy = strdup(words), *rest = copy, *word;

	while ((word = strsep(&rest, ", \t")))
		add_pool(ppp, list, word, line);
	free(copy);
}

static bool read_pptpd(struct file_line *line, void *data)
{
	struct ppp *ppp = data;
	const char *value;

	value = file_value(line->text, "remoteip");
	if (value)
		add_pools(ppp, &ppp->remote, value, line);
	value = file_value(line->text, "localip");
	if (value)
		add_pools(ppp, &ppp->local, value, line);
	value = file_value(line->text, "option");
	if (value)
		snprintf(ppp->options, sizeof(ppp->options), "%s", value);
	return true;
}

static void note_mtu(struct ppp *ppp, const char *word, const char *value,
		     const struct file_line *line)
{
	unsigned int mtu = atoi(value);

	if (mtu <= ppp->mtu)
		return;
	ppp->mtu = mtu;
	ppp->mtu_word = word;
	ppp->mtu_file = text(ppp->d, "%s", line->path);
	ppp->mtu_owner = text(ppp->d, "%s:%u", line->path, line->number);
}

/* Options of pppd stand on lines of their own, or several on one. */
static bool read_options(struct file_line *line, void *data)
{
	char *rest = line->text, *word, *colon;
	struct ppp *ppp = data;

	while ((word = strsep(&rest, " \t"))) {
		if (*word == '#')
			break;
		if (!strcmp(word, "mtu") && rest)
			note_mtu(ppp, "mtu", rest, line);
		else if (!strcmp(word, "mru") && rest)
			note_mtu(ppp, "mru", rest, line);
		else if (!strcmp(word, "proxyarp"))
			ppp->proxyarp = true;
		else if (strstr(word, "mppe") && strncmp(word, "no", 2))
			ppp->mppe = true;
		colon = strchr(word, ':');
		if (colon)
			add_pool(ppp, &ppp->remote, colon + 1, line);
	}
	return true;
}

static bool read_accel(struct file_line *line, void *data)
{
	struct ppp *ppp = data;
	const char *value;

	if (!strcmp(line->section, "ip-pool")) {
		value = file_value(line->text, "gw-ip-address");
		if (value)
			add_pool(ppp, &ppp->local, value, line);
		else
			add_pool(ppp, &ppp->remote, line->text, line);
	} else if (!strcmp(line->section, "ppp")) {
		value = file_value(line->text, "mtu");
		if (value)
			note_mtu(ppp, "mtu", value, line);
		value = file_value(line->text, "mru");
		if (value)
			note_mtu(ppp, "mru", value, line);
		value = file_value(line->text, "mppe");
		ppp->mppe |= value && strcmp(value, "deny");
	}
	return true;
}

void ppp_read(struct doctor *d, struct ppp *ppp)
{
	*ppp = (struct ppp){ .d = d, .options = "/etc/ppp/options.pptpd" };
	files_read(PPTPD_CONF, read_pptpd, ppp);
	files_read("/etc/ppp/options", read_options, ppp);
	files_read(ppp->options, read_options, ppp);
	files_read(ACCEL_CONF, read_accel, ppp);
}
