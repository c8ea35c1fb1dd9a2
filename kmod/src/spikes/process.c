// SPDX-License-Identifier: GPL-2.0-or-later
#include "spikes/process.h"

#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

#include "compat/file.h"

/* Used only by the completion work, which never runs concurrently with itself. */
static char path_buffer[PATH_MAX];

/* Returns the size of a process with its arrays and text, which follow it in one allocation. */
static size_t bytes_of(u32 files, u32 sockets, u32 locks, u32 text)
{
	return sizeof(struct rtp_process) + locks * sizeof(struct rtp_lock) +
	       sockets * sizeof(struct rtp_socket) + files * sizeof(struct rtp_file) + text;
}

static void process_lay_out(struct rtp_process *process, u32 files, u32 sockets, u32 locks)
{
	process->lock = (struct rtp_lock *)(process + 1);
	process->socket = (struct rtp_socket *)(process->lock + locks);
	process->file = (struct rtp_file *)(process->socket + sockets);
	process->text = (char *)(process->file + files);
}

size_t rtp_process_alloc_bytes(void)
{
	return bytes_of(RTPROBE_FILES_MAX, RTPROBE_SOCKETS_MAX, RTPROBE_LOCKS_MAX,
			RTP_PROCESS_TEXT);
}

struct rtp_process *rtp_process_alloc(void)
{
	struct rtp_process *process = kvzalloc(rtp_process_alloc_bytes(), GFP_KERNEL);

	if (process)
		process_lay_out(process, RTPROBE_FILES_MAX, RTPROBE_SOCKETS_MAX, RTPROBE_LOCKS_MAX);
	return process;
}

size_t rtp_process_bytes(const struct rtp_process *process)
{
	return bytes_of(process->files, process->sockets, process->locks, process->text_bytes);
}

struct rtp_process *rtp_process_copy(const struct rtp_process *process)
{
	struct rtp_process *copy = kvmalloc(rtp_process_bytes(process), GFP_KERNEL | __GFP_NOWARN);

	if (!copy)
		return NULL;
	*copy = *process;
	process_lay_out(copy, process->files, process->sockets, process->locks);
	memcpy(copy->lock, process->lock, process->locks * sizeof(*process->lock));
	memcpy(copy->socket, process->socket, process->sockets * sizeof(*process->socket));
	memcpy(copy->file, process->file, process->files * sizeof(*process->file));
	memcpy(copy->text, process->text, process->text_bytes);
	return copy;
}

void rtp_process_free(struct rtp_process *process)
{
	kvfree(process);
}

u32 rtp_process_text(struct rtp_process *process, const char *text)
{
	u32 place = process->text_bytes;
	size_t bytes = strlen(text) + 1;

	if (bytes == 1 || place + bytes > RTP_PROCESS_TEXT)
		return 0;
	memcpy(process->text + place, text, bytes);
	process->text_bytes += bytes;
	return place;
}

/* Stores a path; if it is too long, its end, which is more informative. */
static u32 add_end(struct rtp_process *process, const char *path)
{
	size_t length = strlen(path);

	if (length >= RTPROBE_PATH_LEN)
		path += length - RTPROBE_PATH_LEN + 1;
	return rtp_process_text(process, path);
}

u32 rtp_process_path(struct rtp_process *process, const struct path *path)
{
	const char *text = d_path(path, path_buffer, sizeof(path_buffer));

	return IS_ERR(text) ? 0 : add_end(process, text);
}

static void read_exe(struct rtp_process *process, struct mm_struct *mm)
{
	struct file *file = compat_mm_exe_file(mm);

	if (!file)
		return;
	process->exe = rtp_process_path(process, &file->f_path);
	fput(file);
}

static void read_identity(struct rtp_process *process, struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	process->has_uid = true;
	process->uid = from_kuid_munged(&init_user_ns, task_euid(task));
#ifdef CONFIG_CGROUPS
	rcu_read_lock();
	cgroup_path(task_dfl_cgroup(task), path_buffer, sizeof(path_buffer));
	rcu_read_unlock();
	process->cgroup = add_end(process, path_buffer);
#endif
	if (!mm)
		return;
	read_exe(process, mm);
	rtp_process_read_cmdline(process, mm);
	compat_mmput(mm);
}

static void process_reset(struct rtp_process *process)
{
	char *text = process->text;
	struct rtp_socket *socket = process->socket;
	struct rtp_file *file = process->file;
	struct rtp_lock *lock = process->lock;

	*process = (struct rtp_process) {
		.text = text, .socket = socket, .file = file, .lock = lock, .text_bytes = 1,
	};
	*text = '\0';
}

void rtp_process_read(struct rtp_process *process, const struct rtp_capture *capture, bool victim)
{
	struct task_struct *task = victim ? capture->victim_ref : capture->task_ref;
	u32 what = capture->verdict.capture;

	process_reset(process);
	if (!task || !(what & (RTPROBE_CAPTURE_PROCESS | RTPROBE_CAPTURE_FILES |
			       RTPROBE_CAPTURE_SOCKETS | RTPROBE_CAPTURE_LOCKS)))
		return;
	process->known = true;
	if (what & RTPROBE_CAPTURE_PROCESS)
		read_identity(process, task);
	if (what & (RTPROBE_CAPTURE_FILES | RTPROBE_CAPTURE_SOCKETS))
		rtp_process_read_files(process, task, what);
	if (what & RTPROBE_CAPTURE_LOCKS)
		rtp_process_read_locks(process,
				       victim ? &capture->victim_locks : &capture->task_locks);
	/* Read last: if the task is exiting, the data read before may be incomplete. */
	process->exited = READ_ONCE(task->flags) & PF_EXITING;
}
