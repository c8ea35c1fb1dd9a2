/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's teaching device "edu" (docs/specs/edu.rst of QEMU): a real irq line that software can raise. All functions are
 * called in process context under the caller's mutex.
 */
#ifndef EDU_H
#define EDU_H

#include <linux/sched.h>
#include <linux/types.h>

#define EDU_CPU_ANY -1

/* What the hard handler observed. Times in ns of CLOCK_MONOTONIC. */
struct edu_hold {
	u64 asked_ns;
	u64 start_ns; /* first statement of the handler */
	u64 end_ns; /* last statement of the handler */
	u64 enclosing_ns; /* from before the call to after the return, including other probes */
	int cpu;
	bool user_mode; /* user mode was interrupted */
	pid_t pid; /* of the interrupted task */
	char comm[TASK_COMM_LEN];
	bool finished;

	/* The handler only wakes its irq thread, which takes asked_ns and wakes `wakes` at its end. */
	bool threaded;
	struct task_struct *wakes; /* NULL: none; without `threaded` the handler wakes it at its end */
	u64 before_ns; /* before the handler, including other probes */
	u64 thread_start_ns;
	u64 thread_end_ns; /* after the wake-up */
	u64 ran_ns; /* first time stamp of the woken task */
};

int edu_register(bool msi);
void edu_unregister(void);

/* Returns the irq number of the device, 0 if there is none. */
unsigned int edu_irq(void);

/*
 * Sets the line's affinity to a CPU, unless it is set already: newer kernels wake the irq thread for that. Returns
 * -ENODEV without a device, or the error of irq_set_affinity().
 */
int edu_go_to(int cpu);

/*
 * Raises the line and spends hold->asked_ns in its hard handler, on `cpu` or on the line's current CPU. Returns -ENODEV
 * without a device, -ETIMEDOUT if the interrupt did not reach that CPU, or the error of irq_set_affinity().
 */
int edu_hold(struct edu_hold *hold, int cpu);

#endif
