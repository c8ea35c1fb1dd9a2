// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "json.h"

void json_start(struct json *j, char *text, size_t size, size_t reserve)
{
	*j = (struct json){ .text = text, .size = size, .reserve = reserve, .first = true };
}

static void put(struct json *j, const char *bytes, size_t len)
{
	if (j->full || j->len + len > j->size - (j->in_item ? j->reserve : 0)) {
		j->full = j->in_item;
		return;
	}
	memcpy(j->text + j->len, bytes, len);
	j->len += len;
}

/* Returns the length of the UTF-8 sequence at @at, or 0 if there is none. */
static size_t sequence_len(const unsigned char *at, size_t len)
{
	size_t n = *at < 0x80 ? 1 : *at < 0xc2 ? 0 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : *at < 0xf5 ? 4 : 0;

	if (n > len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	/* Overlong forms, surrogates, and what is beyond U+10FFFF. */
	if ((*at == 0xe0 && at[1] < 0xa0) || (*at == 0xed && at[1] > 0x9f) || (*at == 0xf0 && at[1] < 0x90) ||
	    (*at == 0xf4 && at[1] > 0x8f))
		return 0;
	return n;
}

static void put_text(struct json *j, const char *value, size_t len)
{
	const unsigned char *at = (const unsigned char *)value;
	char escaped[8];

	for (size_t i = 0; i < len;) {
		size_t n = sequence_len(at + i, len - i);

		if (!n)
			put(j, "\xef\xbf\xbd", 3);
		else if (j->is_plain && (at[i] == '\n' || at[i] == '\t'))
			put(j, at[i] == '\n' ? " | " : " ", at[i] == '\n' ? 3 : 1);
		else if (!j->is_plain && (at[i] == '"' || at[i] == '\\'))
			put(j, escaped, sprintf(escaped, "\\%c", at[i]));
		else if (at[i] < ' ' || at[i] == 0x7f)
			put(j, escaped, sprintf(escaped, "\\u%04x", at[i]));
		else
			put(j, value + i, n);
		i += n ? n : 1;
	}
}

static void put_string(struct json *j, const char *value, size_t len)
{
	put(j, "\"", 1);
	put_text(j, value, len);
	put(j, "\"", 1);
}

static void put_name(struct json *j, const char *name)
{
	static const char indent[] = "        ";

	if (j->is_plain) {
		if (j->line_depth)
			put(j, "  ", j->first ? 0 : 2);
		else
			put(j, indent, j->depth > 5 ? 8 : j->depth ? 2 * (j->depth - 1) : 0);
	} else if (!j->first) {
		put(j, ",", 1);
	}
	j->first = false;
	if (!name)
		return;
	if (j->is_plain) {
		put_text(j, name, strlen(name));
		put(j, j->line_depth ? "=" : ": ", j->line_depth ? 1 : 2);
		return;
	}
	put_string(j, name, strlen(name));
	put(j, ":", 1);
}

static void end_line(struct json *j)
{
	if (j->is_plain && !j->line_depth)
		put(j, "\n", 1);
}

void json_open(struct json *j, const char *name, char bracket)
{
	if (!j->is_plain || j->depth)
		put_name(j, name);
	j->depth++;
	if (!j->is_plain)
		put(j, &bracket, 1);
	else if (j->in_item && !j->line_depth)
		j->line_depth = j->depth;
	else if (j->depth > 1)
		end_line(j);
	j->first = true;
}

void json_close(struct json *j, char bracket)
{
	j->depth--;
	if (!j->is_plain)
		put(j, &bracket, 1);
	if (j->line_depth > j->depth) {
		j->line_depth = 0;
		end_line(j);
	}
	j->first = false;
}

void json_item(struct json *j)
{
	j->mark = j->len;
	j->in_item = true;
}

bool json_item_end(struct json *j)
{
	bool fits = !j->full;

	if (!fits) {
		j->len = j->mark;
		j->left_out++;
		/* An item is never the first bytes of the text: a bracket precedes it. */
		j->first = j->text[j->mark - 1] == '{' || j->text[j->mark - 1] == '[';
	}
	j->full = false;
	j->in_item = false;
	return fits;
}

void json_text(struct json *j, const char *name, const char *value, size_t len)
{
	put_name(j, name);
	if (j->is_plain)
		put_text(j, value, len);
	else
		put_string(j, value, len);
	end_line(j);
}

void json_number(struct json *j, const char *name, long long value)
{
	char text[24];

	put_name(j, name);
	put(j, text, snprintf(text, sizeof(text), "%lld", value));
	end_line(j);
}

void json_bool(struct json *j, const char *name, bool value)
{
	put_name(j, name);
	put(j, value ? "true" : "false", value ? 4 : 5);
	end_line(j);
}
