/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Access checks for reading, writing and registers. Capabilities count only in the initial user
 * namespace: root of a container's user namespace has none there. Process context, in the task that
 * makes the request.
 */
#ifndef RTPROBE_ACCESS_H
#define RTPROBE_ACCESS_H

#include <linux/bits.h>
#include <linux/types.h>

struct file;
struct pt_regs;
struct sk_buff;

/* Registers that the requester may see: mask of these. */
#define RTP_ACCESS_KERNEL_REGISTERS BIT(0)
#define RTP_ACCESS_USER_REGISTERS BIT(1)

/*
 * Returns 0 if the current task may open a file of /proc/rtprobe, else -EPERM. File modes do not
 * suffice: the files appear in every procfs mount, so also in that of a container whose root has no
 * capability. The open file can be passed on for reading, like any file.
 */
int rtp_access_check_open(void);

/*
 * Returns 0 if both the opener of @file and the current task may write, else -EPERM. The check of
 * the task protects against an unprivileged opener that makes a setuid program write. The check of
 * the opener protects against an unprivileged task that got the open file.
 */
int rtp_access_check_write(const struct file *file);

/* Returns the registers that the opener of @file may see. */
unsigned int rtp_access_registers_of_file(const struct file *file);

/*
 * Returns the registers that the sender of a netlink request may see: the socket's opener and the
 * current task.
 */
unsigned int rtp_access_registers_of_request(struct sk_buff *request);

/*
 * Return whether the writer of @file or the sender of a netlink request may have processes
 * signalled: both the opener and the current task have CAP_KILL.
 */
bool rtp_access_may_signal_of_file(const struct file *file);
bool rtp_access_may_signal_of_request(struct sk_buff *request);

/* Returns whether @allowed, a mask of RTP_ACCESS_*, covers @regs. */
bool rtp_access_covers(unsigned int allowed, const struct pt_regs *regs);

#endif
