// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /proc/rtprobe/spikes: a block of key=value lines per spike, oldest first. Writing `clear` clears
 * the list. /proc/rtprobe/spike: one spike. Writing an id selects the spike for this open file and
 * for those opened later.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "procfs/procfs.h"
#include "procfs/spike_show.h"
#include "settings/control.h"
#include "spikes/list.h"
#include "spikes/spike.h"

static void *spikes_start(struct seq_file *seq, loff_t *position)
{
	rtp_spikes_lock();
	return (void *)rtp_spike_after(*position);
}

/* A position is the id of the last spike shown, so it stays valid if the list is cleared. */
static void *spikes_next(struct seq_file *seq, void *current_spike, loff_t *position)
{
	const struct rtp_spike *spike = current_spike;

	*position = spike->id;
	return (void *)rtp_spike_after(spike->id);
}

static void spikes_stop(struct seq_file *seq, void *current_spike)
{
	rtp_spikes_unlock();
}

static int spikes_show(struct seq_file *seq, void *current_spike)
{
	rtp_spike_show(seq, current_spike);
	return 0;
}

static const struct seq_operations spikes_operations = {
	.start = spikes_start,
	.next = spikes_next,
	.stop = spikes_stop,
	.show = spikes_show,
};

static int spikes_open(struct inode *inode, struct file *file)
{
	return rtp_proc_open_records(file, &spikes_operations);
}

static ssize_t spikes_write(struct file *file, const char __user *from, size_t count,
			    loff_t *offset)
{
	struct rtp_reason reason;
	char text[16];
	int err = rtp_proc_text(file, from, count, *offset, text, sizeof(text));

	if (err)
		return err;
	if (!strcmp(strim(text), "clear")) {
		rtp_spikes_clear();
		return count;
	}
	err = rtp_refuse(&reason, "unknown_word", "%s: clear", strim(text));
	rtp_last_error_set(&reason);
	return err;
}

const struct proc_ops rtp_proc_spikes = {
	.proc_open = spikes_open,
	.proc_read = seq_read,
	.proc_write = spikes_write,
	.proc_lseek = seq_lseek,
	.proc_release = seq_release,
};

static atomic64_t chosen;

static int spike_show(struct seq_file *seq, void *unused)
{
	const struct rtp_spike *spike;

	rtp_spikes_lock();
	spike = rtp_spike_by_id(*(u64 *)seq->private);
	if (spike)
		rtp_spike_show(seq, spike);
	rtp_spikes_unlock();
	return spike ? 0 : -ENOENT;
}

static int spike_open(struct inode *inode, struct file *file)
{
	u64 *id = kmalloc(sizeof(*id), GFP_KERNEL);
	int err;

	if (!id)
		return -ENOMEM;
	*id = atomic64_read(&chosen);
	err = rtp_proc_open_single(file, spike_show, id);
	if (err)
		kfree(id);
	return err;
}

static int spike_release(struct inode *inode, struct file *file)
{
	kfree(((struct seq_file *)file->private_data)->private);
	return single_release(inode, file);
}

static bool is_stored(u64 id)
{
	bool stored;

	rtp_spikes_lock();
	stored = rtp_spike_by_id(id);
	rtp_spikes_unlock();
	return stored;
}

static ssize_t spike_write(struct file *file, const char __user *from, size_t count, loff_t *offset)
{
	u64 *own = ((struct seq_file *)file->private_data)->private;
	struct rtp_reason reason;
	char text[32];
	u64 id;
	int err = rtp_proc_text(file, from, count, *offset, text, sizeof(text));

	if (err)
		return err;
	if (kstrtou64(strim(text), 10, &id))
		err = rtp_refuse(&reason, "bad_number", "%s: the id of a spike", strim(text));
	else if (!is_stored(id))
		err = rtp_refuse(&reason, "unknown_spike", "%llu: it is not stored", id);
	if (err) {
		rtp_last_error_set(&reason);
		return err;
	}
	*own = id;
	atomic64_set(&chosen, id);
	return count;
}

const struct proc_ops rtp_proc_spike = {
	.proc_open = spike_open,
	.proc_read = seq_read,
	.proc_write = spike_write,
	.proc_lseek = seq_lseek,
	.proc_release = spike_release,
};
