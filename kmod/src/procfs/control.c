// SPDX-License-Identifier: GPL-2.0-or-later
/* /proc/rtprobe/control: shows the settings and changes them, both as key=value words. */
#include <linux/slab.h>

#include "procfs/procfs.h"
#include "settings/control.h"

static int control_show(struct seq_file *seq, void *unused)
{
	rtp_control_show(seq);
	return 0;
}

static int control_open(struct inode *inode, struct file *file)
{
	return rtp_proc_open_single(file, control_show, NULL);
}

static ssize_t control_write(struct file *file, const char __user *from, size_t count,
			     loff_t *offset)
{
	char *text = kmalloc(RTP_CONTROL_MAX + 1, GFP_KERNEL);
	int err;

	if (!text)
		return -ENOMEM;
	err = rtp_proc_text(file, from, count, *offset, text, RTP_CONTROL_MAX + 1) ?:
	      rtp_control_run(text);
	kfree(text);
	return err ?: count;
}

const struct proc_ops rtp_proc_control = {
	.proc_open = control_open,
	.proc_read = seq_read,
	.proc_write = control_write,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
};
