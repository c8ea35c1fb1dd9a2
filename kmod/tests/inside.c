// SPDX-License-Identifier: GPL-2.0-or-later
#include "inside.h"

#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/stop_machine.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "compat/compat.h"

/* How long each of two work items sleeps. */
#define EACH_SLEEPS (3 * HZ / 2)

/* Everything below is of one disturbance at a time. */
static struct edu_hold *held;
static bool done;
static struct task_struct *victim; /* real-time, on the CPU: woken at the begin, it waits until the end if it must */
static struct hrtimer hrtimer;
static struct timer_list timer;
static struct work_struct work, second_work;
static struct tasklet_struct tasklet;

noinline void inside_spin(void)
{
	unsigned int i;

	for (i = 0; i < 100; i++)
		cpu_relax();
}

static void take_time(struct edu_hold *hold)
{
	hold->cpu = smp_processor_id();
	hold->pid = current->pid;
	memcpy(hold->comm, current->comm, sizeof(hold->comm));
	hold->start_ns = ktime_get_ns();
	wake_up_process(victim);
	do {
		inside_spin();
		hold->end_ns = ktime_get_ns();
	} while (hold->end_ns - hold->start_ns < hold->asked_ns);
	hold->enclosing_ns = hold->end_ns - hold->start_ns;
	/* Pairs with the acquire in hold_inside. */
	smp_store_release(&done, true);
}

static noinline enum hrtimer_restart inside_hrtimer(struct hrtimer *unused)
{
	take_time(held);
	return HRTIMER_NORESTART;
}

static noinline void inside_timer(struct timer_list *unused)
{
	take_time(held);
}

static noinline void inside_work(struct work_struct *unused)
{
	preempt_disable();
	take_time(held);
	preempt_enable();
}

static void do_nothing(void *unused)
{
}

static noinline void inside_nested(struct work_struct *unused)
{
	preempt_disable();
	/* A function of an IPI runs on this CPU, inside the work item. */
	smp_call_function_single(smp_processor_id(), do_nothing, NULL, 1);
	take_time(held);
	preempt_enable();
}

static noinline void inside_slept(struct work_struct *unused)
{
	schedule_timeout_uninterruptible(EACH_SLEEPS);
	inside_work(NULL);
}

static noinline void inside_before(struct work_struct *unused)
{
	schedule_timeout_uninterruptible(EACH_SLEEPS);
	/* This worker does not sleep any more, so it takes the second item. */
	schedule_work_on(smp_processor_id(), &second_work);
}

static noinline void inside_tasklet(struct tasklet_struct *unused)
{
	take_time(held);
}

static noinline void inside_call(void *unused)
{
	take_time(held);
}

