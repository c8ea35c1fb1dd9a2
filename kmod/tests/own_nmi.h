/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A non-maskable interrupt inside the handler of rtprobe's own timer. Process context, under the caller's mutex. */
#ifndef OWN_NMI_H
#define OWN_NMI_H

#include "edu.h"

/*
 * Sends an NMI, whose handler takes hold->asked_ns, during the next expiry of rtprobe's timer on hold->cpu, the
 * caller's CPU. Returns -ENODEV if the machine is not x86, -ETIMEDOUT if the timer does not expire within a second.
 */
int own_nmi_hold(struct edu_hold *hold);

#endif
