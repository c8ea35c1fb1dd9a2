// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/machine.h"

#include <linux/build_bug.h>
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/string.h>
#ifdef CONFIG_X86
#include <asm/processor.h>
#endif

#include "uapi/rtprobe.h"

static u64 instance;

u64 rtp_machine_instance(void)
{
	return instance;
}

const char *rtp_machine_cpu_model(void)
{
#ifdef CONFIG_X86
	/* The kernel leaves its last byte NUL. */
	BUILD_BUG_ON(sizeof(boot_cpu_data.x86_model_id) != RTPROBE_MODEL_LEN);
	if (*boot_cpu_data.x86_model_id)
		return boot_cpu_data.x86_model_id;
#endif
	return "unknown";
}

void rtp_machine_cpu_list(char *list, size_t size, const struct cpumask *mask)
{
	static const char more[] = "...";

	if (snprintf(list, size, "%*pbl", cpumask_pr_args(mask)) >= size)
		memcpy(list + size - sizeof(more), more, sizeof(more));
}

void rtp_machine_init(void)
{
	get_random_bytes(&instance, sizeof(instance));
}
