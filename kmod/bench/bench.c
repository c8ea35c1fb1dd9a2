// SPDX-License-Identifier: GPL-2.0-or-later
/*
  * rtprobe_bench: measures what an interrupt, a wake-up, a softirq, … costs with the probes that are registered.
 *
 *   cat /proc/rtprobe_bench/interrupt
 *
  * Each read of a file runs its series again and prints one line (series.h). This file only connects the units.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "series.h"

static const struct series *const all[] = {
	&interrupt_series, &call_series,  &nmi_series, &wakeup_series,
	&softirq_series,   &timer_series, &ipi_series, &work_series,
	&arming_series,
};

static DEFINE_MUTEX(series_mutex);
static struct proc_dir_entry *folder;

static int show(struct seq_file *seq, void *unused)
{
	mutex_lock(&series_mutex);
	series_run(seq, seq->private);
	mutex_unlock(&series_mutex);
	return 0;
}

static void exit_first(unsigned int n)
{
	while (n--)
		if (all[n]->exit)
			all[n]->exit();
}

static int init_all(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		err = all[i]->init ? all[i]->init() : 0;
		if (err) {
			exit_first(i);
			return err;
		}
	}
	return 0;
}

static int make_files(void)
{
	unsigned int i;

	folder = proc_mkdir("rtprobe_bench", NULL);
	if (!folder)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		if (proc_create_single_data(all[i]->name, 0400, folder, show, (void *)all[i]))
			continue;
		proc_remove(folder);
		return -ENOMEM;
	}
	return 0;
}

static int __init bench_init(void)
{
	int err = init_all();

	if (err)
		return err;
	err = make_files();
	if (err)
		exit_first(ARRAY_SIZE(all));
	return err;
}

static void __exit bench_exit(void)
{
	proc_remove(folder);
	exit_first(ARRAY_SIZE(all));
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_DESCRIPTION("Measures what probes add to interrupts, wake-ups, softirqs and functions");
MODULE_LICENSE("GPL");
