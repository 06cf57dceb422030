// SPDX-License-Identifier: GPL-2.0
#include "doctor/btf.h"

#include <linux/btf.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/memory.h"

#define VMLINUX "/sys/kernel/btf/vmlinux"
/* BTF_KIND_DECL_TAG and BTF_KIND_ENUM64, which older headers do not name. */
#define KIND_DECL_TAG 17
#define KIND_ENUM64 19

/*
 * @strings: all names
 * @types: by number, from 1
 * @count: of them
 */
static struct {
	const char *strings;
	const struct btf_type **types;
	unsigned int count;
} btf;

/* What follows a type of that kind: so many bytes, and so many for each of its parts. */
static const struct {
	__u8 fixed, part;
} sizes[32] = {
	[BTF_KIND_INT] = { 4, 0 },
	[BTF_KIND_ARRAY] = { sizeof(struct btf_array), 0 },
	[BTF_KIND_STRUCT] = { 0, sizeof(struct btf_member) },
	[BTF_KIND_UNION] = { 0, sizeof(struct btf_member) },
	[BTF_KIND_ENUM] = { 0, sizeof(struct btf_enum) },
	[BTF_KIND_FUNC_PROTO] = { 0, sizeof(struct btf_param) },
	[BTF_KIND_VAR] = { sizeof(struct btf_var), 0 },
	[BTF_KIND_DATASEC] = { 0, sizeof(struct btf_var_secinfo) },
	[KIND_DECL_TAG] = { 4, 0 },
	[KIND_ENUM64] = { 0, 12 },
};

/* The whole file, or NULL. */
static char *read_file(size_t *size)
{
	FILE *file = fopen(VMLINUX, "re");
	struct stat st;
	char *bytes;

	if (!file)
		return NULL;
	*size = fstat(fileno(file), &st) ? 0 : st.st_size;
	bytes = malloc(*size);
	if (bytes && fread(bytes, 1, *size, file) != *size) {
		free(bytes);
		bytes = NULL;
	}
	fclose(file);
	return bytes;
}

static void find_types(const char *next, const char *end)
{
	const struct btf_type *type;

	btf.types = grow(NULL, 0, sizeof(*btf.types));
	btf.types[0] = NULL;
	for (btf.count = 1; next < end; btf.count++) {
		type = (const void *)next;
		btf.types = grow(btf.types, btf.count, sizeof(*btf.types));
		btf.types[btf.count] = type;
		next += sizeof(*type) + sizes[BTF_INFO_KIND(type->info)].fixed +
			sizes[BTF_INFO_KIND(type->info)].part * BTF_INFO_VLEN(type->info);
	}
}

bool btf_read(void)
{
	const struct btf_header *head;
	size_t size;
	char *bytes;

	if (btf.count)
		return true;
	bytes = read_file(&size);
	head = (const void *)bytes;
	if (!bytes || size < sizeof(*head) || head->magic != BTF_MAGIC)
		return false;
	bytes += head->hdr_len;
	btf.strings = bytes + head->str_off;
	find_types(bytes + head->type_off, bytes + head->type_off + head->type_len);
	return true;
}

static const struct btf_type *find(const char *name, unsigned int kind)
{
	unsigned int i;

	for (i = 1; i < btf.count; i++)
		if (BTF_INFO_KIND(btf.types[i]->info) == kind &&
		    !strcmp(btf.strings + btf.types[i]->name_off, name))
			return btf.types[i];
	return NULL;
}

static bool is_aggregate(const struct btf_type *type)
{
	return BTF_INFO_KIND(type->info) == BTF_KIND_STRUCT ||
	       BTF_INFO_KIND(type->info) == BTF_KIND_UNION;
}

/* In bits. Members of a part that has no name are the type's own. */
static int offset_in(const struct btf_type *type, const char *name)
{
	const struct btf_member *member = (const void *)(type + 1);
	unsigned int i, offset;
	int inner;

	for (i = 0; i < BTF_INFO_VLEN(type->info); i++, member++) {
		offset = BTF_INFO_KFLAG(type->info) ? BTF_MEMBER_BIT_OFFSET(member->offset)
						    : member->offset;
		if (!strcmp(btf.strings + member->name_off, name))
			return offset;
		if (btf.strings[member->name_off] || !is_aggregate(btf.types[member->type]))
			continue;
		inner = offset_in(btf.types[member->type], name);
		if (inner >= 0)
			return offset + inner;
	}
	return -1;
}

int btf_offset(const char *type, const char *member)
{
	const struct btf_type *found = find(type, BTF_KIND_STRUCT);
	int offset = found ? offset_in(found, member) : -1;

	return offset < 0 ? -1 : offset / 8;
}

const char *btf_enumerator(const char *type, __u32 value)
{
	static const struct btf_type *found;
	static const char *last;
	const struct btf_enum *e;
	unsigned int i;

	if (type != last)
		found = find(type, BTF_KIND_ENUM);
	last = type;
	if (!found)
		return NULL;
	e = (const void *)(found + 1);
	for (i = 0; i < BTF_INFO_VLEN(found->info); i++, e++)
		if ((__u32)e->val == value)
			return btf.strings + e->name_off;
	return NULL;
}
