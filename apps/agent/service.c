// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "service.h"

#define FIRST_PASSED_FD 3

static int64_t beat_ms; /* half of the watchdog's interval; 0: no watchdog */
static int64_t next_beat_ms; /* of CLOCK_MONOTONIC */

static long number_of(const char *name)
{
	const char *text = getenv(name);

	return text ? strtol(text, NULL, 10) : 0;
}

int service_listener(void)
{
	int listening = 0;
	socklen_t len = sizeof(listening);

	errno = ENOTSOCK;
	if (number_of("LISTEN_PID") != getpid() || number_of("LISTEN_FDS") != 1)
		return -1;
	if (getsockopt(FIRST_PASSED_FD, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) || !listening)
		return -1;
	if (fcntl(FIRST_PASSED_FD, F_SETFL, O_NONBLOCK) || fcntl(FIRST_PASSED_FD, F_SETFD, FD_CLOEXEC))
		return -1;
	return FIRST_PASSED_FD;
}

static void notify(const char *state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	size_t len = path ? strlen(path) : 0;
	int fd;

	if (!len || len >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, len);
	if (path[0] == '@') /* an abstract address */
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	sendto(fd, state, strlen(state), MSG_NOSIGNAL, (void *)&address,
	       offsetof(struct sockaddr_un, sun_path) + len);
	close(fd);
}

void service_ready(void)
{
	beat_ms = number_of("WATCHDOG_USEC") / 2000;
	notify("READY=1");
}

int service_alive(int wait)
{
	struct timespec t;
	int64_t now;

	if (beat_ms <= 0)
		return wait;
	clock_gettime(CLOCK_MONOTONIC, &t);
	now = t.tv_sec * 1000LL + t.tv_nsec / 1000000;
	if (now >= next_beat_ms) {
		notify("WATCHDOG=1");
		next_beat_ms = now + beat_ms;
	}
	return wait < 0 || wait > next_beat_ms - now ? next_beat_ms - now : wait;
}
