// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /proc/rtprobe/irqs: a header line, then a line per source and CPU with columns separated by
 * spaces.
 */
#include "base/measure.h"
#include "base/word.h"
#include "procfs/procfs.h"
#include "values/row.h"
#include "values/source.h"
#include "values/view.h"

/* A position is a row's index plus 1; 0 is the header. Rows are not freed, so it stays valid. */
static void *irqs_start(struct seq_file *seq, loff_t *position)
{
	if (!*position)
		rtp_sources_update();
	rtp_rows_lock();
	return *position ? rtp_row_at(*position - 1) : SEQ_START_TOKEN;
}

static void *irqs_next(struct seq_file *seq, void *current_row, loff_t *position)
{
	return rtp_row_at((*position)++);
}

static void irqs_stop(struct seq_file *seq, void *current_row)
{
	rtp_rows_unlock();
}

static int irqs_show(struct seq_file *seq, void *current_row)
{
	const struct rtp_hist_view *view;
	struct rtp_row *row = current_row;

	if (current_row == SEQ_START_TOKEN) {
		seq_puts(seq,
			 "source measure number cpu count none sum_ns min_ns max_ns p50_ns p99_ns name\n");
		return 0;
	}
	if (!rtp_row_is_live(row) || !row->source)
		return SEQ_SKIP;
	view = rtp_view_of(row);
	if (!view)
		return SEQ_SKIP;
	seq_printf(seq, "%u %s %u %d %llu %llu %llu %llu %llu %llu %llu ", row->source->id,
		   rtp_measure_names[row->measure], row->number, row->cpu, view->count, view->none,
		   view->sum, view->count ? view->min : 0, view->max, rtp_hist_percentile(view, 50),
		   rtp_hist_percentile(view, 99));
	rtp_word_print(seq, *row->name ? row->name : "-");
	seq_putc(seq, '\n');
	return 0;
}

static const struct seq_operations irqs_operations = {
	.start = irqs_start,
	.next = irqs_next,
	.stop = irqs_stop,
	.show = irqs_show,
};

static int irqs_open(struct inode *inode, struct file *file)
{
	return rtp_proc_open_records(file, &irqs_operations);
}

const struct proc_ops rtp_proc_irqs = {
	.proc_open = irqs_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = seq_release,
};
