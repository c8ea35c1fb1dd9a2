/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads files below a folder: that of the machine, or a copy of its /proc, /sys and /etc. No path and no symbolic link
 * of a copy leads out of it. Only ordinary files are read: opening a device or a pipe can have effects.
 */
#include <dirent.h>
#include <stddef.h>
#include <sys/types.h>

/* Uses @path as the root, "/" for the machine itself. Returns -1 with errno set if it cannot be opened. */
int tree_open(const char *path);
/* Reads the begin of an ordinary file. Returns the length, or -1 with errno set. */
ssize_t tree_read(const char *path, char *text, size_t size);
/* Returns a folder, or NULL with errno set. */
DIR *tree_folder(const char *path);
/* Returns a descriptor of an ordinary file for reading, or -1 with errno set. */
int tree_file(const char *path);
/* Returns the length of the target of a symbolic link, or -1 with errno set. */
ssize_t tree_link(const char *path, char *target, size_t size);
/*
 * Calls @found with at most @max paths that fit the pattern, in the order of the folders. `*` and `[` may be in each
 * component but the first. A path without either may not exist. Returns the number of calls; @max may mean that
 * there are more.
 */
unsigned int tree_expand(const char *pattern, unsigned int max, void (*found)(const char *path, void *data),
			 void *data);
