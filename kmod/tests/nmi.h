/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NMI_H
#define NMI_H

struct edu_hold;

/*
 * Calls the probes of contention_begin and contention_end while in_nmi() is true, like a contended lock in an NMI does.
 * Returns -ENOENT if the kernel has no such tracepoints.
 */
int nmi_call_hooks(struct edu_hold *hold);

/* Calls the hook for the start of a wait for a lock, but not the one for its end. Returns as above. */
int nmi_lose_end(struct edu_hold *hold);

#endif
