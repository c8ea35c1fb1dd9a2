// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /proc/rtprobe/tasks: a header line, then a line per task with columns separated by spaces. The
 * last column lists the task's interrupt time by source, as measure:number:count:sum_ns:max_ns:name
 * joined by commas; "-" if there is none.
 */
#include "base/measure.h"
#include "base/word.h"
#include "hooks/stolen.h"
#include "procfs/procfs.h"
#include "tasks/task.h"
#include "values/row.h"
#include "values/source.h"

/* A position is an entry's index plus 1; 0 is the header. Entries are not freed. */
static void *tasks_start(struct seq_file *seq, loff_t *position)
{
	if (!*position)
		rtp_sources_update();
	rtp_tasks_lock();
	rtp_rows_lock();
	return *position ? rtp_task_at(*position - 1) : SEQ_START_TOKEN;
}

static void *tasks_next(struct seq_file *seq, void *current_entry, loff_t *position)
{
	return rtp_task_at((*position)++);
}

static void tasks_stop(struct seq_file *seq, void *current_entry)
{
	rtp_rows_unlock();
	rtp_tasks_unlock();
}

/* Prints a name in a list; a comma is escaped because it separates the elements. */
static void show_name(struct seq_file *seq, const char *name)
{
	for (; *name; name++) {
		const char letter[] = { *name, '\0' };

		if (*name == ',')
			seq_puts(seq, "\\x2c");
		else
			rtp_word_print(seq, letter);
	}
}

static void show_stolen(struct seq_file *seq, const struct rtp_stolen_sums *sums)
{
	const struct rtp_stolen_sum *sum;

	for (sum = sums->sum; sum < sums->sum + sums->n; sum++) {
		const struct rtp_source *source = sum->source;

		seq_printf(seq, "%c%s:%u:%llu:%llu:%llu:", sum == sums->sum ? ' ' : ',',
			   source ? rtp_measure_names[source->measure] : "nmi",
			   source ? source->number : 0, sum->count, sum->sum, sum->max);
		show_name(seq, source ? source->name : "NMI");
	}
	seq_puts(seq, sums->n ? "\n" : " -\n");
}

static int tasks_show(struct seq_file *seq, void *current_entry)
{
	const struct rtp_task_entry *entry = current_entry;
	struct rtp_task_stat stat;

	if (current_entry == SEQ_START_TOKEN) {
		seq_puts(seq,
			 "pid tgid cpu policy priority nice exited runs runtime_ns stolen_ns comm stolen\n");
		return 0;
	}
	if (!rtp_task_read(entry, &stat))
		return SEQ_SKIP;
	seq_printf(seq, "%u %u %d %u %d %d %d %llu %llu %llu ", stat.about.pid, stat.about.tgid,
		   stat.last_cpu, stat.about.policy, stat.about.priority, stat.about.nice,
		   stat.exited, stat.runs, stat.runtime, stat.stolen);
	rtp_word_print(seq, *stat.about.comm ? stat.about.comm : "-");
	show_stolen(seq, rtp_stolen_sums(entry));
	return 0;
}

static const struct seq_operations tasks_operations = {
	.start = tasks_start,
	.next = tasks_next,
	.stop = tasks_stop,
	.show = tasks_show,
};

static int tasks_open(struct inode *inode, struct file *file)
{
	return rtp_proc_open_records(file, &tasks_operations);
}

const struct proc_ops rtp_proc_tasks = {
	.proc_open = tasks_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = seq_release,
};
