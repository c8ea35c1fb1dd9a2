/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Variable arguments; see compat.h. */
#ifndef RTPROBE_COMPAT_STDARG_H
#define RTPROBE_COMPAT_STDARG_H

#include "compat/probes.h"

#ifdef RTPROBE_HAVE_LINUX_STDARG
#include <linux/stdarg.h>
#else
#include <stdarg.h>
#endif

#endif
