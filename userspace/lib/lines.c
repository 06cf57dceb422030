// SPDX-License-Identifier: GPL-2.0
#include "lib/lines.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/diag.h"
#include "lib/words.h"

static const char space[] = " \t\r\n\v\f";

void line_start(struct line *line, const char *file)
{
	memset(line, 0, offsetof(struct line, text) + 1);
	line->file = file;
	line->at = line->text;
}

static bool read_text(struct line *line, FILE *stream)
{
	size_t len = 0;
	int c;

	while ((c = getc_unlocked(stream)) != EOF && c != '\n' && c && len < LINE_SIZE - 1)
		line->text[len++] = c;
	line->at = line->text + len;
	if (!c)
		line->fault = "there is a NUL byte";
	else if (c != EOF && c != '\n')
		line->fault = "the line is longer than 65535 bytes";
	if (line->fault)
		return false;
	line->text[len] = '\0';
	line->at = line->text;
	line->again = NULL;
	return len || c == '\n';
}

static bool has_words(const char *text)
{
	text += strspn(text, space);
	return *text && *text != '#';
}

bool line_read(struct line *line, FILE *stream)
{
	do {
		line->number++;
		if (!read_text(line, stream))
			return false;
	} while (!has_words(line->text));
	return true;
}

const char *line_word(struct line *line)
{
	const char *again = line->again;
	char *word;

	line->again = NULL;
	if (again)
		return again;
	word = line->at + strspn(line->at, space);
	line->at = word;
	if (!*word || *word == '#')
		return NULL;
	line->at += strcspn(word, space);
	if (*line->at)
		*line->at++ = '\0';
	return word;
}

void line_put_back(struct line *line, const char *word)
{
	line->again = word;
}

unsigned int line_column(const struct line *line, const char *word)
{
	return (word ?: line->at) - line->text + 1;
}

bool line_error(struct line *line, const char *word, const char *format, ...)
{
	va_list args;

	line->errors++;
	va_start(args, format);
	diag_at(line->file, line->number, line_column(line, word), format, args);
	va_end(args);
	return false;
}

bool line_unknown(struct line *line, const char *what, const char *const *words, const char *word)
{
	char *text = word_unknown(what, words, word);

	line_error(line, word, "%s", text);
	free(text);
	return false;
}
