// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /proc/rtprobe/cycles: a header line, then a line per watched task with columns separated by
 * spaces. A period of 0 is not known yet, a given one of 0 is not given. The last column has the
 * sleeps within cycles, by what the task waited in: count, sum and the longest in ns.
 */
#include "base/label.h"
#include "base/word.h"
#include "hooks/cycle.h"
#include "procfs/procfs.h"
#include "tasks/memory.h"
#include "tasks/task.h"

/* A position is an entry's index plus 1; 0 is the header. Entries are not freed. */
static void *cycles_start(struct seq_file *seq, loff_t *position)
{
	rtp_tasks_lock();
	return *position ? rtp_task_at(*position - 1) : SEQ_START_TOKEN;
}

static void *cycles_next(struct seq_file *seq, void *current_entry, loff_t *position)
{
	return rtp_task_at((*position)++);
}

static void cycles_stop(struct seq_file *seq, void *current_entry)
{
	rtp_tasks_unlock();
}

/* Prints " 12 0 0 0 5032 0 0 futex:3:5120000:2048000,page_fault:1:9000:9000"; - for unknown. */
static void show_unsafe(struct seq_file *seq, const struct rtp_task_entry *entry,
			const struct rtp_cycle_stat *cycles)
{
	struct rtp_task_memory memory;
	char before = ' ';
	unsigned int i;

	seq_printf(seq, " %llu %llu %llu %llu", cycles->minor_faults, cycles->major_faults,
		   cycles->inversions.count, cycles->inversions.max);
	if (rtp_task_memory_read(entry, &memory))
		seq_printf(seq, " %llu %llu %d", memory.mapped_kb, memory.locked_kb,
			   memory.locks_future);
	else
		seq_puts(seq, " - - -");
	seq_printf(seq, " %llu", cycles->given);
	for (i = 0; i < RTPROBE_WAIT_COUNT; i++) {
		const struct rtp_cycle_sleeps *sleeps = &cycles->sleeps[i];

		if (!sleeps->count)
			continue;
		seq_printf(seq, "%c%s:%llu:%llu:%llu", before, rtp_wait_names[i], sleeps->count,
			   sleeps->sum, sleeps->max);
		before = ',';
	}
	if (before == ' ')
		seq_puts(seq, " -");
}

static int cycles_show(struct seq_file *seq, void *current_entry)
{
	struct rtp_cycle_stat cycles;
	struct rtp_task_stat stat;
	unsigned int i;

	if (current_entry == SEQ_START_TOKEN) {
		seq_puts(seq, "pid exited count period_ns spread_ns late_sum_ns late_max_ns "
			      "ran_sum_ns ran_max_ns interrupted_sum_ns interrupted_max_ns "
			      "waited_sum_ns waited_max_ns blocked_sum_ns blocked_max_ns comm "
			      "minor_faults major_faults inversions inversion_max_ns "
			      "mapped_kb locked_kb locks_future given_ns waits\n");
		return 0;
	}
	if (!rtp_task_read(current_entry, &stat) || !rtp_cycle_read(current_entry, &cycles))
		return SEQ_SKIP;
	seq_printf(seq, "%u %d %llu %llu %llu ", stat.about.pid, stat.exited, cycles.count,
		   cycles.period, cycles.spread);
	for (i = 0; i < RTP_CYCLE_SUMS; i++)
		seq_printf(seq, "%llu %llu ", cycles.sum[i], cycles.max[i]);
	rtp_word_print(seq, *stat.about.comm ? stat.about.comm : "-");
	show_unsafe(seq, current_entry, &cycles);
	seq_putc(seq, '\n');
	return 0;
}

static const struct seq_operations cycles_operations = {
	.start = cycles_start,
	.next = cycles_next,
	.stop = cycles_stop,
	.show = cycles_show,
};

static int cycles_open(struct inode *inode, struct file *file)
{
	return rtp_proc_open_records(file, &cycles_operations);
}

const struct proc_ops rtp_proc_cycles = {
	.proc_open = cycles_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = seq_release,
};
