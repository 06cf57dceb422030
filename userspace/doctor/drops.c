// SPDX-License-Identifier: GPL-2.0
#include "doctor/drops.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "doctor/btf.h"
#include "lib/diag.h"
#include "lib/macros.h"

/* So many fit in while the reader is busy; the rest is lost. */
#define NOTES_MAX 2048

/* Headers of IP and TCP or GRE. */
#define HEADERS 64

/**
 * struct note - what the program of BPF writes
 * @drop: for the reader
 * @bytes: the packet's first
 */
struct note {
	struct drop drop;
	__u8 bytes[HEADERS];
};

/* Where the program keeps it on its stack, and what it reads meanwhile. */
#define NOTE (-(int)sizeof(struct note))
#define NOTED(member) (NOTE + (int)offsetof(struct note, member))
#define SCRATCH (NOTE - 8)

/* The position of members of the kernel's structures. */
enum { SKB_HEAD, SKB_NETWORK, SKB_DEV, SKB_DST, DEV_INDEX, DEV_NET, NET_NS, NS_INUM, MEMBERS };

static const char *const members[MEMBERS][2] = {
	[SKB_HEAD] = { "sk_buff", "head" },
	[SKB_NETWORK] = { "sk_buff", "network_header" },
	[SKB_DEV] = { "sk_buff", "dev" },
	[SKB_DST] = { "sk_buff", "_skb_refdst" },
	[DEV_INDEX] = { "net_device", "ifindex" },
	[DEV_NET] = { "net_device", "nd_net" },
	[NET_NS] = { "net", "ns" },
	[NS_INUM] = { "ns_common", "inum" },
};

/* A queue of notes (BPF_MAP_TYPE_QUEUE). */
static int queue;

static long bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

/* -- the program --------------------------------------------------------------------- */

struct program {
	struct bpf_insn insns[128];
	unsigned int count;
};

/* Registers: the context, the sk_buff, what is followed, the stack. */
enum { CONTEXT = 6, SKB, IT, STACK = BPF_REG_10 };

/* An instruction; returns its number, for land(). */
static unsigned int add(struct program *p, int code, int dst, int src, int off, __s32 imm)
{
	p->insns[p->count] = (struct bpf_insn){
		.code = code, .dst_reg = dst, .src_reg = src, .off = off, .imm = imm
	};
	return p->count++;
}

/* What jumps there comes here. */
static void land(struct program *p, unsigned int jump)
{
	p->insns[jump].off = p->count - jump - 1;
}

static void move(struct program *p, int dst, int src)
{
	add(p, BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0);
}

static void set(struct program *p, int dst, __s32 value)
{
	add(p, BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, value);
}

static void load(struct program *p, int size, int dst, int src, int off)
{
	add(p, BPF_LDX | BPF_MEM | size, dst, src, off, 0);
}

static unsigned int jump_if(struct program *p, int op, int reg, __s32 value)
{
	return add(p, BPF_JMP | op | BPF_K, reg, 0, 0, value);
}

