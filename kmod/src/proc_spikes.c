// SPDX-License-Identifier: GPL-2.0-or-later
/* /proc/rtprobe/spikes: a block of key=value lines per spike, oldest first; `clear` empties the list. */
#include <linux/string.h>

#include "control.h"
#include "measure.h"
#include "procfs.h"
#include "spike.h"

static void *spikes_start(struct seq_file *seq, loff_t *position)
{
	rtp_spikes_lock();
	return (void *)rtp_spike_after(*position);
}

/* A position is the id of the last spike shown, so a clear meanwhile does no harm. */
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

static void show_word(struct seq_file *seq, const char *key, const char *text)
{
	seq_printf(seq, "%s=", key);
	rtp_proc_word(seq, text);
	seq_putc(seq, '\n');
}

/* @role is put before each key: "", "victim_" or "waker_". */
static void show_task(struct seq_file *seq, const char *role, const struct rtp_task *task)
{
	seq_printf(seq, "%spid=%u\n%stgid=%u\n%scomm=", role, task->pid, role, task->tgid, role);
	rtp_proc_word(seq, task->comm);
	seq_printf(seq, "\n%spolicy=%u\n%spriority=%d\n%snice=%d\n%skthread=%d\n%sstart_time=%llu\n", role,
		   task->policy, role, task->priority, role, task->nice, role, task->kthread, role,
		   task->start_time);
}

static void show_tasks(struct seq_file *seq, const struct rtp_spike *spike)
{
	show_task(seq, "", &spike->task);
	if (spike->has_victim)
		show_task(seq, "victim_", &spike->victim);
	if (spike->has_waker)
		show_task(seq, "waker_", &spike->waker);
}

static void show_bounds(struct seq_file *seq, const struct rtp_spike *spike)
{
	if (spike->upper)
		seq_printf(seq, "lower_ns=%llu\nupper_ns=%llu\nexact=%d\n", spike->lower, spike->upper,
			   spike->exact);
}

/* part=KIND NUMBER PID COUNT NS NAME, largest first. */
static void show_parts(struct seq_file *seq, const struct rtp_spike *spike)
{
	static const char *const kinds[RTPROBE_PART_KIND_COUNT] = {
		[RTPROBE_PART_KIND_UNACCOUNTED] = "unaccounted",
		[RTPROBE_PART_KIND_NMI] = "nmi",
		[RTPROBE_PART_KIND_HARDIRQ] = "hardirq",
		[RTPROBE_PART_KIND_VECTOR] = "vector",
		[RTPROBE_PART_KIND_SOFTIRQ] = "softirq",
		[RTPROBE_PART_KIND_IRQ_THREAD] = "irq_thread",
		[RTPROBE_PART_KIND_TASK] = "task",
		[RTPROBE_PART_KIND_IRQS_OFF] = "irqs_off",
		[RTPROBE_PART_KIND_IDLE_EXIT] = "idle_exit",
		[RTPROBE_PART_KIND_SWITCH] = "switch",
		[RTPROBE_PART_KIND_PROBE] = "probe",
		[RTPROBE_PART_KIND_OTHER] = "other",
	};
	unsigned int i;

	for (i = 0; i < spike->parts; i++) {
		const struct rtp_part *part = &spike->part[i];

		seq_printf(seq, "part=%s %u %u %u %llu ", kinds[part->kind], part->number, part->pid,
			   part->count, part->duration);
		rtp_proc_word(seq, *part->name ? part->name : "-");
		seq_putc(seq, '\n');
	}
	if (spike->parts)
		seq_printf(seq, "parts_incomplete=%d\n", spike->parts_incomplete);
}

static void show_cause(struct seq_file *seq, const struct rtp_cause *cause)
{
	if (!cause->duration)
		return;
	seq_printf(seq, "cause_measure=%s\ncause_number=%u\ncause_ns=%llu\n", rtp_measure_name(cause->measure),
		   cause->number, cause->duration);
	show_word(seq, "cause_name", cause->name);
}

static int spikes_show(struct seq_file *seq, void *current_spike)
{
	static const char *const modes[] = {
		[RTPROBE_MODE_USER] = "user",
		[RTPROBE_MODE_KERNEL] = "kernel",
		[RTPROBE_MODE_IDLE] = "idle",
	};
	const struct rtp_spike *spike = current_spike;
	const char *frame = spike->frame_text;
	unsigned int i;

	seq_printf(seq, "spike=%llu\ntime=%llu\nvalue_ns=%llu\nthreshold_ns=%llu\n", spike->id, spike->time,
		   spike->value, spike->threshold);
	seq_printf(seq, "measure=%s\nnumber=%u\n", rtp_measure_name(spike->measure), spike->number);
	show_word(seq, "name", spike->name);
	seq_printf(seq, "cpu=%d\nmode=%s\n", spike->cpu, modes[spike->mode]);
	seq_printf(seq, "rule=%u\ntraced=%d\n", spike->rule, spike->traced);
	show_tasks(seq, spike);
	show_cause(seq, &spike->cause);
	show_bounds(seq, spike);
	show_parts(seq, spike);
	for (i = 0; i < spike->frames; i++, frame += strlen(frame) + 1)
		seq_printf(seq, "frame=%s\n", frame);
	seq_putc(seq, '\n');
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
	return seq_open(file, &spikes_operations);
}

static ssize_t spikes_write(struct file *file, const char __user *from, size_t count, loff_t *offset)
{
	struct rtp_reason reason;
	char text[16];
	int err = rtp_proc_text(from, count, *offset, text, sizeof(text));

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
