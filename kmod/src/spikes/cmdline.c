// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the command line of a process from its memory without page faults. A page that is not
 * present may belong to FUSE, a network file system or userfaultfd, whose server may never answer.
 * So only present pages are read, and the record says if the command line is incomplete.
 */
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "spikes/process.h"

/* Used only by the completion work, which never runs concurrently with itself. */
static char line[RTPROBE_CMDLINE_LEN];

/*
 * Copies up to the first page that is not present, at most @bytes. Returns the bytes copied. Called
 * in a kernel thread without an mm.
 */
static size_t copy_present(struct mm_struct *mm, unsigned long from, char *to, size_t bytes)
{
	const void __user *address = (const void __user *)from;
	size_t n = 0;

	kthread_use_mm(mm);
	pagefault_disable();
	while (n < bytes) {
		size_t part = min_t(size_t, bytes - n, PAGE_SIZE - offset_in_page(from + n));

		if (!access_ok(address + n, part) ||
		    __copy_from_user_inatomic(to + n, address + n, part))
			break;
		n += part;
	}
	pagefault_enable();
	kthread_unuse_mm(mm);
	return n;
}

/* Arguments are separated by NUL bytes. */
static void join_arguments(char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (!text[i])
			text[i] = ' ';
	text[length] = '\0';
}

void rtp_process_read_cmdline(struct rtp_process *process, struct mm_struct *mm)
{
	unsigned long start, end;
	size_t wanted, length;

	spin_lock(&mm->arg_lock);
	start = mm->arg_start;
	end = mm->arg_end;
	spin_unlock(&mm->arg_lock);
	if (end <= start)
		return;
	wanted = min_t(unsigned long, end - start, sizeof(line) - 1);
	length = copy_present(mm, start, line, wanted);
	if (length < wanted)
		process->cmdline_unread = RTPROBE_UNREAD_PAGE_NOT_PRESENT;
	while (length > 0 && !line[length - 1])
		length--;
	join_arguments(line, length);
	process->cmdline = rtp_process_text(process, line);
}
