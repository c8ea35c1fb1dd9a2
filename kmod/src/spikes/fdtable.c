// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The open files of a process. Under its locks only references are taken; paths are printed and
 * addresses formatted afterwards, so that the process is held up as little as can be. References
 * are to paths and to the protocol's sockets, not to files: a file closed meanwhile is closed at
 * once.
 */
#include <linux/fdtable.h>
#include <linux/path.h>
#include <linux/sched/task.h>
#include <net/sock.h>

#include "compat/file.h"
#include "spikes/process.h"

/* Only the work that completes spikes uses it, and it never runs twice at once. */
static struct {
	u32 what;
	u32 open;
	unsigned int files, sockets;
	struct {
		u32 fd;
		struct path path;
	} file[RTPROBE_FILES_MAX];
	struct {
		u32 fd;
		struct sock *sk;
	} socket[RTPROBE_SOCKETS_MAX];
} walk;

static void note_socket(struct sock *sk, u32 fd)
{
	if (!sk || !(walk.what & RTPROBE_CAPTURE_SOCKETS) || walk.sockets == RTPROBE_SOCKETS_MAX)
		return;
	sock_hold(sk);
	walk.socket[walk.sockets].fd = fd;
	walk.socket[walk.sockets++].sk = sk;
}

static void note_file(struct file *file, u32 fd)
{
	if (!(walk.what & RTPROBE_CAPTURE_FILES) || walk.files == RTPROBE_FILES_MAX)
		return;
	path_get(&file->f_path);
	walk.file[walk.files].fd = fd;
	walk.file[walk.files++].path = file->f_path;
}

/* Under the process's file_lock. */
static int note_open(const void *unused, struct file *file, unsigned int fd)
{
	struct socket *socket = compat_sock_from_file(file);

	walk.open++;
	if (socket)
		note_socket(socket->sk, fd);
	else
		note_file(file, fd);
	return 0;
}

static void tell_files(struct rtp_process *process)
{
	unsigned int i;

	for (i = 0; i < walk.files; i++) {
		u32 path = rtp_process_path(process, &walk.file[i].path);

		path_put(&walk.file[i].path);
		if (path)
			process->file[process->files++] =
				(struct rtp_file){ walk.file[i].fd, path };
	}
}

static void tell_sockets(struct rtp_process *process)
{
	unsigned int i;

	for (i = 0; i < walk.sockets; i++) {
		struct rtp_socket *to = &process->socket[process->sockets++];

		to->fd = walk.socket[i].fd;
		rtp_socket_describe(process, to, walk.socket[i].sk);
		sock_put(walk.socket[i].sk);
	}
}

void rtp_process_read_files(struct rtp_process *process, struct task_struct *task, u32 what)
{
	walk.what = what;
	walk.open = walk.files = walk.sockets = 0;
	task_lock(task);
	if (task->files)
		iterate_fd(task->files, 0, note_open, NULL);
	task_unlock(task);
	process->asked_files = true;
	process->open = walk.open;
	tell_sockets(process);
	tell_files(process);
}
