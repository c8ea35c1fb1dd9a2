/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System management interrupts, raised in user mode or in the kernel. Process context, under the caller's mutex. */
#ifndef SMI_H
#define SMI_H

#include "edu.h"

/*
 * The caller does not return to its program. In user mode it raises one SMI for each microsecond of
 * hold->asked_ns, on the CPU it runs on, and then spins there until it is killed. The firmware must
 * have set up SMIs of that CPU: SeaBIOS does for CPU 0 only. Returns -ENODEV if the machine is not
 * x86-64, or the error of mapping its code.
 */
int smi_in_user_mode(struct edu_hold *hold);

/*
 * Raises SMIs in the kernel, one after the other for hold->asked_ns, with interrupts enabled. The firmware as above.
 * Returns -ENODEV if the machine is not x86-64.
 */
int smi_in_kernel(struct edu_hold *hold);

#endif
