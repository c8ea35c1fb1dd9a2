// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/machine.h"

#include <linux/build_bug.h>
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/string.h>
#ifdef CONFIG_X86
#include <asm/processor.h>
#elif defined(CONFIG_ARM64)
#include <linux/of.h>
#include <linux/smp.h>
#include <asm/cputype.h>
#endif

#include "uapi/rtprobe.h"

static u64 instance;

u64 rtp_machine_instance(void)
{
	return instance;
}

#ifdef CONFIG_ARM64

static char cpu_model[RTPROBE_MODEL_LEN];

/* Implementers and parts of MIDR_EL1, which Linux itself has no names for. */
static const struct {
	u8 implementer;
	u16 part;
	const char *name;
} cores[] = {
	{ 0x41, 0xd03, "ARM Cortex-A53" },	{ 0x41, 0xd04, "ARM Cortex-A35" },
	{ 0x41, 0xd05, "ARM Cortex-A55" },	{ 0x41, 0xd07, "ARM Cortex-A57" },
	{ 0x41, 0xd08, "ARM Cortex-A72" },	{ 0x41, 0xd09, "ARM Cortex-A73" },
	{ 0x41, 0xd0a, "ARM Cortex-A75" },	{ 0x41, 0xd0b, "ARM Cortex-A76" },
	{ 0x41, 0xd0c, "ARM Neoverse-N1" },	{ 0x41, 0xd0d, "ARM Cortex-A77" },
	{ 0x41, 0xd0e, "ARM Cortex-A76AE" },	{ 0x41, 0xd40, "ARM Neoverse-V1" },
	{ 0x41, 0xd41, "ARM Cortex-A78" },	{ 0x41, 0xd42, "ARM Cortex-A78AE" },
	{ 0x41, 0xd44, "ARM Cortex-X1" },	{ 0x41, 0xd46, "ARM Cortex-A510" },
	{ 0x41, 0xd47, "ARM Cortex-A710" },	{ 0x41, 0xd48, "ARM Cortex-X2" },
	{ 0x41, 0xd49, "ARM Neoverse-N2" },	{ 0x41, 0xd4b, "ARM Cortex-A78C" },
	{ 0x41, 0xd4d, "ARM Cortex-A715" },	{ 0x41, 0xd4e, "ARM Cortex-X3" },
	{ 0x41, 0xd4f, "ARM Neoverse-V2" },	{ 0x41, 0xd80, "ARM Cortex-A520" },
	{ 0x41, 0xd81, "ARM Cortex-A720" },	{ 0x41, 0xd82, "ARM Cortex-X4" },
	{ 0x42, 0x100, "Broadcom Brahma-B53" },	{ 0x42, 0x516, "Broadcom Vulcan" },
	{ 0x43, 0x0a1, "Cavium ThunderX" },	{ 0x43, 0x0af, "Cavium ThunderX2" },
	{ 0x46, 0x001, "Fujitsu A64FX" },	{ 0x48, 0xd01, "HiSilicon TSV110" },
	{ 0x4e, 0x003, "NVIDIA Denver 2" },	{ 0x4e, 0x004, "NVIDIA Carmel" },
	{ 0x51, 0x800, "Qualcomm Kryo 2xx Gold" }, { 0x51, 0x801, "Qualcomm Kryo 2xx Silver" },
	{ 0x51, 0x802, "Qualcomm Kryo 3xx Gold" }, { 0x51, 0x803, "Qualcomm Kryo 3xx Silver" },
	{ 0x51, 0x804, "Qualcomm Kryo 4xx Gold" }, { 0x51, 0x805, "Qualcomm Kryo 4xx Silver" },
	{ 0x61, 0x022, "Apple Icestorm" },	{ 0x61, 0x023, "Apple Firestorm" },
	{ 0xc0, 0xac3, "Ampere-1" },		{ 0xc0, 0xac4, "Ampere-1a" },
};

static void read_midr(void *midr)
{
	*(u32 *)midr = read_cpuid_id();
}

/* Prints the core with its revision, as its manufacturer writes it, into @text of @size bytes. */
static int print_core(char *text, size_t size, u32 midr)
{
	unsigned int implementer = MIDR_IMPLEMENTOR(midr), part = MIDR_PARTNUM(midr);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cores); i++)
		if (cores[i].implementer == implementer && cores[i].part == part)
			return scnprintf(text, size, "%s r%up%u", cores[i].name,
					 MIDR_VARIANT(midr), MIDR_REVISION(midr));
	return scnprintf(text, size, "implementer %#04x part %#05x r%up%u", implementer, part,
			 MIDR_VARIANT(midr), MIDR_REVISION(midr));
}

static void find_cpu_model(void)
{
	struct device_node *root = of_find_node_by_path("/");
	const char *board;
	u32 midr = 0;
	int length;

	smp_call_function_single(cpumask_first(cpu_online_mask), read_midr, &midr, 1);
	length = print_core(cpu_model, sizeof(cpu_model), midr);
	/* Machines with ACPI have no device tree. */
	if (root && !of_property_read_string(root, "model", &board))
		scnprintf(cpu_model + length, sizeof(cpu_model) - length, ", %s", board);
	of_node_put(root);
}

#else

static void find_cpu_model(void)
{
}

#endif

const char *rtp_machine_cpu_model(void)
{
#ifdef CONFIG_X86
	/* The kernel leaves its last byte NUL. */
	BUILD_BUG_ON(sizeof(boot_cpu_data.x86_model_id) != RTPROBE_MODEL_LEN);
	if (*boot_cpu_data.x86_model_id)
		return boot_cpu_data.x86_model_id;
#elif defined(CONFIG_ARM64)
	return cpu_model;
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
	find_cpu_model();
}
