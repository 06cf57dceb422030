// SPDX-License-Identifier: GPL-2.0
#include "doctor/place.h"

#include <fnmatch.h>
#include <limits.h>

#include "doctor/process.h"
#include "lib/files.h"

/* Of patterns in the tables. */
#define FLAGS (FNM_EXTMATCH | FNM_CASEFOLD)

/* Files that name each other. */
#define DEPTH_MAX 4

/**
 * struct unit - the present unit
 * @place: what was found in it so far
 * @named: it is for the interface; @specific: by name or address
 * @refused: it is for others
 * @no_lease: see KEY_NO_LEASE
 * @never: see KEY_NEVER
 * @others: the list had another item
 * @not_section: where a section begins that does not count
 */
struct unit {
	struct place place;
	bool named, specific, refused, no_lease, never, others;
	unsigned int not_section;
};

/**
 * struct search - in the files of a program
 * @whole: places of units are looked for
 * @asked: file or name of the unit, as the program says; NULL if it says nothing
 * @pid: its process, or 0
 * @path: of the present file
 * @depth: how many files it is below the first; in a drop-in, the unit does not end
 * @dropin: the present file is one
 * @over: nothing else counts
 * @found: the place, or empty
 */
struct search {
	struct doctor *d;
	const struct manager *m;
	const struct target *target;
	bool whole, dropin, over, never;
	const char *asked;
	int pid;
	char path[PATH_MAX];
	unsigned int depth;
	const char *kind_of_unit;
	struct unit unit;
	struct place found;
};

/* -- values ------------------------------------------------------------------------ */

/* "%i", "%x", "%g", "%b": see manager.h. */
static const char *pattern(const struct search *s, const char *text_with)
{
	const struct target *t = s->target;
	const char *at = strchr(text_with, '%');
	const char *value = t->dev;

	if (!at)
		return text_with;
	if (at[1] == 'x')
		value = text(s->d, "%u", t->state.index);
	else if (at[1] == 'g')
		value = t->gateway;
	else if (at[1] == 'b')
		value = basename(s->path);
	return text(s->d, "%.*s%s%s", (int)(at - text_with), text_with, value, at + 2);
}

/* Without quotes, and what ends a statement. */
static const char *bare(struct doctor *d, const char *value)
{
	size_t len;

	value += *value == '"' || *value == '\'';
	len = strlen(value);
	while (len && strchr("\"';", value[len - 1]))
		len--;
	return text(d, "%.*s", (int)len, value);
}

/* -- units ------------------------------------------------------------------------- */

static void begin_unit(struct search *s)
{
	s->unit = (struct unit){
		.place = {
			.manager = s->m, .path = text(s->d, "%s", s->path),
			.kind_of_unit = s->kind_of_unit,
		},
		.named = !s->m->must_name,
	};
}

static bool on_line(struct file_line *line, void *data);

static void read_files(struct search *s, const char *files)
{
	files_read_by_name(files, on_line, s);
}

/* "pppd call NAME", "pppd file FILE"; without either, /etc/ppp/options. */
static bool is_argument(const struct search *s)
{
	char called[64], file[PATH_MAX];
	const char *path = s->path;

	if (!process_argument(s->pid, "call", called, sizeof(called)) ||
	    !process_argument(s->pid, "file", file, sizeof(file)))
		return true;
	return !strcmp(path, file) || !strcmp(path, text(s->d, "/etc/ppp/peers/%s", called)) ||
	       !strcmp(path, "/etc/ppp/options");
}

static bool is_asked(const struct search *s)
{
	const struct place *p = &s->unit.place;

	if (s->pid && !is_argument(s))
		return false;
	return !s->asked || !strcmp(s->asked, p->path) || (p->id && !strcmp(s->asked, p->id));
}

static void end_unit(struct search *s)
{
	struct unit *u = &s->unit;

	if (!*s->path || s->over || s->dropin || !u->named || u->refused || !is_asked(s))
		return;
	if (s->m->dropins) {
		s->dropin = true;
		read_files(s, pattern(s, s->m->dropins));
		s->dropin = false;
	}
	s->never |= u->never;
	s->over = s->m->first || s->asked;
	u->place.any = !u->specific && !s->asked;
	if (u->never || (u->no_lease && u->place.kind == PLACE_LEASE))
		u->place.kind = PLACE_NONE;
	if (s->found.manager || (!u->place.kind && !s->whole))
		return;
	s->found = u->place;
}

