// SPDX-License-Identifier: GPL-2.0-or-later
/* The part of a spike message that describes a process. */
#include <net/netlink.h>

#include "netlink/message.h"

static int put_text(struct sk_buff *skb, int attr, const struct rtp_process *process, u32 place)
{
	return place ? nla_put_string(skb, attr, rtp_process_at(process, place)) : 0;
}

static int put_file(struct sk_buff *skb, const struct rtp_process *process,
		    const struct rtp_file *file)
{
	struct nlattr *nest = nla_nest_start(skb, RTPROBE_A_PROCESS_FILE);

	if (!nest || nla_put_u32(skb, RTPROBE_A_FILE_FD, file->fd) ||
	    put_text(skb, RTPROBE_A_FILE_PATH, process, file->path))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_socket(struct sk_buff *skb, const struct rtp_process *process,
		      const struct rtp_socket *socket)
{
	struct nlattr *nest = nla_nest_start(skb, RTPROBE_A_PROCESS_SOCKET);

	if (!nest || nla_put_u32(skb, RTPROBE_A_SOCKET_FD, socket->fd) ||
	    nla_put_u32(skb, RTPROBE_A_SOCKET_FAMILY, socket->family) ||
	    nla_put_u32(skb, RTPROBE_A_SOCKET_TYPE, socket->type) ||
	    nla_put_u32(skb, RTPROBE_A_SOCKET_PROTOCOL, socket->protocol) ||
	    nla_put_u32(skb, RTPROBE_A_SOCKET_STATE, socket->state) ||
	    nla_put_string(skb, RTPROBE_A_SOCKET_LOCAL, rtp_process_at(process, socket->local)) ||
	    nla_put_string(skb, RTPROBE_A_SOCKET_REMOTE, rtp_process_at(process, socket->remote)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_lock(struct sk_buff *skb, const struct rtp_process *process,
		    const struct rtp_lock *lock)
{
	struct nlattr *nest = nla_nest_start(skb, RTPROBE_A_PROCESS_LOCK);
	const int pad = RTPROBE_A_LOCK_PAD;

	if (!nest || put_text(skb, RTPROBE_A_LOCK_NAME, process, lock->name) ||
	    nla_put_u64_64bit(skb, RTPROBE_A_LOCK_ADDRESS, lock->address, pad) ||
	    (lock->wait && nla_put_u64_64bit(skb, RTPROBE_A_LOCK_WAIT_NS, lock->wait, pad)) ||
	    (lock->has_owner && rtp_message_put_task(skb, RTPROBE_A_LOCK_OWNER, &lock->owner)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_lists(struct sk_buff *skb, const struct rtp_process *process)
{
	u32 i;

	for (i = 0; i < process->files; i++)
		if (put_file(skb, process, &process->file[i]))
			return -EMSGSIZE;
	for (i = 0; i < process->sockets; i++)
		if (put_socket(skb, process, &process->socket[i]))
			return -EMSGSIZE;
	for (i = 0; i < process->locks; i++)
		if (put_lock(skb, process, &process->lock[i]))
			return -EMSGSIZE;
	return 0;
}

int rtp_message_put_process(struct sk_buff *skb, int attr, const struct rtp_process *process,
			    bool lists)
{
	struct nlattr *nest;

	if (!process)
		return 0;
	nest = nla_nest_start(skb, attr);
	if (!nest || put_text(skb, RTPROBE_A_PROCESS_EXE, process, process->exe) ||
	    put_text(skb, RTPROBE_A_PROCESS_CMDLINE, process, process->cmdline) ||
	    (process->has_uid && nla_put_u32(skb, RTPROBE_A_PROCESS_UID, process->uid)) ||
	    nla_put_u8(skb, RTPROBE_A_PROCESS_EXITED, process->exited) ||
	    (process->asked_files && nla_put_u32(skb, RTPROBE_A_PROCESS_FILES, process->open)) ||
	    (process->cmdline_unread &&
	     nla_put_u32(skb, RTPROBE_A_PROCESS_CMDLINE_UNREAD, process->cmdline_unread)) ||
	    (process->files_incomplete &&
	     nla_put_u8(skb, RTPROBE_A_PROCESS_FILES_INCOMPLETE, true)) ||
	    (process->asked_locks &&
	     nla_put_u32(skb, RTPROBE_A_PROCESS_LOCK_EVIDENCE, process->evidence)) ||
	    (lists && put_lists(skb, process)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* Bytes of a file, socket and lock without their texts, including attribute headers and padding. */
#define FILE_BYTES 24
#define SOCKET_BYTES 64
#define LOCK_BYTES 192

static size_t bytes_of_process(const struct rtp_process *process)
{
	if (!process)
		return 0;
	return process->text_bytes + process->files * FILE_BYTES + process->sockets * SOCKET_BYTES +
	       process->locks * LOCK_BYTES;
}

size_t rtp_message_spike_bytes(const struct rtp_spike *spike)
{
	return RTP_MESSAGE_MAX + bytes_of_process(spike->process) +
	       bytes_of_process(spike->victim_process);
}
