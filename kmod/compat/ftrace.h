/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Differences between kernels in function tracing: ftrace and fprobe. */
#ifndef RTPROBE_COMPAT_FTRACE_H
#define RTPROBE_COMPAT_FTRACE_H

#include <linux/ftrace.h>

#include "compat/probes.h"

/* The type of the registers that a handler of struct ftrace_ops gets. */
#ifdef RTPROBE_HAVE_FTRACE_REGS
typedef struct ftrace_regs compat_ftrace_regs;
#else
typedef struct pt_regs compat_ftrace_regs;
#endif

/* The type of the registers that the handlers of a struct fprobe get. COMPAT_FPROBE: the kernel has fprobe. */
#ifdef RTPROBE_HAVE_FPROBE_FTRACE_REGS
#include <linux/fprobe.h>
typedef struct ftrace_regs compat_fprobe_regs;
#define COMPAT_FPROBE
#elif defined(RTPROBE_HAVE_FPROBE_PT_REGS)
#include <linux/fprobe.h>
typedef struct pt_regs compat_fprobe_regs;
#define COMPAT_FPROBE
#endif

#endif
