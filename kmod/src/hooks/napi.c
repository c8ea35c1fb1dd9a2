// SPDX-License-Identifier: GPL-2.0-or-later
#include "hooks/napi.h"

#include <linux/netdevice.h>
#include <net/net_namespace.h>
#include <trace/events/napi.h>

#include "base/measure.h"
#include "base/symbol.h"
#include "base/tracepoint.h"
#include "capture/capture.h"
#include "hooks/function.h"
#include "recorder/recorder.h"

static bool napi_measured __read_mostly;
static unsigned int napi_users;

static const void *napi_key(const struct napi_struct *napi)
{
	return napi->dev ?: (const void *)napi->poll;
}

static noinline struct rtp_row *napi_adopt(struct rtp_cpu *c, unsigned int slot,
					   const struct napi_struct *napi)
{
	char name[RTPROBE_FUNCTION_LEN];
	struct rtp_row_id id = {
		.measure = RTPROBE_MEASURE_NAPI_DURATION,
		.name = name,
		.dev_id = napi->poll,
	};

	if (!rtp_row_is_left(c, slot))
		return NULL;
	rtp_poll_print(name, napi->dev ? napi->dev->name : "", napi->poll);
	return rtp_row_adopt(c, slot, napi_key(napi), &id);
}

static struct rtp_row *napi_row(struct rtp_cpu *c, const struct napi_struct *napi)
{
	const void *key = napi_key(napi);
	unsigned int slot = rtp_function_slot(RTPROBE_MEASURE_NAPI_DURATION, key);
	struct rtp_row *row;

	for (row = rtp_row_first(c, slot); row; row = rtp_row_next(row))
		if (READ_ONCE(row->key) == key && row->dev_id == napi->poll)
			return row;
	return napi_adopt(c, slot, napi);
}

static noinline void napi_capture(struct rtp_cpu *c, const struct rtp_row *row, u64 ns, u64 begin,
				  u64 end)
{
	struct rtp_value value = { .ns = ns, .begin = begin, .end = end };

	rtp_capture(c, row, &value);
}

static void napi_measure(struct rtp_cpu *c, const struct napi_struct *napi,
			 struct rtp_softirq_run *run, struct rtp_mark now)
{
	u64 begin, before = 0;
	struct rtp_row *row;
	s64 net;
	u64 ns;

	net = rtp_softirq_run_net(run, &now);
	begin = run->entry;
	if (run->function.kind == RTPROBE_CALLBACK_NAPI &&
	    (s64)(run->function.begin - run->entry) > 0) {
		before = run->function.net;
		begin = run->function.begin;
	}
	run->function = (struct rtp_softirq_function) {
		.kind = RTPROBE_CALLBACK_NAPI, .begin = now.ticks, .net = net,
	};
	if (!rtp_is_possible(net - before))
		return;
	row = napi_row(c, napi);
	ns = rtp_clock_to_ns(rtp_clock_chosen, net - before);
	if (row && rtp_record(row, ns))
		napi_capture(c, row, ns, begin, now.ticks);
}

/* Numbers of devices are those of a network namespace. Only the initial one's can be looked up. */
static u32 napi_device(const struct napi_struct *napi)
{
	return napi->dev && net_eq(dev_net(napi->dev), &init_net) ? napi->dev->ifindex : 0;
}

/* A thread of the device or a task that waits for packets polls outside of the softirq. */
static __always_inline void napi_polled(struct rtp_cpu *c, const struct napi_struct *napi,
					struct rtp_mark now)
{
	struct rtp_softirq_run *run = rtp_function_softirq(c);

	if (!run || run->vector != RTPROBE_SOFTIRQ_NET_RX)
		return;
	if (rtp_recorder_is_on())
		rtp_recorder_put_poll(c, napi->poll, napi_device(napi), now.ticks);
	if (READ_ONCE(napi_measured))
		napi_measure(c, napi, run, now);
}

static __always_inline void napi_hook(enum rtprobe_clock clock, void *data,
				      const struct napi_struct *napi)
{
	unsigned long flags;
	struct rtp_cpu *c;
	struct rtp_mark now;

	local_irq_save(flags);
	c = rtp_hook_cpu(data);
	now = rtp_mark(clock, c);
	napi_polled(c, napi, now);
	rtp_cost_hook(&c->cost, now.ticks);
	local_irq_restore(flags);
}

static void notrace napi_mono(void *data, struct napi_struct *napi, int work, int budget)
{
	napi_hook(RTPROBE_CLOCK_MONO, data, napi);
}

static void notrace napi_tsc(void *data, struct napi_struct *napi, int work, int budget)
{
	napi_hook(RTPROBE_CLOCK_TSC, data, napi);
}

static void __maybe_unused check_napi_type(void)
{
	check_trace_callback_type_napi_poll(napi_tsc);
}

static struct rtp_hook napi_hooks[] = {
	{ .name = "napi_poll", .probe = { napi_mono, napi_tsc } },
};

void rtp_napi_find(void)
{
	rtp_hooks_find(napi_hooks, ARRAY_SIZE(napi_hooks));
}

bool rtp_napi_available(void)
{
	return napi_hooks[0].tracepoint;
}

int rtp_napi_hold(void)
{
	int err = napi_users ? 0 : rtp_hooks_register(napi_hooks, ARRAY_SIZE(napi_hooks));

	napi_users += !err;
	return err;
}

void rtp_napi_release(void)
{
	if (!--napi_users)
		rtp_hooks_unregister_early(napi_hooks, ARRAY_SIZE(napi_hooks), NULL);
}

static bool napi_is_of_device(const struct rtp_row *row, const void *key, const void *device)
{
	return key == device;
}

static int napi_device_changed(struct notifier_block *block, unsigned long event, void *data)
{
	if (event == NETDEV_UNREGISTER || event == NETDEV_CHANGENAME)
		rtp_functions_retire(napi_is_of_device, netdev_notifier_info_to_dev(data));
	return NOTIFY_DONE;
}

static struct notifier_block napi_devices = { .notifier_call = napi_device_changed };

static int napi_start(u64 period)
{
	int err = rtp_function_hold(RTPROBE_CALLBACK_NAPI);

	if (err)
		return err;
	err = rtp_napi_hold();
	if (err)
		rtp_function_release(RTPROBE_CALLBACK_NAPI);
	else
		WRITE_ONCE(napi_measured, true);
	return err;
}

static void napi_stop(void)
{
	WRITE_ONCE(napi_measured, false);
	rtp_hooks_expect_wait(NULL);
	rtp_napi_release();
	rtp_function_release(RTPROBE_CALLBACK_NAPI);
}

int rtp_napi_init(void)
{
	return register_netdevice_notifier(&napi_devices);
}

void rtp_napi_exit(void)
{
	unregister_netdevice_notifier(&napi_devices);
}

const struct rtp_measure rtp_measure_napi_duration = {
	.available = rtp_napi_available,
	.start = napi_start,
	.stop = napi_stop,
};
