/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * preemptoff and softirqsoff: sections of a task in which preemption, or softirqs, are disabled.
 *
 * The kernel counts both, so a sample of the timer sees whether they are disabled. That two samples
 * find them disabled does not prove one section: they may have been enabled in between. So the
 * first sample that finds a section requests what the section delays: a real-time thread, or a
 * softirq. The kernel serves the request where the section ends. The hook of switches or of
 * softirqs sees that, in the same task. Until then the section was one. Three moments:
 *
 * since    the section began later: the previous sample, or the switch to the task
 * begin    the sample that found it
 * end      the request is served
 *
 * From begin to end is the value and the lower bound, from since to end the upper bound. So the
 * bounds differ by at most a period, unless a sample was late, and every section of a period plus a
 * threshold has a lower bound over the threshold.
 *
 * The times are elapsed times. Interrupts, and softirqs in a section with preemption disabled, are
 * included; the parts of a spike show them.
 *
 * On the CPU, interrupts off.
 */
#ifndef RTPROBE_SECTION_H
#define RTPROBE_SECTION_H

#include "base/cpu.h"
#include "uapi/rtprobe.h"

/* A sample at @now did not find the current task in a section. */
void rtp_section_clear(struct rtp_section *section, u64 now);

/*
 * A sample at @now found the current task in a section, which began after @since; 0: unknown.
 * Returns whether it is a new one: the caller then requests what it delays.
 */
bool rtp_section_found(struct rtp_section *section, u64 since, u64 now);

/*
 * The request was served at @now. Records the section's value if the current task is still its
 * task. A shorter one than an interrupt's entry has none.
 */
void rtp_section_end(struct rtp_cpu *c, struct rtp_section *section,
		     enum rtprobe_measure measure, u64 now);

/*
 * A sample at @now found the section over and its request still pending: it is about to be served.
 * Records the value that ends at the newest sample that found the section.
 */
void rtp_section_over(struct rtp_cpu *c, struct rtp_section *section,
		      enum rtprobe_measure measure, u64 now);

/* Forgets the state of a CPU on which no sample runs. Any context. */
void rtp_section_forget(struct rtp_section *section);

#endif