/* -- lines ------------------------------------------------------------------------- */

static void note(struct search *s, enum place_kind kind, const struct file_line *line)
{
	struct place *p = &s->unit.place;

	if (p->kind > PLACE_LEASE)
		return;
	p->kind = kind;
	p->path = text(s->d, "%s", line->path);
	p->text = text(s->d, "%s", line->text);
	p->first = line->number;
	p->last = line->number;
}

static void note_section(struct search *s, const struct file_line *line)
{
	if (s->unit.not_section == line->section_at)
		return;
	note(s, PLACE_LINES, line);
	if (s->unit.place.first == line->number) {
		s->unit.place.first = line->section_at;
		s->unit.place.section_at = line->section_at;
	}
}

static void drop_section(struct search *s, const struct file_line *line)
{
	s->unit.not_section = line->section_at;
	if (s->unit.place.section_at == line->section_at)
		s->unit.place = (struct place){
			.manager = s->m, .path = s->unit.place.path, .id = s->unit.place.id,
		};
}

static void meet(struct search *s, bool matches)
{
	s->unit.named |= matches;
	s->unit.specific |= matches;
	s->unit.refused |= !matches;
}

static void follow(struct search *s, const struct file_line *line, const char *files)
{
	const char *dir = *files == '/' ? "" : text(s->d, "%.*s/", (int)(basename(line->path) -
						    line->path - 1), line->path);
	bool all = !strncmp(line->text, "source-directory", 16);

	if (s->depth >= DEPTH_MAX)
		return;
	s->depth++;
	read_files(s, text(s->d, all ? "%s%s/*" : "%s%s", dir, files));
	s->depth--;
}

static void next_unit(struct search *s, const char *value, const struct key *key)
{
	const char *name = bare(s->d, text(s->d, "%.*s", (int)strcspn(value, " \t:"), value));

	end_unit(s);
	begin_unit(s);
	s->unit.named = key->meaning == KEY_UNIT ? is_name(s->target, name) :
			!fnmatch(key->value ?: "*", value, FLAGS);
	s->unit.specific = key->meaning == KEY_UNIT && s->unit.named;
	s->unit.refused = !s->unit.named && !s->m->must_name;
	s->unit.place.id = name;
}

/* A line of a list: others may follow. */
static void note_item(struct search *s, const struct file_line *line, enum meaning meaning)
{
	struct place *p = &s->unit.place;

	if (meaning == KEY_ITEM && !p->first)
		note(s, s->unit.others ? PLACE_LINES : PLACE_ONLY, line);
	else if (meaning == KEY_MORE && p->last + 1 == line->number)
		p->last = line->number;
	else if (meaning == KEY_OTHER_ITEM && p->first != line->number)
		s->unit.others = true;
	if (s->unit.others && p->kind == PLACE_ONLY)
		p->kind = PLACE_LINES;
}

static void apply(struct search *s, const struct key *key, const char *value,
		  const struct file_line *line)
{
	struct unit *u = &s->unit;

	switch (key->meaning) {
	case KEY_UNIT:
	case KEY_BLOCK:
		next_unit(s, value, key);
		break;
	case KEY_NAME:
		meet(s, target_is(s->target, value, is_name));
		break;
	case KEY_PREFIX:
		meet(s, !strncmp(s->target->dev, value, strlen(value)));
		break;
	case KEY_MAC:
		meet(s, target_is(s->target, value, is_mac));
		break;
	case KEY_TYPE:
		u->refused |= !target_is(s->target, value, is_type);
		break;
	case KEY_NOT_NAME:
		u->never |= target_is(s->target, value, is_name);
		break;
	case KEY_NOT:
		u->refused = true;
		break;
	case KEY_ID:
		if (!u->place.id || !strcmp(key->name, "uuid"))
			u->place.id = value;
		break;
	case KEY_KIND:
		s->kind_of_unit = text(s->d, "%.*s", (int)strcspn(value, ":"), value);
		break;
	case KEY_SOURCE:
		follow(s, line, value);
		break;
	case KEY_LEASE:
		note(s, PLACE_LEASE, line);
		break;
	case KEY_LINE:
		note(s, PLACE_LINES, line);
		break;
	case KEY_SECTION:
		note_section(s, line);
		break;
	case KEY_NOT_SECTION:
		drop_section(s, line);
		break;
	case KEY_ITEM:
	case KEY_MORE:
	case KEY_OTHER_ITEM:
		note_item(s, line, key->meaning);
		break;
	case KEY_NO_LEASE:
		u->no_lease = true;
		break;
	case KEY_NEVER:
		u->never = true;
		break;
	}
}

