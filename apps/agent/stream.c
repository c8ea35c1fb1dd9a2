// SPDX-License-Identifier: GPL-2.0-or-later
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "service.h"
#include "stream.h"

struct header {
	uint32_t magic;
	uint16_t kind, reserved;
	uint32_t length;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static int listen_on(const char *path, bool group)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct stat old;

	errno = ENAMETOOLONG;
	if (strlen(path) >= sizeof(address.sun_path))
		return -1;
	strcpy(address.sun_path, path);
	if (connect(probe, (void *)&address, sizeof(address)) && errno == ECONNREFUSED && !lstat(path, &old) &&
	    S_ISSOCK(old.st_mode)) /* a plain file refuses connections too */
		unlink(path);
	close(probe);
	umask(group ? 0117 : 0177); /* the file has its mode from the start */
	return bind(listener, (void *)&address, sizeof(address)) || listen(listener, 4) ? -1 : listener;
}

int stream_open(struct stream *s, const char *path)
{
	s->listener = s->in = s->out = -1;
	if (s->way == STREAM_PASSED)
		return (s->listener = service_listener()) < 0;
	if (s->way == STREAM_SOCKET)
		return (s->listener = listen_on(path, s->group)) < 0;
	s->in = s->way == STREAM_DEVICE ? open(path, O_RDWR | O_NOCTTY | O_CLOEXEC) : STDIN_FILENO;
	s->out = s->way == STREAM_DEVICE ? s->in : STDOUT_FILENO;
	return s->in < 0 || fcntl(s->in, F_SETFL, O_NONBLOCK) || fcntl(s->out, F_SETFL, O_NONBLOCK);
}

/*
 * Resets the stream after the peer disconnected: half a frame of either direction is useless to the
 * next peer. A virtio port reports a hangup late, when the next peer may already have sent hello.
 * There, buffered input and output stay: resynchronising costs less than a lost answer.
 */
static void forget(struct stream *s)
{
	s->hung = s->way == STREAM_DEVICE;
	if (s->hung)
		return;
	s->rx_len = s->taken = s->tx_off = s->tx_len = 0;
	s->skipping = s->more = false;
	s->ended = s->way == STREAM_STDIO;
	if (s->way == STREAM_SOCKET || s->way == STREAM_PASSED) {
		close(s->in);
		s->in = s->out = -1;
	}
}

bool stream_idle(struct stream *s)
{
	ssize_t n = s->tx_len && !s->hung ? write(s->out, s->tx + s->tx_off, s->tx_len - s->tx_off) : 0;

	if (n < 0 && errno != EAGAIN && errno != EINTR)
		forget(s);
	s->tx_off += n > 0 ? n : 0;
	if (s->tx_off == s->tx_len)
		s->tx_off = s->tx_len = 0;
	return !s->tx_len || s->hung;
}

int stream_prepare(struct stream *s, struct pollfd fds[3])
{
	bool idle = stream_idle(s), full = s->rx_len == sizeof(s->rx);

	fds[0] = (struct pollfd){ .fd = s->listener, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = s->hung || s->ended || full ? -1 : s->in, .events = idle ? POLLIN : 0 };
	fds[2] = (struct pollfd){ .fd = idle ? -1 : s->out, .events = POLLOUT };
	if (idle && !s->hung && (s->more || s->ended))
		return 0;
	return s->hung ? RETRY_MS : s->rx_len ? STALL_MS : -1;
}

void stream_send(struct stream *s, uint16_t kind, const void *payload, size_t len)
{
	struct header h = { htole32(RTPROBE_AGENT_MAGIC), htole16(kind), 0, htole32(len) };

	if (s->out < 0 || s->hung)
		return;
	if (s->tx_len + sizeof(h) + len > sizeof(s->tx))
		abort(); /* the caller did not call stream_idle() */
	memcpy(s->tx + s->tx_len, &h, sizeof(h));
	memcpy(s->tx + s->tx_len + sizeof(h), payload, len);
	s->tx_len += sizeof(h) + len;
}

