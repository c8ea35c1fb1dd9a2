/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may read and write, and who may see registers. Capabilities count in the initial user
 * namespace only: root of a container's user namespace has none there. Process context, in the task
 * that asks.
 */
#ifndef RTPROBE_ACCESS_H
#define RTPROBE_ACCESS_H

#include <linux/bits.h>
#include <linux/types.h>

struct file;
struct pt_regs;
struct sk_buff;

/* Registers that whoever asks may see: mask of these. */
#define RTP_ACCESS_KERNEL_REGISTERS BIT(0)
#define RTP_ACCESS_USER_REGISTERS BIT(1)

/*
 * Returns 0 if the current task may open a file of /proc/rtprobe, else -EPERM. File modes do not
 * suffice: the files appear in every procfs mount, so also in that of a container whose root has no
 * capability. The open file can be passed on for reading, like any file.
 */
int rtp_access_check_open(void);

/*
 * Returns 0 if both the opener of @file and the current task may write, else -EPERM. Without the
 * second check a setuid program could be made to write, without the first whoever got hold of the
 * file could.
 */
int rtp_access_check_write(const struct file *file);

/* Returns the registers that the opener of @file may see. */
unsigned int rtp_access_registers_of_file(const struct file *file);

/*
 * Returns the registers that the sender of a netlink request may see: the socket's opener and the
 * current task.
 */
unsigned int rtp_access_registers_of_request(struct sk_buff *request);

/* Whether @allowed, a mask of RTP_ACCESS_*, covers @regs. */
bool rtp_access_covers(unsigned int allowed, const struct pt_regs *regs);

#endif
