// SPDX-License-Identifier: GPL-2.0-or-later
#include <endian.h>
#include <err.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "doctor.h"
#include "facts.h"
#include "family.h"
#include "places.h"
#include "service.h"
#include "stream.h"

#define VERSION "rtprobe-agent 0.1.0"
#define USAGE \
	"Usage: rtprobe-agent [--socket PATH [--group] | --activated | --device PATH | --doctor]\n\
Carries the netlink messages of the kernel module rtprobe, and no others, to a bridge.\n\n\
  (neither)      frames on standard input and output; the end of input ends it\n\
  --socket PATH  listen on a unix socket of mode 0600, one client at a time\n\
  --group        with --socket: mode 0660, so that the agent's group may open it\n\
  --activated    listen on the unix socket that systemd passes, one client at a time\n\
  --device PATH  a character device such as a virtio port; waits for the other side\n\
  --doctor       print what the files of this machine say about settings that change\n\
                 latencies, as JSON, and exit\n\
  --text         with --doctor: lines for people\n\
  --root DIR     with --doctor: read a copy of /proc, /sys, /etc and /boot in this folder\n\
  --version, --help\n\n\
Exit codes: 0 the other side is done; 1 the stream or the folder cannot be opened; 2 wrong usage;\n\
3 no netlink (needs CAP_NET_ADMIN).\n"

static struct stream stream;
static struct family family;
static struct facts facts;
static struct places places;
static struct doctor doctor;

/*
 * Appends " @word=" and the first word of the file to @text of @size bytes. Appends nothing if the
 * file cannot be read or its word is not a hexadecimal id of at most 36 characters.
 */
static void append_id(char *text, size_t size, const char *word, const char *path)
{
	static const char ID[] = "0123456789abcdefABCDEF-";
	char id[64];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, id, sizeof(id) - 1);
	size_t used = strlen(text), len;

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return;
	id[n] = '\0';
	len = strspn(id, ID);
	if (len && len <= 36 && (!id[len] || id[len] == '\n'))
		snprintf(text + used, size - used, " %s=%.*s", word, (int)len, id);
}

/* Both ids are read at each hello, because machine-id is written late in a first boot. */
static void send_hello(void)
{
	char text[192] = VERSION " facts places doctor load";

	append_id(text, sizeof(text), "machine-id", "/etc/machine-id");
	append_id(text, sizeof(text), "boot-id", "/proc/sys/kernel/random/boot_id");
	stream_send(&stream, RTPROBE_AGENT_FRAME_HELLO, text, strlen(text));
}