static void end(struct program *p)
{
	set(p, 0, 0);
	add(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* The kernel's memory at a register and an offset to the stack. */
static void read_kernel(struct program *p, int to, int size, int from, int offset)
{
	move(p, 1, STACK);
	add(p, BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, 0, to);
	set(p, 2, size);
	move(p, 3, from);
	add(p, BPF_ALU64 | BPF_ADD | BPF_K, 3, 0, 0, offset);
	add(p, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_probe_read_kernel);
}

/* The same, of a pointer. */
static void follow(struct program *p, int from, int offset)
{
	read_kernel(p, SCRATCH, 8, from, offset);
	load(p, BPF_DW, IT, STACK, SCRATCH);
}

/* Of the tracepoint's arguments; some have no @reason. */
static void add_arguments(struct program *p, bool reason)
{
	move(p, CONTEXT, 1);
	load(p, BPF_DW, SKB, CONTEXT, 0);
	load(p, BPF_DW, 0, CONTEXT, 8);
	add(p, BPF_STX | BPF_MEM | BPF_DW, STACK, 0, NOTED(drop.location), 0);
	set(p, 0, 0);
	if (reason)
		load(p, BPF_DW, 0, CONTEXT, 16);
	add(p, BPF_STX | BPF_MEM | BPF_W, STACK, 0, NOTED(drop.reason), 0);
}

/* The interface, and that it is of this namespace. What has none yet has a route. */
static void add_interface(struct program *p, const int *at, __u32 netns)
{
	unsigned int jump;

	follow(p, SKB, at[SKB_DEV]);
	jump = jump_if(p, BPF_JNE, IT, 0);
	follow(p, SKB, at[SKB_DST]);
	add(p, BPF_ALU64 | BPF_AND | BPF_K, IT, 0, 0, ~1);
	follow(p, IT, 0);
	land(p, jump);
	read_kernel(p, NOTED(drop.dev), 4, IT, at[DEV_INDEX]);
	follow(p, IT, at[DEV_NET]);
	read_kernel(p, SCRATCH, 4, IT, at[NET_NS] + at[NS_INUM]);
	load(p, BPF_W, 1, STACK, SCRATCH);
	jump = add(p, BPF_JMP32 | BPF_JEQ | BPF_K, 1, 0, 0, netns);
	end(p);
	land(p, jump);
}

/* The headers, and that they are of GRE, or of TCP from or to the port. */
static void add_headers(struct program *p, const int *at)
{
	unsigned int gre, from, to;

	read_kernel(p, SCRATCH, 2, SKB, at[SKB_NETWORK]);
	load(p, BPF_H, CONTEXT, STACK, SCRATCH);
	follow(p, SKB, at[SKB_HEAD]);
	add(p, BPF_ALU64 | BPF_ADD | BPF_X, IT, CONTEXT, 0, 0);
	read_kernel(p, NOTED(bytes), HEADERS, IT, 0);
	load(p, BPF_B, 1, STACK, NOTED(bytes[9]));
	gre = jump_if(p, BPF_JEQ, 1, IPPROTO_GRE);
	load(p, BPF_H, 1, STACK, NOTED(bytes[20]));
	from = jump_if(p, BPF_JEQ, 1, htons(PPTP_PORT));
	load(p, BPF_H, 1, STACK, NOTED(bytes[22]));
	to = jump_if(p, BPF_JEQ, 1, htons(PPTP_PORT));
	end(p);
	land(p, gre);
	land(p, from);
	land(p, to);
}

static void add_output(struct program *p)
{
	add(p, BPF_LD | BPF_DW | BPF_IMM, 1, BPF_PSEUDO_MAP_FD, 0, queue);
	add(p, 0, 0, 0, 0, 0);
	move(p, 2, STACK);
	add(p, BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, NOTE);
	set(p, 3, 0);
	add(p, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_push_elem);
	end(p);
}

/* Loaded: a descriptor, or -1. */
static int make_program(const int *at, __u32 netns, bool reason)
{
	struct program p = { };
	union bpf_attr attr = { };

	add_arguments(&p, reason);
	add_interface(&p, at, netns);
	add_headers(&p, at);
	add_output(&p);
	attr.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT;
	attr.insns = (unsigned long)p.insns;
	attr.insn_cnt = p.count;
	attr.license = (unsigned long)"GPL";
	return bpf(BPF_PROG_LOAD, &attr);
}

/* It runs at the tracepoint, until this process ends. */
static int attach(int program)
{
	union bpf_attr attr = { };

	attr.raw_tracepoint.name = (unsigned long)"kfree_skb";
	attr.raw_tracepoint.prog_fd = program;
	return program < 0 ? -1 : bpf(BPF_RAW_TRACEPOINT_OPEN, &attr);
}

/* -- notes ------------------------------------------------------------------------------- */

/* Before Linux 5.11 it counts as locked memory, of which there may be little. */
static int make_queue(void)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	union bpf_attr attr = { };

	setrlimit(RLIMIT_MEMLOCK, &all);
	attr.map_type = BPF_MAP_TYPE_QUEUE;
	attr.value_size = sizeof(struct note);
	attr.max_entries = NOTES_MAX;
	queue = bpf(BPF_MAP_CREATE, &attr);
	return queue;
}

/* Where the members are; false after a report. */
static bool find_members(int *at)
{
	int i;

	if (!btf_read()) {
		diag("the kernel does not describe its types (BTF): no reasons of drops");
		return false;
	}
	for (i = 0; i < MEMBERS; i++) {
		at[i] = btf_offset(members[i][0], members[i][1]);
		if (at[i] >= 0)
			continue;
		diag("the kernel's %s has no %s: no reasons of drops", members[i][0],
		     members[i][1]);
		return false;
	}
	return true;
}

bool drops_open(void)
{
	int at[MEMBERS];
	struct stat ns;

	if (!find_members(at))
		return false;
	if (!stat("/proc/self/ns/net", &ns) && make_queue() >= 0 &&
	    (attach(make_program(at, ns.st_ino, true)) >= 0 ||
	     attach(make_program(at, ns.st_ino, false)) >= 0))
		return true;
	diag("skb:kfree_skb: %s: no reasons of drops", strerror(errno));
	return false;
}

static bool take(struct note *note)
{
	union bpf_attr attr = { };

	attr.map_fd = queue;
	attr.value = (unsigned long)note;
	return !bpf(BPF_MAP_LOOKUP_AND_DELETE_ELEM, &attr);
}

void drops_read(void (*cb)(const struct drop *drop, const struct packet *p))
{
	static struct note notes[NOTES_MAX];
	static unsigned int count;
	struct packet p;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (packet_parse(notes[i].bytes, sizeof(notes[i].bytes), &p))
			cb(&notes[i].drop, &p);
	for (count = 0; count < NOTES_MAX && take(&notes[count]); count++)
		;
}

/* The function that is there. */
static void find_function(__u64 location, char *name, size_t size)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	unsigned long long address, best = 0;
	char line[256], symbol[64];

	snprintf(name, size, "an unknown function");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%llx %*c %63s", &address, symbol) == 2 &&
		    address <= location && address > best) {
			best = address;
			snprintf(name, size, "%s", symbol);
		}
	if (file)
		fclose(file);
}

const char *drop_text(const struct drop *drop)
{
	static const char type[] = "skb_drop_reason";
	const char *name = btf_enumerator(type, drop->reason);
	static char text[80];
	static __u64 last;
	char function[64];

	if (name && drop->reason && !strstr(name, "NOT_SPECIFIED"))
		return strncmp(name, "SKB_DROP_REASON_", 16) ? name : name + 16;
	if (drop->location != last) {
		find_function(drop->location, function, sizeof(function));
		snprintf(text, sizeof(text), "in %s", function);
		last = drop->location;
	}
	return text;
}
