// SPDX-License-Identifier: GPL-2.0-or-later
#include "procfs/spike_show.h"

#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "base/access.h"
#include "base/label.h"
#include "base/measure.h"
#include "base/word.h"
#include "settings/rule_word.h"
#include "spikes/regs.h"
#include "spikes/spike.h"

static void show_word(struct seq_file *seq, const char *key, const char *text)
{
	seq_printf(seq, "%s=", key);
	rtp_word_print(seq, text);
	seq_putc(seq, '\n');
}

/* @role is the prefix of each key: "", "victim_" or "waker_". */
static void show_task(struct seq_file *seq, const char *role, const struct rtp_task *task)
{
	seq_printf(seq, "%spid=%u\n%stgid=%u\n%scomm=", role, task->pid, role, task->tgid, role);
	rtp_word_print(seq, task->comm);
	seq_printf(seq,
		   "\n%spolicy=%u\n%spriority=%d\n%snice=%d\n%skthread=%d\n%sstart_time=%llu\n",
		   role, task->policy, role, task->priority, role, task->nice, role, task->kthread,
		   role, task->start_time);
}

static void show_tasks(struct seq_file *seq, const struct rtp_spike *spike)
{
	show_task(seq, "", &spike->task);
	if (spike->has_victim)
		show_task(seq, "victim_", &spike->victim);
	if (spike->has_waker)
		show_task(seq, "waker_", &spike->waker);
}

/* Prints "could_be=stall,irqs_off". */
static void show_doubt(struct seq_file *seq, u32 could_be)
{
	static const char *const names[] = { "stall", "irqs_off", "kernel_exit" };
	const char *before = "could_be=";
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!(could_be & BIT(i)))
			continue;
		seq_printf(seq, "%s%s", before, names[i]);
		before = ",";
	}
}

static void show_bounds(struct seq_file *seq, const struct rtp_spike *spike)
{
	if (spike->upper)
		seq_printf(seq, "lower_ns=%llu\nupper_ns=%llu\nexact=%d\n", spike->lower,
			   spike->upper, spike->exact);
	if (!spike->could_be)
		return;
	show_doubt(seq, spike->could_be);
	seq_putc(seq, '\n');
}

static void show_idle_state(struct seq_file *seq, const struct rtp_part *part)
{
	if (part->idle_state == RTP_IDLE_UNKNOWN)
		return;
	seq_printf(seq, " idle_state=%u", part->idle_state);
	if (part->has_exit_latency)
		seq_printf(seq, " exit_latency_ns=%llu", part->exit_latency);
	if (part->frequency)
		seq_printf(seq, " frequency_khz=%u", part->frequency);
}

static void show_callback(struct seq_file *seq, const struct rtp_part *part)
{
	if (!part->callback)
		return;
	seq_printf(seq, " callback=%s function=", rtp_callback_names[part->callback]);
	rtp_word_print(seq, part->function);
}

static void show_samples(struct seq_file *seq, const struct rtp_part *part)
{
	if (!part->samples)
		return;
	seq_printf(seq, " samples=%u/%u in=", part->samples_inside, part->samples);
	rtp_word_print(seq, *part->sampled_function ? part->sampled_function : "user");
	if (part->samples_preempt_off)
		seq_printf(seq, " preempt_off=%u", part->samples_preempt_off);
	if (part->samples_bh_off)
		seq_printf(seq, " bh_off=%u", part->samples_bh_off);
}

/* Prints sender_cpu=3 sender_pid=226 sender_comm=stress-ng sender_function=tlb_finish_mmu. */
static void show_sender(struct seq_file *seq, const struct rtp_part *part)
{
	const struct rtp_sender *sender = &part->sender;

	if (!part->has_sender)
		return;
	if (sender->has_cpu)
		seq_printf(seq, " sender_cpu=%u", sender->cpu);
	if (sender->in_interrupt)
		seq_puts(seq, " sender_in_interrupt=1");
	if (sender->armed)
		seq_puts(seq, " sender_armed=1");
	if (sender->has_task) {
		seq_printf(seq, " sender_pid=%u sender_comm=", sender->task.pid);
		rtp_word_print(seq, *sender->task.comm ? sender->task.comm : "-");
	}
	if (*sender->function) {
		seq_puts(seq, " sender_function=");
		rtp_word_print(seq, sender->function);
	}
}

static void show_named(struct seq_file *seq, const char *key, const struct rtp_task *task)
{
	seq_printf(seq, " %s_pid=%u %s_comm=", key, task->pid, key);
	rtp_word_print(seq, *task->comm ? task->comm : "-");
}

static void show_waker(struct seq_file *seq, const struct rtp_part_wait *waited)
{
	if (!waited->has_waker)
		return;
	seq_printf(seq, " waker_cpu=%u", waited->cpu);
	if (!waited->in_interrupt) {
		show_named(seq, "waker", &waited->waker);
	} else {
		seq_puts(seq, " waker_in_interrupt=1");
		if (waited->kind != RTPROBE_PART_KIND_UNACCOUNTED) {
			seq_printf(seq, " waker_number=%u waker_name=", waited->number);
			rtp_word_print(seq, *waited->name ? waited->name : "-");
		}
	}
	if (waited->released)
		seq_puts(seq, " released=1");
	if (!waited->displaced_ns)
		return;
	seq_printf(seq, " displaced_ns=%llu displaced_by_ns=%llu", waited->displaced_ns,
		   waited->displaced_by_ns);
	show_named(seq, "displaced_by", &waited->displaced_by);
	if (waited->inverted)
		seq_puts(seq, " inverted=1");
}

