/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Needs no header of the kernel, so that a test compiles it alone. */
#ifndef RTPROBE_BITS_H
#define RTPROBE_BITS_H

#if __SIZEOF_POINTER__ < 8
#error "rtprobe needs a 64-bit kernel: sums and time stamps are single 64-bit words that readers take without a lock"
#endif

#endif
