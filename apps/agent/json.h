/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes JSON into a buffer of a fixed size, or the same as lines for people. An item is written completely or not at all;
 * what does not fit is counted. Text may contain any bytes: those that are not UTF-8 become U+FFFD.
 */
#include <stdbool.h>
#include <stddef.h>

struct json {
	char *text;
	size_t size, len;
	size_t reserve; /* bytes that no item may use */
	size_t mark; /* begin of the open item */
	unsigned int depth, line_depth; /* line_depth: of the object that is one line; 0 if none is */
	unsigned int left_out;
	bool first; /* no comma before the next member */
	bool in_item;
	bool full; /* the open item does not fit */
	bool is_plain; /* lines for people */
};

/* @text has @size bytes; the last @reserve of them are for what is outside of items. */
void json_start(struct json *j, char *text, size_t size, size_t reserve);
/* Opens an object or list, `{` or `[`, as a member if @name is not NULL. */
void json_open(struct json *j, const char *name, char bracket);
void json_close(struct json *j, char bracket);
/*
 * Everything between json_item and json_item_end is written completely, or is removed and counted. Items do not nest.
 * json_item_end returns false if the item was removed.
 */
void json_item(struct json *j);
bool json_item_end(struct json *j);
/* Appends a string member, or an element of a list if @name is NULL. */
void json_text(struct json *j, const char *name, const char *value, size_t len);
void json_number(struct json *j, const char *name, long long value);
void json_bool(struct json *j, const char *name, bool value);
