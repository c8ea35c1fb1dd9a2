// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * guestd: PID 1 of a lab guest. Runs what the host asks for over the control port (wire.h) and
 * reaps every orphan. Usage: guestd [--once] DEVICE
 *
 * With --once it answers one host and exits when the next one asks. In between, the host may save the
 * guest and continue it later any number of times; each of those guests gets other random numbers.
 *
 * One poll loop, no threads. Everything is bounded: a process's output is read only while the
 * outbox has room for it, so a slow host slows the process and nothing is dropped. When the host
 * goes away, what it started is killed (what called setsid() itself lives on) and the port waits
 * for the next host.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"
#include "wire.h"

#define OUTBOX (4 * (WIRE_PAYLOAD_MAX + WIRE_HEADER))
/* Reserved in the outbox for small frames, which must always fit. */
#define OUTBOX_RESERVE (PROCESS_MAX * 256)
#define HANGUP_POLL_MS 20

static int port;
static uint8_t outbox[OUTBOX];
static size_t outbox_len;
static uint8_t inbox[WIRE_HEADER + WIRE_PAYLOAD_MAX];
static size_t inbox_len;
/* Nonce of the connected host, which repeats its RESET until it receives the HELLO. */
static uint8_t session[WIRE_NONCE];
static bool once, answered;

static void put32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
	p[2] = (uint8_t)(v >> 16);
	p[3] = (uint8_t)(v >> 24);
}

static uint32_t get32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Callers have checked the room: output frames stay below the reserve, small ones may use it. */
static void send_frame(uint8_t type, uint16_t channel, const void *payload, size_t len)
{
	if (outbox_len + WIRE_HEADER + len > OUTBOX)
		return;
	uint8_t *at = outbox + outbox_len;

	at[0] = type;
	at[1] = 0;
	at[2] = (uint8_t)channel;
	at[3] = (uint8_t)(channel >> 8);
	put32(at + 4, (uint32_t)len);
	if (len)
		memcpy(at + WIRE_HEADER, payload, len);
	outbox_len += WIRE_HEADER + len;
}

static bool room_for_output(void)
{
	return outbox_len + WIRE_HEADER + WIRE_PAYLOAD_MAX + OUTBOX_RESERVE <= OUTBOX;
}

static void drop_everything(void)
{
	for (int i = 0; i < PROCESS_MAX; i++)
		if (processes[i].used)
			process_drop(&processes[i]);
	inbox_len = outbox_len = 0;
}

static void say_hello(const uint8_t *nonce)
{
	struct utsname names;
	uint8_t hello[WIRE_NONCE + sizeof(names.release)];

	uname(&names);
	memcpy(hello, nonce, WIRE_NONCE);
	memcpy(hello + WIRE_NONCE, names.release, strlen(names.release));
	send_frame(WIRE_HELLO, 0, hello, WIRE_NONCE + strlen(names.release));
}

static void give_credit(struct process *p)
{
	uint8_t credit[4];
	size_t given = process_feed(p);

	if (!given)
		return;
	put32(credit, (uint32_t)given);
	send_frame(WIRE_CREDIT, p->channel, credit, sizeof(credit));
}

static void handle_exec(uint16_t channel, const uint8_t *payload, size_t len)
{
	const char *why = "channel in use";

	if (process_by_channel(channel) || !process_start(channel, payload, len, &why))
		send_frame(WIRE_FAIL, channel, why, strlen(why));
}

static void handle_frame(uint8_t type, uint16_t channel, const uint8_t *payload, size_t len)
{
	struct process *p = process_by_channel(channel);

	if (type == WIRE_EXEC)
		handle_exec(channel, payload, len);
	else if (!p)
		return; /* it has just exited: the host does not know yet */
	else if (type == WIRE_STDIN && len == 0)
		process_end_input(p);
	else if (type == WIRE_STDIN && !process_queue_input(p, payload, len))
		process_drop(p);
	else if (type == WIRE_STDIN)
		give_credit(p);
	else if (type == WIRE_SIGNAL && len == 1)
		process_signal(p, payload[0]);
	else if (type == WIRE_RESIZE && len == 4)
		process_resize(p, (uint16_t)(payload[0] | payload[1] << 8), (uint16_t)(payload[2] | payload[3] << 8));
}

/*
 * Mixes the host's nonce, which is random, into the kernel's random numbers: guests that continue from one saved state
 * would have the same ones (random(4), RNDADDENTROPY).
 */
static void add_entropy(const uint8_t *nonce)
{
	struct {
		struct rand_pool_info info;
		uint8_t bytes[WIRE_NONCE];
	} seed = { .info = { .entropy_count = 8 * WIRE_NONCE, .buf_size = WIRE_NONCE } };
	int random = open("/dev/urandom", O_WRONLY | O_CLOEXEC);

	memcpy(seed.bytes, nonce, WIRE_NONCE);
	if (random < 0 || ioctl(random, RNDADDENTROPY, &seed) || ioctl(random, RNDRESEEDCRNG)) {
		fprintf(stderr, "guestd: no new random numbers: %s\n", strerror(errno));
		exit(1);
	}
}

