// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/access.h"

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/netlink.h>
#include <linux/ptrace.h>
#include <linux/security.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

int rtp_access_check_open(void)
{
	return capable(CAP_NET_ADMIN) ? 0 : -EPERM;
}

int rtp_access_check_write(const struct file *file)
{
	return file_ns_capable(file, &init_user_ns, CAP_NET_ADMIN) && capable(CAP_NET_ADMIN)
		       ? 0 : -EPERM;
}

/*
 * Returns whether kernel.kptr_restrict hides kernel addresses from the current task. The setting is
 * not exported to modules, but %pK obeys it and prints a hidden address as zeros.
 */
static bool kptr_hides(void)
{
	char text[32];

	snprintf(text, sizeof(text), "%pK", &rtp_access_check_open);
	return text[strspn(text, "0")] == '\0';
}

/*
 * Returns whether the current task may read kernel registers, which contain kernel addresses and
 * data. perf makes the same lockdown check before it samples them.
 */
static bool kernel_is_readable(void)
{
	return !kptr_hides() && !security_locked_down(LOCKDOWN_PERF);
}

unsigned int rtp_access_registers_of_file(const struct file *file)
{
	unsigned int allowed = 0;

	if ((file_ns_capable(file, &init_user_ns, CAP_SYSLOG) ||
	     file_ns_capable(file, &init_user_ns, CAP_PERFMON)) && kernel_is_readable())
		allowed |= RTP_ACCESS_KERNEL_REGISTERS;
	if (file_ns_capable(file, &init_user_ns, CAP_SYS_PTRACE))
		allowed |= RTP_ACCESS_USER_REGISTERS;
	return allowed;
}

unsigned int rtp_access_registers_of_request(struct sk_buff *request)
{
	unsigned int allowed = 0;

	if ((netlink_capable(request, CAP_SYSLOG) || netlink_capable(request, CAP_PERFMON)) &&
	    kernel_is_readable())
		allowed |= RTP_ACCESS_KERNEL_REGISTERS;
	if (netlink_capable(request, CAP_SYS_PTRACE))
		allowed |= RTP_ACCESS_USER_REGISTERS;
	return allowed;
}

bool rtp_access_may_signal_of_file(const struct file *file)
{
	return file_ns_capable(file, &init_user_ns, CAP_KILL) && capable(CAP_KILL);
}

bool rtp_access_may_signal_of_request(struct sk_buff *request)
{
	return netlink_capable(request, CAP_KILL);
}

bool rtp_access_covers(unsigned int allowed, const struct pt_regs *regs)
{
	/* On some kernels the parameter of user_mode is not const. */
	return allowed & (user_mode((struct pt_regs *)regs) ? RTP_ACCESS_USER_REGISTERS
							    : RTP_ACCESS_KERNEL_REGISTERS);
}
