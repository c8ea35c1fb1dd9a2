/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints code addresses as symbols. An address without a symbol (code generated at run time, an
 * unloaded module) is printed as "[no symbol]", because the raw address would reveal the kernel's
 * location. Any context.
 */
#ifndef RTPROBE_SYMBOL_H
#define RTPROBE_SYMBOL_H

#include <linux/types.h>

/*
 * Prints symbol+offset/size [module] into @text, RTPROBE_SYMBOL_LEN bytes. @is_return: it is a
 * return address.
 */
void rtp_symbol_print(char *text, unsigned long address, bool is_return);

/* Prints the name of a function as symbol [module] into @text, RTPROBE_FUNCTION_LEN bytes. */
void rtp_function_print(char *text, const void *function);

/*
 * Prints what a network device polls, as "eth0: symbol [module]", into @text, RTPROBE_FUNCTION_LEN
 * bytes. @device is empty if it is unknown.
 */
void rtp_poll_print(char *text, const char *device, const void *function);

#endif
