// SPDX-License-Identifier: GPL-2.0-or-later
/* sched_switch passes the state in which the previous task is switched out. */
#include <linux/mm_types.h>
#include <trace/events/sched.h>
static void probe(void *data, bool preempt, struct task_struct *prev, struct task_struct *next,
		  unsigned int prev_state)
{
}
void use(void);
void use(void)
{
	check_trace_callback_type_sched_switch(probe);
}