/* Prints wait=futex waker_cpu=1 waker_pid=226 waker_comm=logger released=1. */
static void show_wait(struct seq_file *seq, const struct rtp_part *part)
{
	const struct rtp_part_wait *waited = &part->waited;

	if (part->kind != RTPROBE_PART_KIND_BLOCKED)
		return;
	seq_printf(seq, " wait=%s", rtp_wait_names[part->wait]);
	show_waker(seq, waited);
	if (!waited->has_meanwhile)
		return;
	seq_printf(seq, " meanwhile_ns=%llu", waited->meanwhile_ns);
	show_named(seq, "meanwhile", &waited->meanwhile);
}

/*
 * part=KIND NUMBER PID COUNT NS NAME, largest first; of an idle state also its index, and its exit
 * latency and the CPU's frequency where they are known; callback= and function= of a function that
 * ran inside, and sender_ words for what asked for it; samples= of the timer, and in= for the
 * function that most of them found; wait= of a part in which the victim slept, and waker_ words
 * for what woke it, displaced_ for what kept that from running, and meanwhile_ for what ran on the
 * victim's CPU; could_be=, if the part is not proven.
 */
static void show_parts(struct seq_file *seq, const struct rtp_spike *spike)
{
	static const char *const kinds[RTPROBE_PART_KIND_COUNT] = {
		[RTPROBE_PART_KIND_UNACCOUNTED] = "unaccounted",
		[RTPROBE_PART_KIND_NMI] = "nmi",
		[RTPROBE_PART_KIND_HARDIRQ] = "hardirq",
		[RTPROBE_PART_KIND_VECTOR] = "vector",
		[RTPROBE_PART_KIND_SOFTIRQ] = "softirq",
		[RTPROBE_PART_KIND_IRQ_THREAD] = "irq_thread",
		[RTPROBE_PART_KIND_TASK] = "task",
		[RTPROBE_PART_KIND_IRQS_OFF] = "irqs_off",
		[RTPROBE_PART_KIND_IDLE_EXIT] = "idle_exit",
		[RTPROBE_PART_KIND_SWITCH] = "switch",
		[RTPROBE_PART_KIND_PROBE] = "probe",
		[RTPROBE_PART_KIND_OTHER] = "other",
		[RTPROBE_PART_KIND_STEAL] = "steal",
		[RTPROBE_PART_KIND_FIRMWARE] = "firmware",
		[RTPROBE_PART_KIND_STALL] = "stall",
		[RTPROBE_PART_KIND_HOST] = "host",
		[RTPROBE_PART_KIND_THROTTLED] = "throttled",
		[RTPROBE_PART_KIND_FAIR_SERVER] = "fair_server",
		[RTPROBE_PART_KIND_LATE_TIMER] = "late_timer",
		[RTPROBE_PART_KIND_OWN_RUN] = "own_run",
		[RTPROBE_PART_KIND_BLOCKED] = "blocked",
	};
	unsigned int i;

	for (i = 0; i < spike->parts; i++) {
		const struct rtp_part *part = &spike->part[i];

		seq_printf(seq, "part=%s %u %u %u %llu ", kinds[part->kind], part->number,
			   part->pid, part->count, part->duration);
		rtp_word_print(seq, *part->name ? part->name : "-");
		show_idle_state(seq, part);
		show_callback(seq, part);
		show_samples(seq, part);
		show_sender(seq, part);
		show_wait(seq, part);
		if (part->could_be)
			seq_putc(seq, ' ');
		show_doubt(seq, part->could_be);
		seq_putc(seq, '\n');
	}
	if (spike->parts)
		seq_printf(seq, "parts_incomplete=%d\n", spike->parts_incomplete);
}

static void show_cause(struct seq_file *seq, const struct rtp_cause *cause)
{
	if (!cause->duration)
		return;
	seq_printf(seq, "cause_measure=%s\ncause_number=%u\ncause_ns=%llu\n",
		   rtp_measure_names[cause->measure], cause->number, cause->duration);
	show_word(seq, "cause_name", cause->name);
}

static void show_registers(struct seq_file *seq, const struct rtp_spike *spike)
{
	char text[RTP_REGISTER_TEXT];
	unsigned int i;

	if (!spike->has_regs)
		return;
	if (!rtp_access_covers(rtp_access_registers_of_file(seq->file), &spike->regs)) {
		seq_puts(seq, "registers=withheld\n");
		return;
	}
	for (i = 0; rtp_register_print(text, &spike->regs, i); i++)
		seq_printf(seq, "register=%s\n", text);
}

