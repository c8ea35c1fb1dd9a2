// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/label.h"

const char *const rtp_softirq_labels[RTPROBE_SOFTIRQ_COUNT] = {
	[RTPROBE_SOFTIRQ_HI] = "HI",
	[RTPROBE_SOFTIRQ_TIMER] = "TIMER",
	[RTPROBE_SOFTIRQ_NET_TX] = "NET_TX",
	[RTPROBE_SOFTIRQ_NET_RX] = "NET_RX",
	[RTPROBE_SOFTIRQ_BLOCK] = "BLOCK",
	[RTPROBE_SOFTIRQ_IRQ_POLL] = "IRQ_POLL",
	[RTPROBE_SOFTIRQ_TASKLET] = "TASKLET",
	[RTPROBE_SOFTIRQ_SCHED] = "SCHED",
	[RTPROBE_SOFTIRQ_HRTIMER] = "HRTIMER",
	[RTPROBE_SOFTIRQ_RCU] = "RCU",
};

const char *const rtp_vector_labels[RTPROBE_VECTOR_COUNT] = {
	[RTPROBE_VECTOR_LOC] = "LOC",
	[RTPROBE_VECTOR_RES] = "RES",
	[RTPROBE_VECTOR_CAL] = "CAL",
	[RTPROBE_VECTOR_CAL_SINGLE] = "CAL_SINGLE",
	[RTPROBE_VECTOR_IWI] = "IWI",
	[RTPROBE_VECTOR_ERR] = "ERR",
	[RTPROBE_VECTOR_SPU] = "SPU",
	[RTPROBE_VECTOR_TRM] = "TRM",
	[RTPROBE_VECTOR_THR] = "THR",
	[RTPROBE_VECTOR_DFR] = "DFR",
	[RTPROBE_VECTOR_PLT] = "PLT",
};

const char *const rtp_callback_names[RTPROBE_CALLBACK_COUNT + 1] = {
	[RTPROBE_CALLBACK_HRTIMER] = "hrtimer",
	[RTPROBE_CALLBACK_TIMER] = "timer",
	[RTPROBE_CALLBACK_WORK] = "work",
	[RTPROBE_CALLBACK_TASKLET] = "tasklet",
	[RTPROBE_CALLBACK_CALL] = "call",
	[RTPROBE_CALLBACK_IRQ_WORK] = "irq_work",
	[RTPROBE_CALLBACK_RCU] = "rcu",
	[RTPROBE_CALLBACK_STOP] = "stop",
	[RTPROBE_CALLBACK_NAPI] = "napi",
};

const char *const rtp_wait_names[RTPROBE_WAIT_COUNT] = {
	[RTPROBE_WAIT_UNKNOWN] = "unknown",
	[RTPROBE_WAIT_FUTEX] = "futex",
	[RTPROBE_WAIT_FUTEX_PI] = "futex_pi",
	[RTPROBE_WAIT_PAGE_FAULT] = "page_fault",
	[RTPROBE_WAIT_PAGE_FAULT_IO] = "page_fault_io",
	[RTPROBE_WAIT_EXCEPTION] = "exception",
	[RTPROBE_WAIT_RECLAIM] = "reclaim",
	[RTPROBE_WAIT_BLOCK_IO] = "block_io",
	[RTPROBE_WAIT_KERNEL_LOCK] = "kernel_lock",
	[RTPROBE_WAIT_TIMER] = "timer",
	[RTPROBE_WAIT_POLL] = "poll",
	[RTPROBE_WAIT_NETWORK] = "network",
	[RTPROBE_WAIT_CALL] = "call",
	[RTPROBE_WAIT_STOPPED] = "stopped",
};

const char *rtp_softirq_label(unsigned int softirq)
{
	return softirq < RTPROBE_SOFTIRQ_COUNT ? rtp_softirq_labels[softirq] : "?";
}

const char *rtp_vector_label(unsigned int vector)
{
	return vector < RTPROBE_VECTOR_COUNT ? rtp_vector_labels[vector] : "";
}
