// SPDX-License-Identifier: GPL-2.0-or-later
#include "spikes/call.h"

#include <linux/kernel.h>
#include <linux/unistd.h>

#define CALL(name) { __NR_##name, #name }

static const struct {
	u32 number;
	const char *name;
} calls[] = {
	CALL(read),	   CALL(readv),	       CALL(pread64),	   CALL(write),
	CALL(writev),	   CALL(pwrite64),     CALL(futex),	   CALL(nanosleep),
	CALL(ppoll),	   CALL(pselect6),     CALL(epoll_pwait),  CALL(clock_nanosleep),
	CALL(ioctl),	   CALL(fsync),	       CALL(fdatasync),	   CALL(openat),
	CALL(recvfrom),	   CALL(recvmsg),      CALL(recvmmsg),	   CALL(sendto),
	CALL(sendmsg),	   CALL(sendmmsg),     CALL(accept4),	   CALL(connect),
	CALL(close),	   CALL(mmap),	       CALL(munmap),	   CALL(mprotect),
	CALL(madvise),	   CALL(msync),	       CALL(mlock),	   CALL(wait4),
	CALL(waitid),	   CALL(io_getevents), CALL(flock),	   CALL(rt_sigtimedwait),
	CALL(rt_sigsuspend), CALL(semtimedop), CALL(mq_timedreceive), CALL(mq_timedsend),
	CALL(io_uring_enter),
#ifdef __NR_poll
	CALL(poll),	   CALL(select),       CALL(epoll_wait),   CALL(open),
	CALL(accept),	   CALL(pause),
#endif
};

const char *rtp_call_name(u32 call)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].number == call)
			return calls[i].name;
	return "";
}
