/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's teaching device "edu" (docs/specs/edu.rst of QEMU): a real irq line that software can raise.
 * All functions are called in process context under the caller's mutex.
 */
#ifndef EDU_H
#define EDU_H

#include <linux/sched.h>
#include <linux/types.h>

#define EDU_CPU_ANY -1

/* What the hard handler saw and did. Times in ns of CLOCK_MONOTONIC. */
struct edu_hold {
	u64 asked_ns;
	u64 start_ns; /* first statement of the handler */
	u64 end_ns; /* last statement of the handler */
	u64 enclosing_ns; /* from before the call to after the return, other probes included */
	int cpu;
	bool user_mode; /* whether user space was interrupted */
	pid_t pid; /* of the interrupted task */
	char comm[TASK_COMM_LEN];
	bool finished;

	/* The handler only wakes its irq thread, which takes asked_ns, and wakes `wakes` at its end. */
	bool threaded;
	struct task_struct *wakes;
	u64 before_ns; /* before the handler, other probes included */
	u64 thread_start_ns;
	u64 thread_end_ns; /* after the waking */
	u64 ran_ns; /* who was woken looks at the clock first */
};

int edu_register(bool msi);
void edu_unregister(void);

/* Irq number of the device, 0 if there is none. */
unsigned int edu_irq(void);

/*
 * Sends the line to a CPU, unless it goes there already: newer kernels wake its irq thread for that. -ENODEV without a
 * device, or what irq_set_affinity() says.
 */
int edu_go_to(int cpu);

/*
 * Raises the line and spends hold->asked_ns in its hard handler, on `cpu` or wherever the line goes.
 * -ENODEV without a device, -ETIMEDOUT if the interrupt did not reach that CPU, or what
 * irq_set_affinity() says.
 */
int edu_hold(struct edu_hold *hold, int cpu);

#endif
