/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between kernels about open files; see compat.h. */
#ifndef RTPROBE_COMPAT_FILE_H
#define RTPROBE_COMPAT_FILE_H

#include <linux/net.h>

#include "compat/probes.h"

/* The socket behind an open file, or NULL. The caller holds the file; any context. */
static inline struct socket *compat_sock_from_file(struct file *file)
{
#ifdef RTPROBE_HAVE_SOCK_FROM_FILE_ALONE
	return sock_from_file(file);
#else
	int err;

	return sock_from_file(file, &err);
#endif
}

#endif