/* A header that no host sends means that bytes were lost; only the next RESET is accepted. */
static bool handle_inbox(void)
{
	while (inbox_len >= WIRE_HEADER) {
		size_t len = get32(inbox + 4);
		uint16_t channel = (uint16_t)(inbox[2] | inbox[3] << 8);

		if (inbox[0] < WIRE_RESET || inbox[0] > WIRE_RESIZE || inbox[1] || len > WIRE_PAYLOAD_MAX)
			return false;
		if (inbox_len < WIRE_HEADER + len)
			return true;
		if (inbox[0] == WIRE_RESET && len == WIRE_NONCE) {
			uint8_t nonce[WIRE_NONCE];
			size_t rest = inbox_len - WIRE_HEADER - len;

			memcpy(nonce, inbox + WIRE_HEADER, WIRE_NONCE);
			if (memcmp(session, nonce, WIRE_NONCE)) {
				if (once && answered) {
					add_entropy(nonce);
					exit(0); /* The host asks again, and whoever follows answers. */
				}
				answered = true;
				drop_everything();
				memcpy(session, nonce, WIRE_NONCE);
				inbox_len = rest + WIRE_HEADER + len;
			}
			say_hello(nonce);
		} else {
			handle_frame(inbox[0], channel, inbox + WIRE_HEADER, len);
		}
		inbox_len -= WIRE_HEADER + len;
		memmove(inbox, inbox + WIRE_HEADER + len, inbox_len);
	}
	return true;
}

/* Returns false if the host closed the port. */
static bool read_port(void)
{
	ssize_t n = read(port, inbox + inbox_len, sizeof(inbox) - inbox_len);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		return false;
	if (n > 0)
		inbox_len += (size_t)n;
	if (!handle_inbox())
		drop_everything();
	return true;
}

static void write_port(void)
{
	size_t chunk = outbox_len < WIRE_PAYLOAD_MAX ? outbox_len : WIRE_PAYLOAD_MAX;
	ssize_t n = chunk ? write(port, outbox, chunk) : 0;

	if (n <= 0)
		return;
	outbox_len -= (size_t)n;
	memmove(outbox, outbox + n, outbox_len);
}

/* Reads one chunk of output; closes the descriptor at its end. Returns whether it read anything. */
static bool pump(struct process *p, int *fd, uint8_t type)
{
	static uint8_t chunk[WIRE_PAYLOAD_MAX];

	if (*fd < 0 || !room_for_output())
		return false;
	ssize_t n = read(*fd, chunk, sizeof(chunk));

	if (n > 0) {
		send_frame(type, p->channel, chunk, (size_t)n);
		return true;
	}
	/* A terminal returns EIO after its last process closed it. */
	if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		if (p->in == *fd)
			p->in = -1;
		close(*fd);
		*fd = -1;
	}
	return false;
}

/*
 * Ends a channel: the process has exited and its output is queued. The output of its background
 * children is not waited for.
 */
static void finish(struct process *p)
{
	if (!p->exited || !room_for_output())
		return;
	if (pump(p, &p->out, WIRE_STDOUT) || pump(p, &p->err, WIRE_STDERR))
		return;
	uint8_t verdict[2];

	verdict[0] = WIFSIGNALED(p->status);
	verdict[1] = (uint8_t)(WIFSIGNALED(p->status) ? WTERMSIG(p->status) : WEXITSTATUS(p->status));
	send_frame(WIRE_EXIT, p->channel, verdict, sizeof(verdict));
	process_drop(p);
}

static void add(struct pollfd *fds, nfds_t *count, int fd, short events)
{
	if (fd >= 0)
		fds[(*count)++] = (struct pollfd){ .fd = fd, .events = events };
}

static void wait_for_work(int signals, bool connected, bool finishing)
{
	struct pollfd fds[2 + 3 * PROCESS_MAX];
	nfds_t count = 0;

	add(fds, &count, signals, POLLIN);
	if (connected)
		add(fds, &count, port, (short)(POLLIN | (outbox_len ? POLLOUT : 0)));
	for (int i = 0; i < PROCESS_MAX; i++) {
		struct process *p = &processes[i];

		if (!p->used)
			continue;
		if (p->input_len)
			add(fds, &count, p->in, POLLOUT);
		if (room_for_output() && !p->exited) {
			add(fds, &count, p->out, POLLIN);
			add(fds, &count, p->err, POLLIN);
		}
	}
	poll(fds, count, finishing ? 0 : connected ? -1 : HANGUP_POLL_MS);
}

static bool work(int signals)
{
	struct signalfd_siginfo info;
	bool finishing = false;

	while (read(signals, &info, sizeof(info)) > 0)
		process_reap();
	for (int i = 0; i < PROCESS_MAX; i++) {
		struct process *p = &processes[i];

		if (!p->used)
			continue;
		give_credit(p);
		pump(p, &p->out, WIRE_STDOUT);
		pump(p, &p->err, WIRE_STDERR);
		finish(p);
		finishing |= p->used && p->exited && room_for_output();
	}
	return finishing;
}

int main(int argc, char **argv)
{
	sigset_t child;
	bool connected = false, finishing = false;

	once = argc == 3 && !strcmp(argv[1], "--once");
	const char *device = argc == 2 + once ? argv[1 + once] : "(no device)";

	if ((port = open(device, O_RDWR | O_NONBLOCK | O_CLOEXEC)) < 0) {
		fprintf(stderr, "guestd: cannot open %s: %s\n", device, strerror(errno));
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	int signals = signalfd(-1, &child, SFD_NONBLOCK | SFD_CLOEXEC);

	for (;;) {
		struct pollfd probe = { .fd = port, .events = POLLIN };

		poll(&probe, 1, 0);
		if (connected && (probe.revents & POLLHUP))
			drop_everything();
		connected = !(probe.revents & POLLHUP);
		wait_for_work(signals, connected, finishing);
		if (connected && !read_port())
			drop_everything();
		finishing = work(signals);
		write_port();
	}
}
