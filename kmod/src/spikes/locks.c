// SPDX-License-Identifier: GPL-2.0-or-later
/* Describes the locks of a task, from the note that was made in the interrupt. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>

#include "base/symbol.h"
#include "spikes/process.h"

/* Returns whether a symbol belongs to a locking primitive. Its first other caller is the waiter. */
static bool is_primitive(const char *name)
{
	static const char *const beginnings[] = {
		"__traceiter_", "trace_contention_", "mutex_",	  "__mutex_", "ww_mutex_",
		"rt_mutex_",	"__rt_mutex_",	     "rtlock_",	  "rt_spin_", "__rt_spin_",
		"rt_read_",	"rt_write_",	     "down_",	  "__down_",  "rwsem_",
		"rwbase_",	"__rwbase_",	     "_raw_",	  "queued_",  "native_queued_",
		"__pv_queued_", "percpu_",	     "__percpu_",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(beginnings); i++)
		if (!strncmp(name, beginnings[i], strlen(beginnings[i])))
			return true;
	return false;
}

static u32 name_waiter(struct rtp_process *process, const struct rtp_lock_note *note)
{
	char name[RTPROBE_SYMBOL_LEN] = "";
	unsigned int i;

	for (i = 0; i < note->frames; i++) {
		if (within_module(note->stack[i], THIS_MODULE))
			continue;
		rtp_symbol_print(name, note->stack[i], true);
		if (!is_primitive(name))
			break;
	}
	return rtp_process_text(process, name);
}

void rtp_process_read_locks(struct rtp_process *process, const struct rtp_lock_note *note)
{
	unsigned int i;

	process->asked_locks = true;
	process->evidence = note->evidence;
	for (i = 0; i < note->held; i++)
		process->lock[process->locks++] = (struct rtp_lock) {
			.name = rtp_process_text(process, note->lock[i].name),
			.address = rtp_lock_hash(note->lock[i].address),
		};
	if (note->evidence != RTPROBE_LOCK_EVIDENCE_CONTENTION &&
	    note->evidence != RTPROBE_LOCK_EVIDENCE_BLOCKED_ON)
		return;
	process->lock[process->locks++] = (struct rtp_lock) {
		.name = name_waiter(process, note),
		.address = rtp_lock_hash(note->address),
		.wait = note->wait,
		.has_owner = note->has_owner,
		.owner = note->owner,
	};
}
