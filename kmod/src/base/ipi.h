/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of inter-processor interrupts. On x86 each kind is a vector. On arm64 each kind is an irq
 * whose action is called "IPI": the kernel's tracepoints pass the text of its kind, the same as in
 * /proc/interrupts.
 */
#ifndef RTPROBE_IPI_H
#define RTPROBE_IPI_H

struct irqaction;

/*
 * Notes the kind of @action, which runs on this CPU. @kind is a text of the kernel that stays. Hard
 * interrupt context.
 */
void rtp_ipi_note(const struct irqaction *action, const char *kind);

/* Returns the kind of an IPI that has been noted, else the action's own name. Any context. */
const char *rtp_action_name(const struct irqaction *action);

#endif
