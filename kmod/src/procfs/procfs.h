/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc/rtprobe, for people, the shell and boot scripts; root only. One file here per file there:
 * status.c, control.c, irqs.c, rules.c, spikes.c, tasks.c.
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
 * Copy a short text written to a file into @text of @size bytes. Returns 0; -EINVAL, with
 * last_error set, when it does not fit or does not start at offset 0; -EFAULT.
 */
int rtp_proc_text(const char __user *from, size_t count, loff_t offset, char *text, size_t size);

int rtp_procfs_init(void);
void rtp_procfs_exit(void);

#endif