static int sleep_until_woken(void *unused)
{
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

/* Calls @start with the CPU. Returns when the function has run. */
static int hold_inside(struct edu_hold *hold, int cpu, void (*start)(int cpu))
{
	if (cpu == EDU_CPU_ANY)
		return -EINVAL;
	held = hold;
	done = false;
	victim = kthread_create(sleep_until_woken, NULL, "rtprobe-victim");
	if (IS_ERR(victim))
		return PTR_ERR(victim);
	kthread_bind(victim, cpu);
	sched_set_fifo_low(victim);
	wake_up_process(victim);
	/* Soon it sleeps. */
	schedule_timeout_uninterruptible(2);
	start(cpu);
	while (!smp_load_acquire(&done))
		schedule_timeout_uninterruptible(1);
	kthread_stop(victim);
	return 0;
}

/* The worker of the three items below, which is named as a rescuer and changes its CPU. */
static struct workqueue_struct *ordered;
static struct work_struct pinning;
static char worker_comm[sizeof(current->comm)];
static int roaming_cpu;

static void pin(struct work_struct *unused)
{
	set_cpus_allowed_ptr(current, cpumask_of(roaming_cpu));
}

static void unpin(struct work_struct *unused)
{
	set_cpus_allowed_ptr(current, cpu_possible_mask);
}

static void pin_rescuer(struct work_struct *unused)
{
	memcpy(worker_comm, current->comm, sizeof(worker_comm));
	strscpy(current->comm, "kworker/R-test", sizeof(current->comm));
	pin(NULL);
}

static noinline void inside_left(struct work_struct *unused)
{
	schedule_timeout_uninterruptible(HZ / 10);
	set_cpus_allowed_ptr(current, cpumask_of(cpumask_any_but(cpu_online_mask, roaming_cpu)));
}

static noinline void inside_elsewhere(struct work_struct *unused)
{
	pin(NULL);
	inside_work(NULL);
	unpin(NULL);
	memcpy(current->comm, worker_comm, sizeof(worker_comm));
}

/* Starts three items, one after the other. */
static void start_ordered(int cpu)
{
	roaming_cpu = cpu;
	queue_work(ordered, &pinning);
	queue_work(ordered, &work);
	queue_work(ordered, &second_work);
}

static void start_hrtimer(int cpu)
{
	hrtimer_start(&hrtimer, ms_to_ktime(1), HRTIMER_MODE_REL_PINNED_HARD);
}

int inside_hold_hrtimer(struct edu_hold *hold)
{
	int error;

	compat_hrtimer_setup(&hrtimer, inside_hrtimer, HRTIMER_MODE_REL_PINNED_HARD);
	error = hold_inside(hold, raw_smp_processor_id(), start_hrtimer);
	hrtimer_cancel(&hrtimer);
	return error;
}

static void start_timer(int cpu)
{
	timer.expires = jiffies + 2;
	add_timer_on(&timer, cpu);
}

int inside_hold_timer(struct edu_hold *hold, int cpu)
{
	int error;

	timer_setup(&timer, inside_timer, TIMER_PINNED);
	error = hold_inside(hold, cpu, start_timer);
	/* The softirq has left the function then. */
	synchronize_rcu();
	return error;
}

static noinline enum hrtimer_restart inside_above(struct hrtimer *unused)
{
	u64 until = ktime_get_ns() + NSEC_PER_MSEC;

	while (ktime_get_ns() < until)
		inside_spin();
	return HRTIMER_NORESTART;
}

static noinline void inside_below(struct timer_list *unused)
{
	hrtimer_start(&hrtimer, ns_to_ktime(200 * NSEC_PER_USEC), HRTIMER_MODE_REL_PINNED_HARD);
	take_time(held);
}

int inside_hold_above(struct edu_hold *hold, int cpu)
{
	int error;

	compat_hrtimer_setup(&hrtimer, inside_above, HRTIMER_MODE_REL_PINNED_HARD);
	timer_setup(&timer, inside_below, TIMER_PINNED);
	error = hold_inside(hold, cpu, start_timer);
	hrtimer_cancel(&hrtimer);
	/* The softirq has left the function then. */
	synchronize_rcu();
	return error;
}

static void start_work(int cpu)
{
	schedule_work_on(cpu, &work);
}

static void start_highpri_work(int cpu)
{
	queue_work_on(cpu, system_highpri_wq, &work);
}

static int hold_item(struct edu_hold *hold, int cpu, work_func_t function, void (*start)(int cpu))
{
	int error;

	INIT_WORK(&work, function);
	error = hold_inside(hold, cpu, start);
	flush_work(&work);
	return error;
}

int inside_hold_work(struct edu_hold *hold, int cpu)
{
	return hold_item(hold, cpu, inside_work, start_work);
}

int inside_hold_highpri_work(struct edu_hold *hold, int cpu)
{
	return hold_item(hold, cpu, inside_work, start_highpri_work);
}

int inside_hold_nested(struct edu_hold *hold, int cpu)
{
	return hold_item(hold, cpu, inside_nested, start_work);
}

int inside_hold_second(struct edu_hold *hold, int cpu)
{
	int error;

	INIT_WORK(&work, inside_before);
	INIT_WORK(&second_work, inside_slept);
	error = hold_inside(hold, cpu, start_work);
	flush_work(&work);
	flush_work(&second_work);
	return error;
}

static int hold_ordered(struct edu_hold *hold, int cpu, work_func_t first, work_func_t second, work_func_t third)
{
	int error;

	ordered = alloc_ordered_workqueue("rtprobe-ordered", 0);
	if (!ordered)
		return -ENOMEM;
	INIT_WORK(&pinning, first);
	INIT_WORK(&work, second);
	INIT_WORK(&second_work, third);
	error = hold_inside(hold, cpu, start_ordered);
	destroy_workqueue(ordered);
	return error;
}

int inside_hold_roaming(struct edu_hold *hold, int cpu)
{
	return hold_ordered(hold, cpu, pin_rescuer, inside_left, inside_elsewhere);
}

int inside_hold_unbound(struct edu_hold *hold, int cpu)
{
	int error = hold_ordered(hold, cpu, pin, inside_work, unpin);

	return error ?: (hold->cpu == cpu ? 0 : -EAGAIN);
}

static void start_preempt_off(int cpu)
{
	preempt_disable();
	take_time(held);
	preempt_enable();
}

int inside_hold_preempt_off(struct edu_hold *hold)
{
	return hold_inside(hold, raw_smp_processor_id(), start_preempt_off);
}

static struct delayed_work delayed;

static void start_delayed(int cpu)
{
	schedule_delayed_work_on(cpu, &delayed, 2);
}

int inside_hold_delayed(struct edu_hold *hold, int cpu)
{
	int error;

	INIT_DELAYED_WORK(&delayed, inside_work);
	error = hold_inside(hold, cpu, start_delayed);
	flush_delayed_work(&delayed);
	return error;
}

/* It runs when softirqs are enabled. */
static void start_tasklet(int cpu)
{
	local_bh_disable();
	tasklet_schedule(&tasklet);
	local_bh_enable();
}

int inside_hold_tasklet(struct edu_hold *hold)
{
	int error;

	tasklet_setup(&tasklet, inside_tasklet);
	error = hold_inside(hold, raw_smp_processor_id(), start_tasklet);
	tasklet_kill(&tasklet);
	return error;
}

static void start_call(int cpu)
{
	smp_call_function_single(cpu, inside_call, NULL, 1);
}

int inside_hold_call(struct edu_hold *hold, int cpu)
{
	return hold_inside(hold, cpu, start_call);
}

static noinline enum hrtimer_restart inside_queueing(struct hrtimer *unused)
{
	schedule_work_on(smp_processor_id(), &work);
	return HRTIMER_NORESTART;
}

int inside_hold_queued(struct edu_hold *hold)
{
	int error;

	compat_hrtimer_setup(&hrtimer, inside_queueing, HRTIMER_MODE_REL_PINNED_HARD);
	INIT_WORK(&work, inside_work);
	error = hold_inside(hold, raw_smp_processor_id(), start_hrtimer);
	hrtimer_cancel(&hrtimer);
	flush_work(&work);
	return error;
}

static noinline void inside_arming(struct work_struct *unused)
{
	mod_timer(&timer, jiffies + 60 * HZ);
}

/* The caller is on the CPU, too, so that the timer stays there. */
static void start_rearmed(int cpu)
{
	schedule_work_on(cpu, &work);
	flush_work(&work);
	mod_timer(&timer, jiffies + 2);
}

int inside_hold_rearmed(struct edu_hold *hold)
{
	int error;

	timer_setup(&timer, inside_timer, TIMER_PINNED);
	INIT_WORK(&work, inside_arming);
	error = hold_inside(hold, raw_smp_processor_id(), start_rearmed);
	/* The softirq has left the function then. */
	synchronize_rcu();
	return error;
}

static struct irq_work irq_work;

static noinline void inside_irq_work(struct irq_work *unused)
{
	take_time(held);
}

/* On PREEMPT_RT, it could be preempted. */
static noinline void inside_irq_thread(struct irq_work *unused)
{
	preempt_disable();
	take_time(held);
	preempt_enable();
}

static void start_irq_work(int cpu)
{
	irq_work_queue(&irq_work);
}

int inside_hold_irq_work(struct edu_hold *hold)
{
	int error;

	compat_irq_work_init_hard(&irq_work, inside_irq_work);
	error = hold_inside(hold, raw_smp_processor_id(), start_irq_work);
	irq_work_sync(&irq_work);
	return error;
}

int inside_hold_irq_thread(struct edu_hold *hold)
{
	int error;

	init_irq_work(&irq_work, inside_irq_thread);
	error = hold_inside(hold, raw_smp_processor_id(), start_irq_work);
	irq_work_sync(&irq_work);
	return error;
}

/* The kernel does not export irq_work_queue_on, so its address is that of a kprobe. */
static bool (*queue_on)(struct irq_work *work, int cpu);

static noinline void start_remote_irq_work(int cpu)
{
	queue_on(&irq_work, cpu);
}

int inside_hold_remote_irq_work(struct edu_hold *hold, int cpu)
{
	struct kprobe probe = { .symbol_name = "irq_work_queue_on", .flags = KPROBE_FLAG_DISABLED };
	int error = register_kprobe(&probe);

	if (error)
		return error;
	queue_on = (void *)probe.addr;
	unregister_kprobe(&probe);
	compat_irq_work_init_hard(&irq_work, inside_irq_work);
	error = hold_inside(hold, cpu, start_remote_irq_work);
	irq_work_sync(&irq_work);
	return error;
}

static struct rcu_head rcu_head;

static noinline void inside_rcu(struct rcu_head *unused)
{
	preempt_disable();
	take_time(held);
	preempt_enable();
}

static void start_rcu(int cpu)
{
	call_rcu(&rcu_head, inside_rcu);
}

int inside_hold_rcu(struct edu_hold *hold)
{
	int error = hold_inside(hold, raw_smp_processor_id(), start_rcu);

	rcu_barrier();
	return error;
}

static noinline int inside_stop(void *unused)
{
	take_time(held);
	return 0;
}

static void start_stop(int cpu)
{
	stop_machine(inside_stop, NULL, cpumask_of(cpu));
}

int inside_hold_stop(struct edu_hold *hold, int cpu)
{
	return hold_inside(hold, cpu, start_stop);
}

static struct napi_struct napi;

static noinline int inside_napi(struct napi_struct *polled, int budget)
{
	take_time(held);
	napi_complete_done(polled, 0);
	return 0;
}

/* It runs when softirqs are enabled. */
static void start_napi(int cpu)
{
	local_bh_disable();
	napi_schedule(&napi);
	local_bh_enable();
}

static void setup_device(struct net_device *unused)
{
}

int inside_hold_napi(struct edu_hold *hold)
{
	/* Never registered, so it has no packets. */
	struct net_device *device = alloc_netdev(0, "rtprobe-napi", NET_NAME_UNKNOWN, setup_device);
	int error;

	if (!device)
		return -ENOMEM;
#ifdef RTPROBE_HAVE_NETIF_NAPI_ADD
	netif_napi_add(device, &napi, inside_napi);
#else
	netif_napi_add(device, &napi, inside_napi, NAPI_POLL_WEIGHT);
#endif
	napi_enable(&napi);
	error = hold_inside(hold, raw_smp_processor_id(), start_napi);
	napi_disable(&napi);
	netif_napi_del(&napi);
	free_netdev(device);
	return error;
}
