// SPDX-License-Identifier: GPL-2.0-or-later
#include "procfs/procfs.h"

#include <linux/uaccess.h>

#include "base/access.h"
#include "settings/control.h"

static const struct {
	const char *name;
	umode_t mode;
	const struct proc_ops *ops;
} files[] = {
	{ "status", 0400, &rtp_proc_status },
	{ "control", 0600, &rtp_proc_control },
	{ "irqs", 0400, &rtp_proc_irqs },
	{ "rules", 0600, &rtp_proc_rules },
	{ "spikes", 0600, &rtp_proc_spikes },
	{ "tasks", 0400, &rtp_proc_tasks },
	{ "cycles", 0400, &rtp_proc_cycles },
	{ "spike", 0600, &rtp_proc_spike },
};

static struct proc_dir_entry *directory;

int rtp_proc_open_single(struct file *file, int (*show)(struct seq_file *seq, void *unused),
			 void *data)
{
	return rtp_access_check_open() ?: single_open(file, show, data);
}

int rtp_proc_open_records(struct file *file, const struct seq_operations *operations)
{
	return rtp_access_check_open() ?: seq_open(file, operations);
}

int rtp_proc_text(const struct file *file, const char __user *from, size_t count, loff_t offset,
		  char *text, size_t size)
{
	struct rtp_reason reason;
	int err = rtp_access_check_write(file);

	if (err)
		return err;
	if (offset || count >= size) {
		rtp_refuse(&reason, "too_long", "a write must fit into %zu bytes", size - 1);
		rtp_last_error_set(&reason);
		return -EINVAL;
	}
	if (copy_from_user(text, from, count))
		return -EFAULT;
	text[count] = '\0';
	return 0;
}

int rtp_procfs_init(void)
{
	unsigned int i;

	directory = proc_mkdir_mode("rtprobe", 0500, NULL);
	if (!directory)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		if (!proc_create(files[i].name, files[i].mode, directory, files[i].ops)) {
			rtp_procfs_exit();
			return -ENOMEM;
		}
	}
	return 0;
}

/* Waits for readers and writers in progress. */
void rtp_procfs_exit(void)
{
	proc_remove(directory);
}
