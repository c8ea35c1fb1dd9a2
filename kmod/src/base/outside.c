// SPDX-License-Identifier: GPL-2.0-or-later

#include "base/outside.h"

#include <linux/errno.h>
#include <linux/kernel_stat.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/string.h>
#ifdef CONFIG_X86
#include <asm/cpufeature.h>
#include <asm/msr.h>
#endif

static bool smis_counted __read_mostly;

/*
 * Returns the steal time in ns. Only this function reads the counter. The tests increase it, to
 * simulate a hypervisor.
 */
static u64 read_steal(int cpu)
{
	return READ_ONCE(kcpustat_cpu(cpu).cpustat[CPUTIME_STEAL]);
}

#ifdef CONFIG_X86

static bool has_smi_counter(void)
{
	u32 count, unused;

	return !rdmsr_safe(MSR_SMI_COUNT, &count, &unused);
}

static bool is_guest(void)
{
	return boot_cpu_has(X86_FEATURE_HYPERVISOR);
}

static u32 read_smis(void)
{
	u32 count = 0, unused;

	if (smis_counted)
		rdmsr(MSR_SMI_COUNT, count, unused);
	return count;
}

#else

static bool has_smi_counter(void)
{
	return false;
}

static bool is_guest(void)
{
	return false;
}

static u32 read_smis(void)
{
	return 0;
}

#endif

void rtp_outside_look(struct rtp_cpu *c)
{
	struct rtp_outside *outside = &c->outside;
	u64 now = rtp_clock_now();
	u64 steal = read_steal(c->cpu);
	u32 smis = read_smis();
	struct rtp_outside_look *look = &outside->look[outside->looks % RTP_OUTSIDE_LOOKS];
	u64 grown = rtp_clock_from_ns(max_t(s64, steal - outside->steal, 0));

	if (outside->looked && (smis != outside->smis || grown)) {
		*look = (struct rtp_outside_look) {
			.from = outside->looked,
			.to = now,
			.smis = smis - outside->smis,
			.steal = grown,
		};
		outside->looks++;
		outside->steal_ticks += grown;
	}
	outside->looked = now;
	outside->smis = smis;
	outside->steal = steal;
}

/*
 * Steal time that can lie before or after the span counts only as `steal_most`. SMIs count if they
 * can lie in the span.
 */
static void add_look(struct rtp_outside_total *total, const struct rtp_outside_look *look,
		     u64 begin, u64 end)
{
	u64 from = (s64)(begin - look->from) > 0 ? begin : look->from;
	u64 to = (s64)(look->to - end) > 0 ? end : look->to;
	u64 inside, apart;

	if ((s64)(to - from) <= 0)
		return;
	inside = to - from;
	apart = look->to - look->from - inside;
	total->steal += look->steal > apart ? min(look->steal - apart, inside) : 0;
	total->steal_most += min(look->steal, inside);
	total->smis += look->smis;
	if (look->smis)
		total->smi_most += inside;
}

void rtp_outside_total(const struct rtp_cpu *c, u64 begin, u64 end,
		       struct rtp_outside_total *total)
{
	const struct rtp_outside *outside = &c->outside;
	unsigned int n = min_t(unsigned int, outside->looks, RTP_OUTSIDE_LOOKS);
	unsigned int i;

	*total = (struct rtp_outside_total) {};
	for (i = 1; i <= n; i++)
		add_look(total, &outside->look[(outside->looks - i) % RTP_OUTSIDE_LOOKS], begin,
			 end);
}

bool rtp_outside_counts_smis(void)
{
	return smis_counted;
}

bool rtp_outside_rules_out_stalls(void)
{
	return smis_counted && !is_guest();
}

int rtp_outside_init(const char *smi)
{
	bool on = !strcmp(smi, "on");

	if (!on && strcmp(smi, "auto") && strcmp(smi, "off")) {
		pr_err("smi=%s: auto, on or off\n", smi);
		return -EINVAL;
	}
	smis_counted = (on || (!strcmp(smi, "auto") && !is_guest())) && has_smi_counter();
	if (!on || smis_counted)
		return 0;
	pr_err("smi=on: this processor does not count them\n");
	return -EINVAL;
}
