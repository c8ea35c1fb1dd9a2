/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Differences between kernels that concern files. Include only where needed: it includes many headers. */
#ifndef RTPROBE_COMPAT_FILE_H
#define RTPROBE_COMPAT_FILE_H

#include <linux/fs.h>
#include <linux/mm_types.h>
#include <linux/net.h>
#include <linux/sched/mm.h>

#include "compat/probes.h"

/* Returns the executable of @mm with a reference for fput, NULL if there is none. Process context. */
static inline struct file *compat_mm_exe_file(struct mm_struct *mm)
{
	struct file *file;

	rcu_read_lock();
#ifdef RTPROBE_HAVE_GET_FILE_RCU_POINTER
	file = get_file_rcu(&mm->exe_file);
#else
	file = rcu_dereference(mm->exe_file);
	if (file && !get_file_rcu(file))
		file = NULL;
#endif
	rcu_read_unlock();
	return file;
}

/*
 * Drops a reference to the users of @mm. Dropping the last one unmaps everything and waits for outstanding asynchronous
 * I/O, which may never end with a hung device or server. If the kernel supports it, a separate work does this.
 */
static inline void compat_mmput(struct mm_struct *mm)
{
#ifdef RTPROBE_HAVE_EXPORT_MMPUT_ASYNC
	mmput_async(mm);
#else
	mmput(mm);
#endif
}

/* Returns the socket of a file, NULL if the file is not a socket. */
static inline struct socket *compat_sock_from_file(struct file *file)
{
#ifdef RTPROBE_HAVE_SOCK_FROM_FILE_ALONE
	return sock_from_file(file);
#else
	int unused;

	return sock_from_file(file, &unused);
#endif
}

#endif
