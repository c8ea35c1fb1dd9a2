/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc/rtprobe, for people, the shell and boot scripts; only with CAP_NET_ADMIN in the initial
 * user namespace. One file here per file there: status.c, control.c, irqs.c, rules.c, spikes.c,
 * tasks.c.
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
extern const struct proc_ops rtp_proc_spike;

/*
 * Open a file whose whole content @show prints, or that @operations print record by record. Every
 * file is opened through one of these, or asks rtp_access_check_open itself.
 */
int rtp_proc_open_single(struct file *file, int (*show)(struct seq_file *seq, void *unused),
			 void *data);
int rtp_proc_open_records(struct file *file, const struct seq_operations *operations);

/*
 * Copy a short text written to @file into @text of @size bytes. Every write goes through this.
 * Returns 0; -EPERM when the opener or the writer may not write; -EINVAL, with last_error set, when
 * it does not fit or does not start at offset 0; -EFAULT.
 */
int rtp_proc_text(const struct file *file, const char __user *from, size_t count, loff_t offset,
		  char *text, size_t size);

int rtp_procfs_init(void);
void rtp_procfs_exit(void);

#endif
