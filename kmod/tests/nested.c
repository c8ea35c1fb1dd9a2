// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/math64.h>
#include <linux/numa.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "nested.h"

/* How many handlers nest usually, and all of them: more than the module follows. */
#define USUAL 3
#define LINES 7

static int lines[LINES];
static const char *const names[LINES] = {
	"rtprobe-nest0", "rtprobe-nest1", "rtprobe-nest2", "rtprobe-nest3", "rtprobe-nest4", "rtprobe-nest5", "rtprobe-nest6",
};
static u64 asked_ns;
static unsigned int depth = USUAL;
static bool disables;

static void take_time(void)
{
	u64 start = ktime_get_ns();

	while (ktime_get_ns() - start < asked_ns)
		cpu_relax();
}

static irqreturn_t nested_interrupt(int irq, void *data)
{
	int *line = data;

	if (disables) {
		disable_irq_nosync(irq);
		return IRQ_HANDLED;
	}
	take_time();
	if (line + 1 < lines + depth)
		generic_handle_irq(line[1]);
	take_time();
	return IRQ_HANDLED;
}

static void handle_first(void *data)
{
	struct edu_hold *hold = data;

	hold->cpu = smp_processor_id();
	hold->start_ns = ktime_get_ns();
	generic_handle_irq(lines[0]);
	hold->end_ns = ktime_get_ns();
}

int nested_hold(struct edu_hold *hold, int cpu)
{
	int error;

	if (cpu == EDU_CPU_ANY)
		return -EINVAL;
	asked_ns = hold->asked_ns;
	error = smp_call_function_single(cpu, handle_first, hold, 1);
	hold->enclosing_ns = hold->end_ns - hold->start_ns;
	hold->pid = current->pid;
	get_task_comm(hold->comm, current);
	return error;
}

int nested_hold_deep(struct edu_hold *hold, int cpu)
{
	int error;

	depth = LINES;
	error = nested_hold(hold, cpu);
	depth = USUAL;
	return error;
}

static int line_register(int *line, const char *name)
{
	int error;

	/* Without an owner: with irq_alloc_desc() it would be this module, which then could not be unloaded. */
	*line = __irq_alloc_descs(-1, 0, 1, NUMA_NO_NODE, NULL, NULL);
	if (*line < 0)
		return *line;
	irq_set_chip_and_handler(*line, &dummy_irq_chip, handle_simple_irq);
	irq_modify_status(*line, IRQ_NOREQUEST, 0);
	error = request_irq(*line, nested_interrupt, IRQF_NO_THREAD, name, line);
	if (error)
		irq_free_desc(*line);
	return error;
}

static void sleep_disabled(struct edu_hold *hold)
{
	unsigned long us = div_u64(hold->asked_ns, NSEC_PER_USEC);

	hold->start_ns = ktime_get_ns();
	usleep_range(us, us + us / 50 + 1);
	hold->end_ns = ktime_get_ns();
	hold->enclosing_ns = hold->end_ns - hold->start_ns;
	hold->cpu = raw_smp_processor_id();
	hold->pid = current->pid;
	get_task_comm(hold->comm, current);
}

int nested_line_freed(struct edu_hold *hold)
{
	int error;

	disable_irq(lines[0]);
	free_irq(lines[0], &lines[0]);
	error = request_irq(lines[0], nested_interrupt, IRQF_NO_THREAD, names[0], &lines[0]);
	if (error)
		return error;
	disable_irq(lines[0]);
	sleep_disabled(hold);
	enable_irq(lines[0]);
	return 0;
}

static void handle_last(void *unused)
{
	generic_handle_irq(lines[USUAL - 1]);
}

int nested_line_by_handler(struct edu_hold *hold)
{
	int error;

	disables = true;
	error = smp_call_function_single(raw_smp_processor_id() ? 0 : 1, handle_last, NULL, 1);
	disables = false;
	if (error)
		return error;
	sleep_disabled(hold);
	enable_irq(lines[USUAL - 1]);
	return 0;
}

static void unregister_first(unsigned int n)
{
	while (n--) {
		free_irq(lines[n], &lines[n]);
		irq_free_desc(lines[n]);
	}
}

int nested_register(void)
{
	unsigned int i;
	int error;

	for (i = 0; i < LINES; i++) {
		error = line_register(&lines[i], names[i]);
		if (error) {
			unregister_first(i);
			return error;
		}
	}
	return 0;
}

void nested_unregister(void)
{
	unregister_first(LINES);
}
