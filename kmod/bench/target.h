/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A function that does nothing, for mechanisms that trace or replace functions. */
#ifndef RTPROBE_BENCH_TARGET_H
#define RTPROBE_BENCH_TARGET_H

/* Any context. Returns @value. */
unsigned long rtprobe_bench_target(unsigned long value);

#endif
