/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Details about a task, collected in process context shortly after the spike: its identity, open
 * files and sockets, and locks. All texts are in one buffer and are referred to by their offset.
 * Offset 0 is the empty text.
 */
#ifndef RTPROBE_PROCESS_H
#define RTPROBE_PROCESS_H

#include "capture/capture.h"

/*
 * Buffer for all texts of a process. Texts that do not fit are omitted; omitted files are counted.
 */
#define RTP_PROCESS_TEXT 12288

struct rtp_file {
	u32 fd;
	u32 path;
};

struct rtp_socket {
	u32 fd;
	u32 family, type, protocol, state;
	u32 local, remote;
};

struct rtp_lock {
	u32 name;
	bool has_owner;
	u64 address;	/* hash */
	u64 wait;	/* ns; 0: unknown */
	struct rtp_task owner;
};

struct rtp_process {
	bool known;	/* false: no details were requested, or idle task */
	bool exited;
	bool has_uid;
	u32 uid;
	u32 exe, cmdline, cgroup;
	u32 open;	/* files and sockets, including those not reported */
	u32 files, sockets, locks;
	enum rtprobe_lock_evidence evidence;
	enum rtprobe_unread cmdline_unread;
	bool files_incomplete;	/* not all descriptors were examined */
	bool asked_files, asked_locks;
	struct rtp_file *file;
	struct rtp_socket *socket;
	struct rtp_lock *lock;
	u32 text_bytes;
	char *text;
};

/* All functions below: process context, may sleep. */

/*
 * Allocates a process of the maximum size, to be filled repeatedly. Free with rtp_process_free.
 * Returns NULL if there is no memory.
 */
struct rtp_process *rtp_process_alloc(void);
size_t rtp_process_alloc_bytes(void);

/*
 * Reads the details that the verdict requests about the interrupted task of a capture, or its
 * victim. Never waits for anything that the process can delay, see cmdline.c and fdtable.c.
 * Acquires the process's task_lock and file_lock for a few descriptors at a time.
 */
void rtp_process_read(struct rtp_process *process, const struct rtp_capture *capture, bool victim);

/* Returns a copy of the size that is used; NULL if there is no memory. */
struct rtp_process *rtp_process_copy(const struct rtp_process *process);
size_t rtp_process_bytes(const struct rtp_process *process);
void rtp_process_free(struct rtp_process *process);

/* Appends a text and returns its offset; 0 if it is empty or does not fit. */
u32 rtp_process_text(struct rtp_process *process, const char *text);

static inline const char *rtp_process_at(const struct rtp_process *process, u32 place)
{
	return process->text + place;
}

/*
 * Appends the path of a file, only its end if it is too long. It ends in " (deleted)" if the file
 * was deleted. Returns the offset.
 */
struct path;
u32 rtp_process_path(struct rtp_process *process, const struct path *path);

/* cmdline.c: reads the command line. The caller holds a reference to @mm's users. Kernel thread. */
struct mm_struct;
void rtp_process_read_cmdline(struct rtp_process *process, struct mm_struct *mm);

/* fdtable.c: reads open files and sockets. */
void rtp_process_read_files(struct rtp_process *process, struct task_struct *task, u32 what);

/* locks.c: describes the locks from the note that was made in the interrupt. */
void rtp_process_read_locks(struct rtp_process *process, const struct rtp_lock_note *note);

/* socket.c: describes a socket. Reads its state without its lock, as ss does. */
struct sock;
void rtp_socket_describe(struct rtp_process *process, struct rtp_socket *to, struct sock *sk);

#endif
