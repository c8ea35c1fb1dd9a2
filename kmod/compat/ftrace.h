/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between kernels in how functions are watched: ftrace and fprobe. */
#ifndef RTPROBE_COMPAT_FTRACE_H
#define RTPROBE_COMPAT_FTRACE_H

#include <linux/ftrace.h>

#include "compat/probes.h"

/* Registers as a handler of struct ftrace_ops gets them. */
#ifdef RTPROBE_HAVE_FTRACE_REGS
typedef struct ftrace_regs compat_ftrace_regs;
#else
typedef struct pt_regs compat_ftrace_regs;
#endif

/* Registers as the handlers of a struct fprobe get them. Without COMPAT_FPROBE this kernel has none. */
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
