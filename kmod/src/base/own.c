// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/own.h"

#include <linux/cpumask.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

#include "base/about.h"
#include "base/cpu.h"
#include "base/housekeeping.h"

/* A process, by the pid of its first thread in the initial namespace. */
struct own_process {
	u32 tgid;
	u64 start_time;		/* distinguishes it from a later process with this pid */
};

static DEFINE_MUTEX(own_mutex);
static struct own_process processes[RTP_OWN_PROCESSES];
static bool is_any;			/* was registered, ever */
static unsigned int next;		/* to be replaced while none has ended */
static u64 worker_charged;		/* ns */

static struct own_process *find_process(u32 tgid)
{
	unsigned int i;

	for (i = 0; i < RTP_OWN_PROCESSES; i++)
		if (processes[i].tgid == tgid)
			return &processes[i];
	return NULL;
}

static bool has_ended(const struct own_process *process)
{
	const struct task_struct *task;
	bool ended;

	rcu_read_lock();
	task = pid_task(find_pid_ns(process->tgid, &init_pid_ns), PIDTYPE_PID);
	ended = !task || task->group_leader->start_time != process->start_time;
	rcu_read_unlock();
	return ended;
}

/* Returns an entry that is free or whose process has ended, else one in turn. own_mutex held. */
static struct own_process *entry_for_another(void)
{
	unsigned int i;

	for (i = 0; i < RTP_OWN_PROCESSES; i++)
		if (has_ended(&processes[i]))
			return &processes[i];
	return &processes[next++ % RTP_OWN_PROCESSES];
}

int rtp_own_register(u32 pid)
{
	struct own_process *process, found = {};
	struct task_struct *task;

	rcu_read_lock();
	task = pid ? pid_task(find_vpid(pid), PIDTYPE_PID) : current;
	if (task)
		found = (struct own_process) { task->tgid, task->group_leader->start_time };
	rcu_read_unlock();
	if (!task)
		return -ESRCH;
	mutex_lock(&own_mutex);
	process = find_process(found.tgid) ?: entry_for_another();
	*process = found;
	is_any = true;
	mutex_unlock(&own_mutex);
	return 0;
}

static bool is_own_thread(u32 pid)
{
	const struct task_struct *thread;
	bool is = pid == rtp_worker->task->pid;
	int cpu;

	for_each_possible_cpu(cpu) {
		thread = per_cpu_ptr(rtp_cpus, cpu)->probe_thread;
		is |= thread && thread->pid == pid;
	}
	return is;
}

/* own_mutex held. */
static bool is_own_process(u32 pid)
{
	const struct own_process *process = NULL;
	const struct task_struct *task;
	bool is = false;

	if (!is_any)
		return false;
	rcu_read_lock();
	task = pid_task(find_pid_ns(pid, &init_pid_ns), PIDTYPE_PID);
	if (task)
		process = find_process(task->tgid);
	if (process)
		is = task->group_leader->start_time == process->start_time;
	rcu_read_unlock();
	return is;
}

bool rtp_own_is_pid(u32 pid)
{
	bool is;

	if (!pid)
		return false;
	mutex_lock(&own_mutex);
	is = is_own_thread(pid) || is_own_process(pid);
	mutex_unlock(&own_mutex);
	return is;
}

bool rtp_own_is(const struct rtp_task *task)
{
	return rtp_own_is_pid(task->pid);
}

/* own_mutex held. */
static void own_charge(int cpu, const struct task_struct *thread, u64 *charged)
{
	u64 ran = READ_ONCE(thread->se.sum_exec_runtime);

	rtp_cost_add_thread(&per_cpu_ptr(rtp_cpus, cpu)->cost, ran - *charged);
	*charged = ran;
}

void rtp_own_thread_begin(int cpu, struct task_struct *thread)
{
	struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);

	mutex_lock(&own_mutex);
	get_task_struct(thread);
	c->probe_charged = 0;
	WRITE_ONCE(c->probe_thread, thread);
	mutex_unlock(&own_mutex);
}

void rtp_own_thread_end(int cpu)
{
	struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);
	struct task_struct *thread = c->probe_thread;

	mutex_lock(&own_mutex);
	own_charge(cpu, thread, &c->probe_charged);
	WRITE_ONCE(c->probe_thread, NULL);
	mutex_unlock(&own_mutex);
	put_task_struct(thread);
}

void rtp_own_threads_charge(void)
{
	int cpu;

	mutex_lock(&own_mutex);
	own_charge(task_cpu(rtp_worker->task), rtp_worker->task, &worker_charged);
	for_each_possible_cpu(cpu) {
		struct rtp_cpu *c = per_cpu_ptr(rtp_cpus, cpu);

		if (c->probe_thread)
			own_charge(cpu, c->probe_thread, &c->probe_charged);
	}
	mutex_unlock(&own_mutex);
}
