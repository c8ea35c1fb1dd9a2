/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory the module holds, and the bound it cannot pass. The arithmetic is in
 * docs/reference/measures.md.
 */
#ifndef RTPROBE_MEMORY_H
#define RTPROBE_MEMORY_H

#include <linux/types.h>

size_t rtp_memory_bytes(void);
size_t rtp_memory_bytes_max(void);

#endif
