// SPDX-License-Identifier: GPL-2.0-or-later
#include "recorder/marker.h"

#include <linux/fs.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "base/cpu.h"
#include "base/lost.h"
#include "recorder/recorder.h"

/*
 * Markers per second that a CPU records, and how many may come at once. A program that writes all
 * the time leaves the recorder a reach of some 300 ms.
 */
#define MARKER_NS (NSEC_PER_SEC / 4000)
#define MARKER_BURST 64

void (*rtp_marker_seen)(struct rtp_cpu *c, const char *text);

/* Each marker moves the due time on. Interrupts off. */
static bool marker_allowed(struct rtp_cpu *c)
{
	u64 now = ktime_get_mono_fast_ns();
	u64 due = max(c->marker_due, now);

	if (due - now >= MARKER_BURST * MARKER_NS) {
		rtp_lost_add(RTP_LOST_MARKER_LIMITED, 1);
		return false;
	}
	c->marker_due = due + MARKER_NS;
	return true;
}

static int marker_record(const char text[RTPROBE_MARKER_LEN])
{
	void (*seen)(struct rtp_cpu *c, const char *text);
	unsigned long flags;
	struct rtp_cpu *c;
	int err = 0;

	local_irq_save(flags);
	c = this_cpu_ptr(rtp_cpus);
	if (!rtp_recorder_is_on())
		err = -ENODEV;
	else if (!marker_allowed(c))
		err = -EAGAIN;
	else
		rtp_recorder_put_marker(c, text);
	seen = READ_ONCE(rtp_marker_seen);
	if (seen && !err)
		seen(c, text);
	local_irq_restore(flags);
	return err;
}

/* Returns whether a text is printable ASCII. */
static bool marker_is_printable(const char *text, size_t length)
{
	while (length--)
		if (text[length] < ' ' || text[length] > '~')
			return false;
	return true;
}

static ssize_t marker_write(struct file *file, const char __user *from, size_t count,
			    loff_t *offset)
{
	char text[RTPROBE_MARKER_LEN] = {};
	size_t length = count;

	if (count > sizeof(text))
		return -EMSGSIZE;
	if (copy_from_user(text, from, count))
		return -EFAULT;
	/* As echo writes it. */
	if (length && text[length - 1] == '\n')
		text[--length] = '\0';
	if (!length)
		return -EINVAL;
	if (length == sizeof(text))
		return -EMSGSIZE;
	if (!marker_is_printable(text, length))
		return -EILSEQ;
	return marker_record(text) ?: count;
}

static int marker_open(struct inode *inode, struct file *file)
{
	return file->f_mode & FMODE_READ ? -EACCES : stream_open(inode, file);
}

static const struct file_operations marker_operations = {
	.owner = THIS_MODULE,
	.open = marker_open,
	.write = marker_write,
};

static struct miscdevice marker_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "rtprobe_marker",
	.fops = &marker_operations,
	.mode = 0220,
};

int rtp_marker_init(void)
{
	return misc_register(&marker_device);
}

void rtp_marker_exit(void)
{
	misc_deregister(&marker_device);
}
