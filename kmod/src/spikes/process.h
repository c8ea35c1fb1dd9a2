/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is found out about a task in process context, shortly after the spike: who it is, what it
 * has open, what it waited for. Texts lie one after the other in one buffer and are named by their
 * place in it; at place 0 is the empty one.
 */
#ifndef RTPROBE_PROCESS_H
#define RTPROBE_PROCESS_H

#include "capture/capture.h"

/*
 * Room for all texts of one process; what does not fit is left out, and counted where it is a file.
 */
#define RTP_PROCESS_TEXT 12288

/* Most bytes of a command line that are told. */
#define RTP_CMDLINE_LEN 512

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
	bool known;	/* false: nothing was asked, or the idle task */
	bool exited;
	bool has_uid;
	u32 uid;
	u32 exe, cmdline, cgroup;
	u32 open;	/* files and sockets, those not told included */
	u32 files, sockets, locks;
	enum rtprobe_lock_evidence evidence;
	bool asked_files, asked_locks;
	struct rtp_file *file;
	struct rtp_socket *socket;
	struct rtp_lock *lock;
	u32 text_bytes;
	char *text;
};

/* All below: process context, may sleep. */

/*
 * One to fill in again and again, with room for the most of everything; freed with
 * rtp_process_free.
 */
struct rtp_process *rtp_process_alloc(void);
size_t rtp_process_alloc_bytes(void);

/*
 * Find out about the interrupted task of a capture, or its victim, what its verdict asks for. Locks
 * of the process are taken: its task_lock and file_lock for as long as a reference to each file
 * takes.
 */
void rtp_process_read(struct rtp_process *process, const struct rtp_capture *capture, bool victim);

/* A copy of just what there is; NULL without memory. */
struct rtp_process *rtp_process_copy(const struct rtp_process *process);
size_t rtp_process_bytes(const struct rtp_process *process);
void rtp_process_free(struct rtp_process *process);

/* Append a text and return its place; 0 when it is empty or does not fit. */
u32 rtp_process_text(struct rtp_process *process, const char *text);

static inline const char *rtp_process_at(const struct rtp_process *process, u32 place)
{
	return process->text + place;
}

/*
 * Path of what a file is, its end if it is long; ending in " (deleted)" when it has no name any
 * more.
 */
struct path;
u32 rtp_process_path(struct rtp_process *process, const struct path *path);

/* fdtable.c: open files and sockets. */
void rtp_process_read_files(struct rtp_process *process, struct task_struct *task, u32 what);

/* locks.c: locks, as they were noted in the interrupt. */
void rtp_process_read_locks(struct rtp_process *process, const struct rtp_lock_note *note);

/* socket.c: fill in @to from a socket's state, read without its lock, as ss does. */
struct sock;
void rtp_socket_describe(struct rtp_process *process, struct rtp_socket *to, struct sock *sk);

#endif
