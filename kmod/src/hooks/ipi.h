/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hook that reads the kinds of inter-processor interrupts, see base/ipi.h. It is registered
 * together with those of hard handlers, only where IPIs are irqs.
 */
#ifndef RTPROBE_HOOKS_IPI_H
#define RTPROBE_HOOKS_IPI_H

#ifdef CONFIG_ARM64
/* In the handler of an IPI, after its irq_handler_entry. */
void rtp_ipi_entry(void *data, const char *kind);

#define RTP_IPI_HOOKS { .name = "ipi_entry", .probe = { rtp_ipi_entry, rtp_ipi_entry } },
#else
#define RTP_IPI_HOOKS
#endif

#endif
