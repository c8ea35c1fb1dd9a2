/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A non-maskable interrupt inside the handler of rtprobe's own timer. Process context, under the caller's mutex. */
#ifndef OWN_NMI_H
#define OWN_NMI_H

#include "edu.h"

/*
 * The next expiry of rtprobe's timer on hold->cpu, where the caller runs, is interrupted by an NMI whose handler takes
 * hold->asked_ns. Returns -ENODEV if the machine is no x86, -ETIMEDOUT if no expiry came within a second.
 */
int own_nmi_hold(struct edu_hold *hold);

#endif
