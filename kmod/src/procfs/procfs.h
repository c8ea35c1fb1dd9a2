/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
  * /proc/rtprobe, for people, shells and boot scripts. Needs CAP_NET_ADMIN in the initial user
  * namespace. One source file per file: status.c, control.c, irqs.c, rules.c, spikes.c, tasks.c,
 * cycles.c.
 */
#ifndef RTPROBE_PROCFS_H
#define RTPROBE_PROCFS_H

#include <linux/proc_fs.h>
#include <linux/seq_file.h>

extern const struct proc_ops rtp_proc_status;
extern const struct proc_ops rtp_proc_control;
extern const struct proc_ops rtp_proc_irqs;
extern const struct proc_ops rtp_proc_rules;
extern const struct proc_ops rtp_proc_spikes;
extern const struct proc_ops rtp_proc_tasks;
extern const struct proc_ops rtp_proc_cycles;
extern const struct proc_ops rtp_proc_spike;

/*
 * Open a file whose content @show prints as a whole, or @operations record by record. Each file is
 * opened through one of these, or calls rtp_access_check_open itself. Return 0 or a negative errno.
 */
int rtp_proc_open_single(struct file *file, int (*show)(struct seq_file *seq, void *unused),
			 void *data);
int rtp_proc_open_records(struct file *file, const struct seq_operations *operations);

/*
 * Copies a short text that was written to @file into @text, @size bytes. All writes use this.
 * Returns 0; -EPERM if the opener or the writer may not write; -EINVAL and sets last_error if the
 * text is too long or does not start at offset 0; -EFAULT.
 */
int rtp_proc_text(const struct file *file, const char __user *from, size_t count, loff_t offset,
		  char *text, size_t size);

int rtp_procfs_init(void);
void rtp_procfs_exit(void);

#endif
