/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RTPROBE_PRINT_H
#define RTPROBE_PRINT_H

/* Kbuild includes this header before every unit, because <linux/printk.h> reads pr_fmt(). */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#endif
