// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "facts.h"
#include "frames.h"

#define VALUE_MAX (4 << 10)
#define ANSWER_MAX (512 << 10)
#define BEGIN "begin\n"
#define END_MAX 32 /* bytes of the last line */

static const char *const patterns[] = { RTPROBE_AGENT_FACTS_FILES };
#define PATTERNS (sizeof(patterns) / sizeof(*patterns))

void facts_stop(struct facts *f)
{
	if (f->folder)
		closedir(f->folder);
	memset(f, 0, sizeof(*f));
}

void facts_start(struct facts *f)
{
	facts_stop(f);
	f->active = true;
	f->len = sprintf(f->line, BEGIN);
}

/* Returns the length of the part of a pattern up to the component with the `*`. */
static size_t group_len(const char *pattern)
{
	const char *star = strrchr(pattern, '*');

	return star - pattern + strcspn(star, "/");
}

static bool same_group(unsigned int a, unsigned int b)
{
	size_t len = group_len(patterns[a]);

	return len == group_len(patterns[b]) && !strncmp(patterns[a], patterns[b], len);
}

/* Finds the next entry of the group, or of the next groups. Returns false after the last one. */
static bool next_entry(struct facts *f, char path[PATH_MAX])
{
	char folder[PATH_MAX], *name;
	struct dirent *entry;

	while (f->pattern < PATTERNS) {
		const char *pattern = patterns[f->pattern];
		unsigned int group = f->pattern;

		snprintf(folder, sizeof(folder), "%.*s", (int)group_len(pattern), pattern);
		name = strrchr(folder, '/');
		*name++ = '\0';
		if (!f->folder)
			f->folder = opendir(*folder ? folder : "/");
		while (f->folder && (entry = readdir(f->folder)))
			if (entry->d_name[0] != '.' && !fnmatch(name, entry->d_name, 0) &&
			    snprintf(path, PATH_MAX, "%s/%s", folder, entry->d_name) < PATH_MAX)
				return true;
		if (f->folder)
			closedir(f->folder);
		f->folder = NULL;
		while (f->pattern < PATTERNS && same_group(group, f->pattern))
			f->pattern++;
	}
	return false;
}

/* Returns the length of the first line of a file, or -1. */
static ssize_t first_line(const char *path, char *value, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	ssize_t n = fd < 0 ? -1 : read(fd, value, size);
	char *end = n > 0 ? memchr(value, '\n', n) : NULL;

	if (fd >= 0)
		close(fd);
	return end ? end - value : n;
}

/* Returns the length of the last name of a link's target, or -1. */
static ssize_t target_name(const char *path, char *value, size_t size)
{
	ssize_t n = readlink(path, value, size);
	char *slash = n > 0 && (size_t)n < size ? memrchr(value, '/', n) : NULL;

	if (!slash)
		return n;
	n -= slash + 1 - value;
	memmove(value, slash + 1, n);
	return n;
}

/* Returns the length of the names in a folder, `size` if they do not fit, or -1. */
static ssize_t names_in(const char *path, char *value, size_t size)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	size_t used = 0;

	while (folder && used < size && (entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			used += snprintf(value + used, size - used, "%s%s", used ? "," : "", entry->d_name);
	if (!folder)
		return -1;
	closedir(folder);
	return used < size ? used : size;
}

/* Appends to the line. If the text does not fit, leaves the line as it was and counts the text. */
static void append(struct facts *f, const char *format, ...)
{
	size_t room = sizeof(f->line) - f->len;
	va_list values;
	int n;

	va_start(values, format);
	n = vsnprintf(f->line + f->len, room, format, values);
	va_end(values);
	if (n >= 0 && (size_t)n < room)
		f->len += n;
	else
		f->left_out++;
}

/* Replaces control characters, which would end a field or a line. */
static void make_plain(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			text[i] = '?';
}

/* Appends a tab, the name and the value of a file; nothing if it cannot be read or is empty. */
static void append_value(struct facts *f, const char *name, const char *path)
{
	char value[VALUE_MAX + 1];
	struct stat s;
	ssize_t n = -1;

	if (lstat(path, &s))
		return;
	if (S_ISREG(s.st_mode))
		n = first_line(path, value, sizeof(value));
	else if (S_ISLNK(s.st_mode))
		n = target_name(path, value, sizeof(value));
	else if (S_ISDIR(s.st_mode))
		n = names_in(path, value, sizeof(value));
	if (n > VALUE_MAX)
		f->left_out++;
	if (n <= 0 || n > VALUE_MAX)
		return;
	make_plain(value, n);
	append(f, "\t%s=%.*s", name, (int)n, value);
}

/* Makes the line of an entry; an empty one if none of the group's files could be read. */
static void make_line(struct facts *f, const char *entry)
{
	size_t len = group_len(patterns[f->pattern]);
	char path[PATH_MAX], real[PATH_MAX] = "";
	bool bare = !patterns[f->pattern][len];
	size_t empty;

	if (!realpath(entry, real) || !strcmp(entry, real))
		*real = '\0';
	make_plain(real, strlen(real));
	snprintf(path, sizeof(path), "%s", entry);
	make_plain(path, strlen(path));
	append(f, "%s\t%s", path, real);
	empty = f->len;
	for (unsigned int i = f->pattern; i < PATTERNS && same_group(f->pattern, i); i++) {
		const char *name = patterns[i] + len;

		if (*name && snprintf(path, sizeof(path), "%s%s", entry, name) < (int)sizeof(path))
			append_value(f, name + 1, path);
	}
	if (f->len == empty && !bare) {
		f->len = 0;
		return;
	}
	if (f->len > sizeof(f->line) - 2)
		f->len = sizeof(f->line) - 2;
	f->line[f->len++] = '\n';
}

size_t facts_read(struct facts *f, char *text)
{
	char entry[PATH_MAX];
	size_t used = 0;

	for (;;) {
		if (f->len && f->total + f->len > ANSWER_MAX) {
			f->left_out++;
			f->len = 0;
		}
		if (used + f->len > FACTS_FRAME_MAX - END_MAX)
			return used;
		memcpy(text + used, f->line, f->len);
		used += f->len;
		f->total += f->len;
		f->len = 0;
		if (!next_entry(f, entry))
			break;
		make_line(f, entry);
	}
	used += sprintf(text + used, "end %u\n", f->left_out);
	facts_stop(f);
	return used;
}
