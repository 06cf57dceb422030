// SPDX-License-Identifier: GPL-2.0
#include "lib/lines.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/diag.h"
#include "lib/words.h"

/* As isspace(3) in the C locale; most are greater than a space. */
static bool is_space(char c)
{
	return c <= ' ' && (c == ' ' || (c >= '\t' && c <= '\r'));
}

static char *skip_space(char *text)
{
	while (is_space(*text))
		text++;
	return text;
}

void line_start(struct line *line, const char *file)
{
	memset(line, 0, offsetof(struct line, bytes) + 1);
	line->file = file;
	line->text = line->bytes;
	line->at = line->bytes;
	line->next = line->bytes;
}

/* The newline that ends the next line, or NULL if that is the last one, or too long. */
static char *find_end(struct line *line, FILE *stream)
{
	char *end = memchr(line->next, '\n', line->left);

	if (end)
		return end;
	memmove(line->bytes, line->next, line->left);
	line->next = line->bytes;
	line->left += fread(line->bytes + line->left, 1, LINE_SIZE - line->left, stream);
	return memchr(line->next, '\n', line->left);
}

static bool read_text(struct line *line, FILE *stream)
{
	char *end = find_end(line, stream), *nul;
	size_t len = end ? (size_t)(end - line->next) : line->left;

	line->text = line->next;
	line->again = NULL;
	nul = memchr(line->text, '\0', len);
	line->at = nul ?: line->text + LINE_SIZE - 1;
	if (nul)
		line->fault = "there is a NUL byte";
	else if (len == LINE_SIZE)
		line->fault = "the line is longer than 65535 bytes";
	if (line->fault)
		return false;
	line->text[len] = '\0';
	line->at = line->text;
	line->next += len + !!end;
	line->left -= len + !!end;
	return len || end;
}

static bool has_words(char *text)
{
	text = skip_space(text);
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
	char *word, *end;

	line->again = NULL;
	if (again)
		return again;
	word = skip_space(line->at);
	line->at = word;
	if (!*word || *word == '#')
		return NULL;
	for (end = word; !is_space(*end) && *end; end++)
		;
	line->at = *end ? end + 1 : end;
	*end = '\0';
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
