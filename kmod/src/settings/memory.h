/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
  * Memory that the module uses now, and its upper bound. docs/reference/measures.md shows the
  * arithmetic.
 */
#ifndef RTPROBE_MEMORY_H
#define RTPROBE_MEMORY_H

#include <linux/types.h>

size_t rtp_memory_bytes(void);
size_t rtp_memory_bytes_max(void);

#endif
