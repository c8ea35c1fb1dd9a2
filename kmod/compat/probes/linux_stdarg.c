// SPDX-License-Identifier: GPL-2.0-or-later
/* Variable arguments are in the kernel's own header, not the compiler's. */
#include <linux/stdarg.h>
int use;