/* Resident memory in bytes; 0 if it cannot be read. */
static uint64_t resident_bytes(void)
{
	char text[128];
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	unsigned long pages;

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return sscanf(text, "%*u %lu", &pages) == 1 ? (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

static uint64_t cpu_ns(int whose)
{
	struct rusage used;

	if (getrusage(whose, &used))
		return 0;
	return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000000ULL +
	       (used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000ULL;
}

static void send_load(void)
{
	struct timespec now;
	uint64_t load[3];

	clock_gettime(CLOCK_MONOTONIC, &now);
	load[0] = htole64(cpu_ns(RUSAGE_SELF) + cpu_ns(RUSAGE_CHILDREN));
	load[1] = htole64(resident_bytes());
	load[2] = htole64(now.tv_sec * 1000000000ULL + now.tv_nsec);
	stream_send(&stream, RTPROBE_AGENT_FRAME_LOAD, load, sizeof(load));
}

/* The module attributes the time of these to rtprobe itself, as that of each child process. */
static void register_processes(void)
{
	uint32_t peer = stream_peer(&stream);

	family_register(&family, getpid());
	if (peer)
		family_register(&family, peer);
}

static void serve_bridge(void)
{
	const uint8_t *payload;
	size_t len;
	int kind = stream_next(&stream, &payload, &len);
	const char *reason = NULL;

	if (kind == RTPROBE_AGENT_FRAME_NETLINK) {
		reason = family_request(&family, payload, len);
	} else if (kind == RTPROBE_AGENT_FRAME_FACTS && !len) {
		facts_start(&facts);
	} else if (kind == RTPROBE_AGENT_FRAME_PLACES) {
		reason = places_start(&places, payload, len);
		if (!reason)
			family_register(&family, places.child);
	} else if (kind == RTPROBE_AGENT_FRAME_DOCTOR && !len) {
		reason = doctor_start(&doctor);
		if (!reason)
			family_register(&family, doctor.child);
	} else if (kind == RTPROBE_AGENT_FRAME_LOAD && !len) {
		send_load();
	} else if (kind == RTPROBE_AGENT_FRAME_HELLO && !len) {
		facts_stop(&facts);
		places_stop(&places);
		doctor_stop(&doctor);
		family_renew(&family);
		register_processes();
		send_hello();
		stream_send(&stream, RTPROBE_AGENT_FRAME_FAMILY, &family.id, sizeof(family.id));
	} else if (kind >= 0) {
		bool request = kind == RTPROBE_AGENT_FRAME_HELLO || kind == RTPROBE_AGENT_FRAME_FACTS ||
			       kind == RTPROBE_AGENT_FRAME_DOCTOR || kind == RTPROBE_AGENT_FRAME_LOAD;

		reason = request ? "E_LENGTH this request is empty" : "E_KIND not for the agent";
	}
	if (reason)
		stream_refuse(&stream, reason);
}

static void serve_kernel(int socket)
{
	static _Alignas(8) uint8_t datagram[RTPROBE_AGENT_PAYLOAD_MAX];
	struct family before = family;
	size_t n = family_receive(&family, socket, datagram, sizeof(datagram));

	if (n)
		stream_send(&stream, RTPROBE_AGENT_FRAME_NETLINK, datagram, n);
	if (family.overruns != before.overruns)
		stream_send(&stream, RTPROBE_AGENT_FRAME_OVERRUN, &family.overruns, sizeof(family.overruns));
	if (family.id != before.id) {
		register_processes();
		stream_send(&stream, RTPROBE_AGENT_FRAME_FAMILY, &family.id, sizeof(family.id));
	}
}

static void serve_facts(void)
{
	static char text[FACTS_FRAME_MAX];
	size_t n = facts_read(&facts, text);

	stream_send(&stream, RTPROBE_AGENT_FRAME_FACTS, text, n);
}

static void serve_places(void)
{
	size_t n = places_read(&places);

	if (n)
		stream_send(&stream, RTPROBE_AGENT_FRAME_PLACES, places.text, n);
}

static void serve_doctor(void)
{
	ssize_t n = doctor_read(&doctor);

	if (n >= 0)
		stream_send(&stream, RTPROBE_AGENT_FRAME_DOCTOR, doctor.text, n);
}

/*
 * Returns when the peer is done. A different one of the six goes first each time, so that none
 * starves.
 */
static void carry(void)
{
	struct pollfd fds[7];

	for (unsigned int turn = 0;; turn++) {
		int wait = stream_prepare(&stream, fds), idle = stream_idle(&stream);

		fds[3] = (struct pollfd){ .fd = idle ? family.events : -1, .events = POLLIN };
		fds[4] = (struct pollfd){ .fd = idle ? family.requests : -1, .events = POLLIN };
		fds[5] = (struct pollfd){ .fd = idle && places.active ? places.pipe : -1, .events = POLLIN };
		fds[6] = (struct pollfd){ .fd = idle && doctor.active ? doctor.pipe : -1, .events = POLLIN };
		wait = doctor_wait(&doctor, places_wait(&places, wait));
		wait = facts.active && idle ? 0 : service_alive(wait);
		if (!poll(fds, 7, wait) && stream.ended && idle && !stream.more && !facts.active && !places.active &&
		    !doctor.active)
			return;
		stream_progress(&stream, fds);
		for (unsigned int i = turn; i < turn + 6 && stream_idle(&stream); i++)
			if (i % 6 == 5)
				serve_bridge();
			else if (i % 6 == 4 && doctor.active)
				serve_doctor();
			else if (i % 6 == 3 && places.active)
				serve_places();
			else if (i % 6 == 2 && facts.active)
				serve_facts();
			else if (i % 6 < 2 && fds[3 + i % 6].revents)
				serve_kernel(fds[3 + i % 6].fd);
	}
}

static struct {
	const char *path, *root; /* of the stream; of --root */
	bool ask_doctor, is_plain;
} choice;

/* Ends the program if the arguments are wrong, or ask for a text only. */
static void read_arguments(int argc, char **argv)
{
	static const struct option options[] = { { "socket", 1, NULL, 's' },	{ "device", 1, NULL, 'd' },
						 { "activated", 0, NULL, 'a' }, { "doctor", 0, NULL, 'f' },
						 { "text", 0, NULL, 't' },	{ "root", 1, NULL, 'r' },
						 { "group", 0, NULL, 'g' },	{ "version", 0, NULL, 'v' },
						 { "help", 0, NULL, 'h' },	{ 0 } };
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'v' || option == 'h') {
			puts(option == 'v' ? VERSION : USAGE);
			exit(0);
		}
		if (option == 't' || option == 'r' || option == 'g') {
			stream.group |= option == 'g';
			choice.is_plain |= option == 't';
			choice.root = option == 'r' ? optarg : choice.root;
			continue;
		}
		if (option == '?' || choice.path || choice.ask_doctor)
			errx(2, "at most one of --socket PATH, --activated, --device PATH and --doctor; see --help");
		choice.ask_doctor = option == 'f';
		if (choice.ask_doctor)
			continue;
		stream.way = option == 's' ? STREAM_SOCKET : option == 'a' ? STREAM_PASSED : STREAM_DEVICE;
		choice.path = option == 'a' ? "the socket of systemd" : optarg;
	}
	if (optind < argc)
		errx(2, "unknown word '%s'; see --help", argv[optind]);
	if ((choice.is_plain || choice.root) && !choice.ask_doctor)
		errx(2, "--text and --root need --doctor; see --help");
	if (stream.group && stream.way != STREAM_SOCKET)
		errx(2, "--group needs --socket PATH; see --help");
}

int main(int argc, char **argv)
{
	const char *path;

	read_arguments(argc, argv);
	path = choice.path;
	if (choice.ask_doctor) {
		if (doctor_write(STDOUT_FILENO, choice.root ? choice.root : "/", choice.is_plain))
			err(1, "%s", choice.root ? choice.root : "standard output");
		return 0;
	}
	if (!path && (isatty(STDIN_FILENO) || isatty(STDOUT_FILENO)))
		errx(2, "a terminal cannot read frames; see --help");
	signal(SIGPIPE, SIG_IGN);
	family_open(&family);
	if (stream_open(&stream, path))
		err(1, "%s", path ? path : "standard input and output");
	service_ready();
	carry();
	return 0;
}
