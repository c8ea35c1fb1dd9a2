// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/reason.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "compat/stdarg.h"

int rtp_refuse(struct rtp_reason *reason, const char *code, const char *format, ...)
{
	int used = scnprintf(reason->text, sizeof(reason->text), "%s ", code);
	va_list args;

	va_start(args, format);
	vscnprintf(reason->text + used, sizeof(reason->text) - used, format, args);
	va_end(args);
	return -EINVAL;
}

bool rtp_refused_for(const struct rtp_reason *reason, const char *code)
{
	size_t length = strlen(code);

	return !strncmp(reason->text, code, length) && reason->text[length] == ' ';
}

bool rtp_refused_key(const struct rtp_reason *reason, const char *key)
{
	const char *word = strchr(reason->text, ' ');
	size_t length = strlen(key);

	return word && !strncmp(word + 1, key, length) &&
	       (word[1 + length] == '=' || word[1 + length] == ':');
}
