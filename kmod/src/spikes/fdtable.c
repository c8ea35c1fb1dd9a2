// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the open files of a process and disturbs the process as little as possible: its locks are
 * acquired for a few descriptors at a time, and a very large descriptor table is not read
 * completely.
 *
 * No reference to a file is taken. Its path is printed under the locks, which keep the file open:
 * to drop the last reference to a file or path can mean to wait for a file system that does not
 * answer. Sockets are described without the locks, because the reference to a struct sock is
 * dropped without waiting.
 */
#include <linux/bitops.h>
#include <linux/fdtable.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <net/sock.h>

#include "compat/file.h"
#include "spikes/process.h"

/* Open descriptors examined, and descriptor numbers skipped, per acquisition of the locks. */
#define LOOKS_A_HOLD 64
#define NUMBERS_A_HOLD 16384

/* Open descriptors examined per pass (files, sockets), and descriptor numbers in total. */
#define LOOKS_MAX 4096
#define NUMBERS_MAX (1 << 22)

/* Used only by the completion work, which never runs concurrently with itself. */
static struct {
	struct rtp_process *process;
	bool for_sockets;
	unsigned int next;	/* descriptor */
	unsigned int looks;
	u32 open;
	unsigned int sockets;
	struct {
		u32 fd;
		struct sock *sk;
	} socket[RTPROBE_SOCKETS_MAX];
} walk;

static void note_socket(struct sock *sk, u32 fd)
{
	sock_hold(sk);
	walk.socket[walk.sockets].fd = fd;
	walk.socket[walk.sockets++].sk = sk;
}

static void note_file(const struct file *file, u32 fd)
{
	struct rtp_process *process = walk.process;
	u32 path = rtp_process_path(process, &file->f_path);

	if (path)
		process->file[process->files++] = (struct rtp_file){ fd, path };
}

static bool walk_has_room(void)
{
	if (walk.looks == LOOKS_MAX)
		return false;
	return walk.for_sockets ? walk.sockets < RTPROBE_SOCKETS_MAX
				: walk.process->files < RTPROBE_FILES_MAX;
}

/* Examines a file. Returns whether the locks should be released now. */
static bool walk_look(struct file *file, u32 fd)
{
	struct socket *socket = compat_sock_from_file(file);

	walk.looks++;
	if (walk.for_sockets) {
		if (socket && socket->sk)
			note_socket(socket->sk, fd);
		return false;
	}
	if (socket)
		return false;
	note_file(file, fd);
	return true;
}

/* Continues the walk. Call with the process's file_lock held. */
static void walk_on(struct files_struct *files, const struct fdtable *fdt)
{
	unsigned int end = min(fdt->max_fds, walk.next + NUMBERS_A_HOLD);
	unsigned int last_look = walk.looks + LOOKS_A_HOLD;

	while (walk.next < end) {
		unsigned int fd = find_next_bit(fdt->open_fds, end, walk.next);
		struct file *file;

		walk.next = fd + 1;
		if (fd >= end)
			break;
		file = rcu_dereference_check_fdtable(files, fdt->fd[fd]);
		if (!file)
			continue;
		walk.open++;
		if (!walk_has_room())
			continue;
		if (walk_look(file, fd) || walk.looks == last_look)
			break;
	}
	walk.next = min(walk.next, end);
}

/* Acquires the locks once and continues the walk. Returns whether descriptors remain. */
static bool walk_hold(struct task_struct *task)
{
	bool more = false;

	task_lock(task);
	if (task->files) {
		struct files_struct *files = task->files;

		spin_lock(&files->file_lock);
		walk_on(files, files_fdtable(files));
		more = walk.next < files_fdtable(files)->max_fds;
		spin_unlock(&files->file_lock);
	}
	task_unlock(task);
	return more;
}

static void walk_all(struct rtp_process *process, struct task_struct *task, bool for_sockets)
{
	bool more;

	walk.process = process;
	walk.for_sockets = for_sockets;
	walk.next = walk.looks = walk.open = walk.sockets = 0;
	do {
		more = walk_hold(task);
		cond_resched();
	} while (more && walk.next < NUMBERS_MAX);
	process->open = walk.open;
	process->files_incomplete |= more || walk.looks == LOOKS_MAX;
}

static void report_sockets(struct rtp_process *process)
{
	unsigned int i;

	for (i = 0; i < walk.sockets; i++) {
		struct rtp_socket *to = &process->socket[process->sockets++];

		to->fd = walk.socket[i].fd;
		rtp_socket_describe(process, to, walk.socket[i].sk);
		sock_put(walk.socket[i].sk);
	}
}

/* Reads sockets first: the paths of files may use up the text buffer. */
void rtp_process_read_files(struct rtp_process *process, struct task_struct *task, u32 what)
{
	process->asked_files = true;
	if (what & RTPROBE_CAPTURE_SOCKETS) {
		walk_all(process, task, true);
		report_sockets(process);
	}
	if (what & RTPROBE_CAPTURE_FILES)
		walk_all(process, task, false);
}