/* A pattern of the value, or the value itself. */
static const char *value_of(const struct search *s, const struct key *key,
			    const struct file_line *line)
{
	const char *value = key->name ? file_value(line->text, key->name) : line->text;

	if (!value || (key->section && fnmatch(key->section, line->section, FLAGS)))
		return NULL;
	value = bare(s->d, value);
	if (key->meaning != KEY_BLOCK && key->value &&
	    fnmatch(pattern(s, key->value), value, FLAGS))
		return NULL;
	return value;
}

/* What is for default routes only. */
static bool is_of_default(const struct target *t, const struct key *key)
{
	return t->dst && key->meaning >= KEY_LEASE && key->meaning <= KEY_OTHER_ITEM &&
	       !(t->lease && key->meaning == KEY_LEASE);
}

static bool on_line(struct file_line *line, void *data)
{
	const char *value, *dst;
	struct search *s = data;
	const struct key *key;

	dst = s->target->dst;
	if (!s->dropin && strcmp(s->path, line->path)) {
		end_unit(s);
		snprintf(s->path, sizeof(s->path), "%s", line->path);
		begin_unit(s);
	}
	for (key = s->m->keys; key->name || key->value; key++) {
		value = is_of_default(s->target, key) ? NULL : value_of(s, key, line);
		if (value)
			apply(s, key, value, line);
	}
	if (dst && strstr(line->text, dst) && !strcmp(line->section, "Route"))
		note_section(s, line);
	else if (dst && strstr(line->text, dst))
		note(s, PLACE_LINES, line);
	if (s->unit.place.section_at && s->unit.place.section_at == line->section_at)
		s->unit.place.last = line->number;
	return !s->over;
}

/* -- asking ------------------------------------------------------------------------ */

static bool read_asked(struct file_line *line, void *data)
{
	struct search *s = data;
	const char *value = file_value(line->text, s->m->asked_key);

	if (value)
		s->asked = text(s->d, "%s", value);
	else if (!strcmp(line->text, "ADMIN_STATE=unmanaged") ||
		 !strcmp(line->text, "managed=false"))
		s->asked = "";
	return true;
}

/* The program keeps that file for each interface; it may say that it leaves it alone. */
static void ask(struct search *s)
{
	const char *path = s->m->asked ? pattern(s, s->m->asked) : "";
	char pid[16];

	if (s->m->pid_file &&
	    file_first_line(pattern(s, s->m->pid_file), pid, sizeof(pid)))
		s->pid = atoi(pid);
	files_read(path, read_asked, s);
}

static void find_program(struct search *s)
{
	const struct target *t = s->target;
	struct place *p = &s->found;
	bool all;
	int pid;

	if (!s->m->comm || s->never || (t->dst && !t->lease))
		return;
	pid = find_process(s->m->comm, t->dev, &all);
	if (!pid)
		return;
	p->manager = s->m;
	p->pid = pid;
	p->all = all;
	p->kind = p->kind ?: PLACE_LEASE;
}

bool find_place(struct doctor *d, const struct manager *m, const struct target *t, bool unit,
		struct place *place)
{
	struct search s = { .d = d, .m = m, .target = t, .whole = unit };

	if (m->devs && fnmatch(m->devs, t->dev, FNM_EXTMATCH))
		return false;
	ask(&s);
	if (m->files)
		read_files(&s, pattern(&s, m->files));
	end_unit(&s);
	if (!unit)
		find_program(&s);
	*place = s.found;
	return place->manager;
}