void stream_refuse(struct stream *s, const char *reason)
{
	stream_send(s, RTPROBE_AGENT_FRAME_REFUSED, reason, strlen(reason));
}

uint32_t stream_peer(const struct stream *s)
{
	struct ucred peer = { 0 };
	socklen_t len = sizeof(peer);

	if (s->in < 0 || getsockopt(s->in, SOL_SOCKET, SO_PEERCRED, &peer, &len) || peer.pid <= 0)
		return 0;
	return peer.pid;
}

/* A client that left is forgotten before the next one is admitted: after its last requests were read. */
static bool leaving(const struct stream *s)
{
	struct pollfd client = { .fd = s->in };

	return s->in >= 0 && poll(&client, 1, 0) > 0;
}

static void admit(struct stream *s)
{
	int client = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct stream guest = { .in = client, .out = client };

	if (client >= 0 && s->in < 0) {
		s->in = s->out = client;
	} else if (client >= 0) {
		stream_refuse(&guest, "E_BUSY another client is connected");
		stream_idle(&guest);
		close(client);
	}
}

static void take_in(struct stream *s)
{
	ssize_t n = read(s->in, s->rx + s->rx_len, sizeof(s->rx) - s->rx_len);

	if (n > 0) {
		s->rx_len += n;
		s->read_at = now_ms();
	} else if (!n && s->way == STREAM_STDIO) {
		s->ended = true; /* earlier requests are still answered */
	} else if (!n || (errno != EAGAIN && errno != EINTR)) {
		forget(s);
	}
}

static void drop(struct stream *s, size_t n)
{
	s->rx_len -= n;
	memmove(s->rx, s->rx + n, s->rx_len);
}

/* Skips to the next magic, or to a possible start of one; a run of garbage is reported once. */
static int resynchronise(struct stream *s, size_t from, const char *reason)
{
	uint32_t magic = htole32(RTPROBE_AGENT_MAGIC);
	size_t left = s->rx_len < from ? 0 : s->rx_len - from;
	uint8_t *found = memmem(s->rx + from, left, &magic, sizeof(magic));

	if (!s->skipping)
		stream_refuse(s, reason);
	s->skipping = !found;
	drop(s, found ? (size_t)(found - s->rx) : s->rx_len - (left < 3 ? left : 3));
	return -1;
}

void stream_progress(struct stream *s, const struct pollfd fds[3])
{
	struct pollfd again = { .fd = s->in, .events = POLLIN };

	if (s->hung) {
		s->hung = poll(&again, 1, 0) < 0 || (again.revents & (POLLHUP | POLLERR));
		s->read_at = now_ms();
	}
	if (fds[1].revents)
		take_in(s);
	else if (fds[1].events && s->rx_len && now_ms() - s->read_at >= STALL_MS)
		resynchronise(s, 4, "E_TRUNCATED the rest of a frame did not arrive");
	if (fds[0].revents && !leaving(s))
		admit(s);
}

int stream_next(struct stream *s, const uint8_t **payload, size_t *len)
{
	struct header h;

	if (s->hung)
		return -1;
	drop(s, s->taken);
	s->taken = 0;
	s->more = true;
	memcpy(&h, s->rx, sizeof(h));
	if (s->rx_len >= sizeof(h.magic) && le32toh(h.magic) != RTPROBE_AGENT_MAGIC)
		return resynchronise(s, 1, "E_MAGIC bytes that are not the start of a frame");
	s->more = s->rx_len >= sizeof(h);
	if (!s->more)
		return -1;
	*len = le32toh(h.length);
	if (*len > RTPROBE_AGENT_PAYLOAD_MAX)
		return resynchronise(s, 4, "E_LENGTH a frame longer than agent-payload-max");
	if (h.reserved)
		return resynchronise(s, 4, "E_RESERVED the reserved field is not 0");
	s->more = s->rx_len >= sizeof(h) + *len;
	if (!s->more)
		return -1;
	s->skipping = false;
	*payload = s->rx + sizeof(h);
	s->taken = sizeof(h) + *len;
	return le16toh(h.kind);
}
