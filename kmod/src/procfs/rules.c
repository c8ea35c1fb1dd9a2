// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /proc/rtprobe/rules: one rule per line, in order of evaluation. rule_word.h describes the syntax
 * of writes.
 */
#include <linux/slab.h>

#include "base/access.h"
#include "capture/rule.h"
#include "procfs/procfs.h"
#include "settings/control.h"
#include "settings/rule_word.h"

/* A position is the id of the last rule shown. */
static void *rules_start(struct seq_file *seq, loff_t *position)
{
	rtp_rules_lock();
	return (void *)rtp_rule_after(*position);
}

static void *rules_next(struct seq_file *seq, void *current_rule, loff_t *position)
{
	const struct rtp_rule *rule = current_rule;

	*position = rule->id;
	return (void *)rtp_rule_after(rule->id);
}

static void rules_stop(struct seq_file *seq, void *current_rule)
{
	rtp_rules_unlock();
}

static int rules_show(struct seq_file *seq, void *current_rule)
{
	rtp_rule_show(seq, current_rule);
	return 0;
}

static const struct seq_operations rules_operations = {
	.start = rules_start,
	.next = rules_next,
	.stop = rules_stop,
	.show = rules_show,
};

static int rules_open(struct inode *inode, struct file *file)
{
	return rtp_proc_open_records(file, &rules_operations);
}

static ssize_t rules_write(struct file *file, const char __user *from, size_t count, loff_t *offset)
{
	char *text = kmalloc(RTP_RULES_TEXT + 1, GFP_KERNEL);
	struct rtp_reason reason;
	int err;

	if (!text)
		return -ENOMEM;
	err = rtp_proc_text(file, from, count, *offset, text, RTP_RULES_TEXT + 1);
	if (!err) {
		err = rtp_rules_run(text, rtp_config_get().capture,
				    rtp_access_may_signal_of_file(file), &reason);
		if (err)
			rtp_last_error_set(&reason);
	}
	kfree(text);
	return err ?: count;
}

const struct proc_ops rtp_proc_rules = {
	.proc_open = rules_open,
	.proc_read = seq_read,
	.proc_write = rules_write,
	.proc_lseek = seq_lseek,
	.proc_release = seq_release,
};
