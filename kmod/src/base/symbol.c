// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/symbol.h"

#include <linux/kernel.h>
#include <linux/string.h>

#include "uapi/rtprobe.h"

static void hide_address(char *text)
{
	static const char no_symbol[] = "[no symbol]";

	if (text[0] == '0' && text[1] == 'x')
		memcpy(text, no_symbol, sizeof(no_symbol));
}

void rtp_symbol_print(char *text, unsigned long address, bool is_return)
{
	snprintf(text, RTPROBE_SYMBOL_LEN, is_return ? "%pB" : "%pS", (void *)address);
	hide_address(text);
}

void rtp_function_print(char *text, const void *function)
{
	snprintf(text, RTPROBE_FUNCTION_LEN, "%ps", function);
	hide_address(text);
}

void rtp_poll_print(char *text, const char *device, const void *function)
{
	char name[RTPROBE_FUNCTION_LEN];

	rtp_function_print(name, function);
	scnprintf(text, RTPROBE_FUNCTION_LEN, "%s%s%s", device, *device ? ": " : "", name);
}
