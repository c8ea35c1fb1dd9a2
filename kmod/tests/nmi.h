/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NMI_H
#define NMI_H

struct edu_hold;

/*
 * Calls the probes of contention_begin and contention_end while in_nmi() is true, as a lock that is contended in an NMI
 * does. -ENOENT where the kernel has no such tracepoints.
 */
int nmi_call_hooks(struct edu_hold *hold);

/* The hook of a lock that the writer begins to wait for is called, the one of its end never. As above. */
int nmi_lose_end(struct edu_hold *hold);

#endif
