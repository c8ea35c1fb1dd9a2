// SPDX-License-Identifier: GPL-2.0-or-later
/* sched_process_exit says whether the whole thread group is gone. */
#include <trace/events/sched.h>
void use(void (*probe)(void *, struct task_struct *, bool));
void use(void (*probe)(void *, struct task_struct *, bool))
{
	check_trace_callback_type_sched_process_exit(probe);
}