/* Prints a text as one word; - if there is none. */
static void show_text(struct seq_file *seq, const struct rtp_process *process, u32 place)
{
	seq_putc(seq, ' ');
	rtp_word_print(seq, place ? rtp_process_at(process, place) : "-");
}

static void show_place(struct seq_file *seq, const char *role, const char *key,
		       const struct rtp_process *process, u32 place)
{
	if (!place)
		return;
	seq_printf(seq, "%s%s=", role, key);
	rtp_word_print(seq, rtp_process_at(process, place));
	seq_putc(seq, '\n');
}

/* lock=NAME HASH WAIT_NS OWNER_PID OWNER_COMM; - and 0 for unknown values. */
static void show_locks(struct seq_file *seq, const char *role, const struct rtp_process *process)
{
	static const char *const evidence[] = {
		[RTPROBE_LOCK_EVIDENCE_NONE] = "none",
		[RTPROBE_LOCK_EVIDENCE_LOCKDEP] = "lockdep",
		[RTPROBE_LOCK_EVIDENCE_CONTENTION] = "contention",
		[RTPROBE_LOCK_EVIDENCE_BLOCKED_ON] = "blocked_on",
	};
	u32 i;

	if (process->asked_locks)
		seq_printf(seq, "%slock_evidence=%s\n", role, evidence[process->evidence]);
	for (i = 0; i < process->locks; i++) {
		const struct rtp_lock *lock = &process->lock[i];

		seq_printf(seq, "%slock=", role);
		rtp_word_print(seq, lock->name ? rtp_process_at(process, lock->name) : "-");
		seq_printf(seq, " %016llx %llu %u ", lock->address, lock->wait,
			   lock->has_owner ? lock->owner.pid : 0);
		rtp_word_print(seq, lock->has_owner ? lock->owner.comm : "-");
		seq_putc(seq, '\n');
	}
}

/* file=FD PATH; socket=FD FAMILY TYPE PROTOCOL STATE LOCAL REMOTE. */
static void show_lists(struct seq_file *seq, const char *role, const struct rtp_process *process)
{
	u32 i;

	if (process->asked_files)
		seq_printf(seq, "%sfiles=%u\n", role, process->open);
	if (process->files_incomplete)
		seq_printf(seq, "%sfiles_incomplete=1\n", role);
	for (i = 0; i < process->files; i++) {
		seq_printf(seq, "%sfile=%u", role, process->file[i].fd);
		show_text(seq, process, process->file[i].path);
		seq_putc(seq, '\n');
	}
	for (i = 0; i < process->sockets; i++) {
		const struct rtp_socket *socket = &process->socket[i];

		seq_printf(seq, "%ssocket=%u %u %u %u %u", role, socket->fd, socket->family,
			   socket->type, socket->protocol, socket->state);
		show_text(seq, process, socket->local);
		show_text(seq, process, socket->remote);
		seq_putc(seq, '\n');
	}
}

static void show_process(struct seq_file *seq, const char *role, const struct rtp_process *process)
{
	if (!process)
		return;
	show_place(seq, role, "exe", process, process->exe);
	show_place(seq, role, "cmdline", process, process->cmdline);
	if (process->cmdline_unread)
		seq_printf(seq, "%scmdline_unread=page_not_present\n", role);
	show_place(seq, role, "cgroup", process, process->cgroup);
	if (process->has_uid)
		seq_printf(seq, "%suid=%u\n", role, process->uid);
	seq_printf(seq, "%sexited=%d\n", role, process->exited);
	show_lists(seq, role, process);
	show_locks(seq, role, process);
}

void rtp_spike_show(struct seq_file *seq, const struct rtp_spike *spike)
{
	static const char *const modes[] = {
		[RTPROBE_MODE_USER] = "user",
		[RTPROBE_MODE_KERNEL] = "kernel",
		[RTPROBE_MODE_IDLE] = "idle",
	};
	const char *frame = spike->frame_text;
	unsigned int i;

	seq_printf(seq, "spike=%llu\ntime=%llu\nvalue_ns=%llu\nthreshold_ns=%llu\n", spike->id,
		   spike->time, spike->value, spike->threshold);
	seq_printf(seq, "measure=%s\nnumber=%u\n", rtp_measure_names[spike->measure],
		   spike->number);
	show_word(seq, "name", spike->name);
	seq_printf(seq, "cpu=%d\nmode=%s\n", spike->cpu, modes[spike->mode]);
	seq_printf(seq, "rule=%u\ntraced=%d\n", spike->rule, spike->traced);
	if (spike->acted) {
		seq_puts(seq, "acted=");
		rtp_actions_show(seq, spike->acted);
		seq_putc(seq, '\n');
	}
	show_tasks(seq, spike);
	show_cause(seq, &spike->cause);
	show_bounds(seq, spike);
	show_parts(seq, spike);
	for (i = 0; i < spike->frames; i++, frame += strlen(frame) + 1)
		seq_printf(seq, "frame=%s\n", frame);
	show_registers(seq, spike);
	show_process(seq, "", spike->process);
	show_process(seq, "victim_", spike->victim_process);
	seq_putc(seq, '\n');
}
