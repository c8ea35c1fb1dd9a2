/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
  * One name for each interface that differs between kernels. The branches are selected by compiling compat/probes/
  * against the kernel that is built for. No code in src/ checks kernel versions.
 */
#ifndef RTPROBE_COMPAT_H
#define RTPROBE_COMPAT_H

#include "compat/bits.h"

#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irq_work.h>
#include <linux/irqnr.h>
#include <linux/kthread.h>
#include <linux/timekeeping.h>
#include <net/genetlink.h>

#include "compat/probes.h"

/* Returns whether a hard interrupt is handled. The old name is also a macro, so no probe is needed. */
#ifndef in_hardirq
#define in_hardirq() hardirq_count()
#endif

/* Prepares a timer of CLOCK_MONOTONIC without starting it. */
static inline void compat_hrtimer_setup(struct hrtimer *timer,
					enum hrtimer_restart (*function)(struct hrtimer *),
					enum hrtimer_mode mode)
{
#ifdef RTPROBE_HAVE_HRTIMER_SETUP
	hrtimer_setup(timer, function, CLOCK_MONOTONIC, mode);
#else
	hrtimer_init(timer, CLOCK_MONOTONIC, mode);
	timer->function = function;
#endif
}

/* Prepares irq_work that runs in hard interrupt context, also on PREEMPT_RT. */
static inline void compat_irq_work_init_hard(struct irq_work *work, void (*function)(struct irq_work *))
{
#ifdef RTPROBE_HAVE_IRQ_WORK_HARD
	*work = IRQ_WORK_INIT_HARD(function);
#else
	init_irq_work(work, function);
	atomic_or(IRQ_WORK_HARD_IRQ, &work->flags);
#endif
}

/* Returns what the clocksource of CLOCK_MONOTONIC reads, in its own ticks. Process context. */
static inline u64 compat_clocksource_read(void)
{
	struct system_time_snapshot snapshot;

#ifdef RTPROBE_HAVE_KTIME_GET_SNAPSHOT_ID
	ktime_get_snapshot_id(CLOCK_MONOTONIC, &snapshot);
#else
	ktime_get_snapshot(&snapshot);
#endif
	return snapshot.cycles;
}

/* Creates and starts a worker with its own thread. Before 6.14 the creation also started it. */
#ifndef kthread_run_worker
#define kthread_run_worker(flags, name) kthread_create_worker(flags, name)
#endif

/* Sets the affinity of a line to @cpus. Process context. */
static inline int compat_irq_set_affinity(unsigned int irq, const struct cpumask *cpus)
{
#ifdef RTPROBE_HAVE_IRQ_SET_AFFINITY_INLINE
	/* The hint also sets the affinity. Clear it afterwards, because the mask may be freed. */
	int err = irq_set_affinity_hint(irq, cpus);

	irq_set_affinity_hint(irq, NULL);
	return err;
#else
	return irq_set_affinity(irq, cpus);
#endif
}

/* Returns the current number of interrupt numbers, which can grow. */
static inline unsigned int compat_nr_irqs(void)
{
#ifdef RTPROBE_HAVE_IRQ_GET_NR_IRQS
	return irq_get_nr_irqs();
#else
	return nr_irqs;
#endif
}

/* Returns the attributes of the request that began a dump, indexed by type. */
static inline struct nlattr **compat_dump_attrs(struct netlink_callback *cb)
{
#ifdef RTPROBE_HAVE_GENL_INFO_DUMP
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

/* Initializer of a genl_family: all operations check the reserved field of the header. */
#ifdef RTPROBE_HAVE_GENL_RESV_START_OP
#define COMPAT_GENL_STRICT_HEADER(first) .resv_start_op = (first),
#else
#define COMPAT_GENL_STRICT_HEADER(first)
#endif

/*
 * Refuses a request that lacks an attribute: sets the text, and the attribute's number where the kernel can report it.
 * Returns -EINVAL.
 */
#ifdef NL_SET_ERR_ATTR_MISS
#define COMPAT_EXTACK_MISSING(extack, type, text) ({	\
	NL_SET_ERR_ATTR_MISS(extack, NULL, type);	\
	NL_SET_ERR_MSG(extack, text);			\
	-EINVAL;					\
})
#else
#define COMPAT_EXTACK_MISSING(extack, type, text) ({	\
	NL_SET_ERR_MSG(extack, text);			\
	-EINVAL;					\
})
#endif

/* Sets the text of a refused request: @text, cut to what fits, or @fallback if only constants are possible. */
#ifdef NL_SET_ERR_MSG_FMT
#define COMPAT_EXTACK_TEXT(extack, text, fallback) NL_SET_ERR_MSG_FMT(extack, "%s", text)
#else
#define COMPAT_EXTACK_TEXT(extack, text, fallback) NL_SET_ERR_MSG(extack, fallback)
#endif

/*
 * Initializer of a genl_multicast_group: only CAP_NET_ADMIN may join. Kernels that can require only
 * CAP_SYS_ADMIN, or nothing, use that instead. The one COMPAT_MCAST_BY_* that is defined says
 * which. GENL_MCAST_CAP_NET_ADMIN is a macro, so no probe is needed.
 */
#if defined(GENL_MCAST_CAP_NET_ADMIN)
#define COMPAT_MCAST_GUARD .flags = GENL_MCAST_CAP_NET_ADMIN,
#define COMPAT_MCAST_BY_NET_ADMIN
#elif defined(RTPROBE_HAVE_MCAST_FLAGS)
#define COMPAT_MCAST_GUARD .flags = GENL_UNS_ADMIN_PERM,
#define COMPAT_MCAST_BY_NET_ADMIN
#elif defined(RTPROBE_HAVE_MCAST_CAP_SYS_ADMIN)
#define COMPAT_MCAST_GUARD .cap_sys_admin = 1,
#define COMPAT_MCAST_BY_SYS_ADMIN
#else
#define COMPAT_MCAST_GUARD
#define COMPAT_MCAST_BY_NOBODY
#endif

#endif
