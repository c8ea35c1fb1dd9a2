// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tree.h"

static int root = -1;
static bool is_copy;

int tree_open(const char *path)
{
	is_copy = strcmp(path, "/");
	root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return root < 0 ? -1 : 0;
}

/* @path begins with a slash. In a copy, the kernel resolves links as if the copy was the root (Linux 5.6). */
static int open_below(const char *path, int flags)
{
	struct open_how how = { .flags = flags | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };

	if (is_copy)
		return syscall(SYS_openat2, root, path, &how, sizeof(how));
	return openat(root, path[1] ? path + 1 : ".", flags | O_CLOEXEC);
}

int tree_file(const char *path)
{
	int at = open_below(path, O_PATH), fd = -1, error = EINVAL;
	struct stat s;
	char link[32];

	if (at < 0)
		return -1;
	if (!fstat(at, &s) && S_ISREG(s.st_mode)) {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", at);
		fd = open(link, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
		error = errno;
	}
	close(at);
	errno = error;
	return fd;
}

ssize_t tree_read(const char *path, char *text, size_t size)
{
	int fd = tree_file(path), error = 0;
	size_t used = 0;
	ssize_t n;

	if (fd < 0)
		return -1;
	while (used < size) {
		n = read(fd, text + used, size - used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			error = errno;
		if (n <= 0)
			break;
		used += n;
	}
	close(fd);
	errno = error;
	return error && !used ? -1 : (ssize_t)used;
}

DIR *tree_folder(const char *path)
{
	int fd = open_below(path, O_RDONLY | O_DIRECTORY);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !folder)
		close(fd);
	return folder;
}

ssize_t tree_link(const char *path, char *target, size_t size)
{
	int fd = open_below(path, O_PATH | O_NOFOLLOW);
	ssize_t n = fd < 0 ? -1 : readlinkat(fd, "", target, size);

	if (fd >= 0)
		close(fd);
	return n;
}

struct expansion {
	unsigned int calls, max;
	void (*found)(const char *path, void *data);
	void *data;
};

/* @base ends without a slash; @rest is what follows, beginning with one. */
static void expand(struct expansion *e, const char *base, const char *rest)
{
	char path[PATH_MAX], component[NAME_MAX + 1];
	const char *star = strpbrk(rest, "*["), *start, *end;
	struct dirent *entry;
	DIR *folder;

	if (!star) {
		if (snprintf(path, sizeof(path), "%s%s", base, rest) >= (int)sizeof(path))
			return;
		if (e->calls++ < e->max)
			e->found(path, e->data);
		return;
	}
	for (start = star; start[-1] != '/'; start--)
		;
	end = star + strcspn(star, "/");
	snprintf(component, sizeof(component), "%.*s", (int)(end - start), start);
	if (snprintf(path, sizeof(path), "%s%.*s", base, (int)(start - rest - 1), rest) >= (int)sizeof(path))
		return;
	folder = tree_folder(path);
	while (folder && e->calls < e->max && (entry = readdir(folder))) {
		char next[PATH_MAX];

		if (entry->d_name[0] != '.' && !fnmatch(component, entry->d_name, 0) &&
		    snprintf(next, sizeof(next), "%s/%s", path, entry->d_name) < (int)sizeof(next))
			expand(e, next, end);
	}
	if (folder)
		closedir(folder);
}

unsigned int tree_expand(const char *pattern, unsigned int max, void (*found)(const char *path, void *data),
			 void *data)
{
	struct expansion e = { .max = max, .found = found, .data = data };

	expand(&e, "", pattern);
	return e.calls;
}
