// SPDX-License-Identifier: GPL-2.0-or-later
/*
  * rtprobe_bench: measures what an interrupt, a call or an NMI costs with the probes that are registered.
 *
 *   cat /proc/rtprobe_bench/interrupt
 *
  * Each read of a file runs its series again and prints one line (series.h). This file only connects the units.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "interrupt.h"
#include "nmi.h"
#include "series.h"
#include "target.h"

static const struct {
	const char *name;
	void (*batch)(void);
} benches[] = {
	{ "interrupt", interrupt_batch },
	{ "call", target_batch },
	{ "nmi", nmi_batch },
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

static int make_files(void)
{
	unsigned int i;

	folder = proc_mkdir("rtprobe_bench", NULL);
	if (!folder)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(benches); i++) {
		if (proc_create_single_data(benches[i].name, 0400, folder, show, benches[i].batch))
			continue;
		proc_remove(folder);
		return -ENOMEM;
	}
	return 0;
}

static int __init bench_init(void)
{
	int err = interrupt_init();

	if (err)
		return err;
	err = nmi_init();
	if (err)
		goto no_nmi;
	err = make_files();
	if (err)
		goto no_files;
	return 0;

no_files:
	nmi_exit();
no_nmi:
	interrupt_exit();
	return err;
}

static void __exit bench_exit(void)
{
	proc_remove(folder);
	nmi_exit();
	interrupt_exit();
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_DESCRIPTION("Measures what probes add to an interrupt");
MODULE_LICENSE("GPL");
