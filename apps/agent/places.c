// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <endian.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "elf.h"
#include "places.h"

#define TIME_MAX_MS 500
#define CPU_MAX_S 1
#define MEMORY_MAX (64 << 20)
#define MAPS_MAX (16 << 20)
#define END "end\n"

struct request {
	uint32_t number, pid;
	uint64_t start; /* ns of CLOCK_BOOTTIME */
	size_t n;
	uint64_t address[RTPROBE_AGENT_PLACES_MAX];
};

/* What an address is in. */
struct mapping {
	bool found;
	uint64_t start, end, offset;
	bool is_file;
	char name[256]; /* last name of the path, or what the kernel calls it; empty: anonymous */
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static bool read_request(struct request *q, const uint8_t *bytes, size_t len)
{
	struct {
		uint32_t number, pid;
		uint64_t start;
	} head;

	if (len < sizeof(head) + 8 || (len - sizeof(head)) % 8 || (len - sizeof(head)) / 8 > RTPROBE_AGENT_PLACES_MAX)
		return false;
	memcpy(&head, bytes, sizeof(head));
	q->number = le32toh(head.number);
	q->pid = le32toh(head.pid);
	q->start = le64toh(head.start);
	q->n = (len - sizeof(head)) / 8;
	memcpy(q->address, bytes + sizeof(head), q->n * 8);
	for (size_t i = 0; i < q->n; i++)
		q->address[i] = le64toh(q->address[i]);
	return true;
}

/* Returns whether the folder in /proc is that of the task that was started then. */
static bool is_the_task(int folder, uint64_t start)
{
	unsigned long long ticks;
	char text[1024], *at;
	int fd = openat(folder, "stat", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	at = strrchr(text, ')'); /* the name of the task may contain anything */
	/* The 22nd field; the state, after the name, is the third. */
	for (unsigned int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at && sscanf(at, " %llu", &ticks) == 1 &&
	       ticks == start / (1000000000ULL / sysconf(_SC_CLK_TCK));
}

static void name_mapping(struct mapping *m, char *path, unsigned long inode)
{
	static const char deleted[] = " (deleted)";
	size_t len = strcspn(path, "\n");

	path[len] = '\0';
	m->is_file = *path == '/' && inode;
	if (m->is_file && len > sizeof(deleted) && !strcmp(path + len - strlen(deleted), deleted))
		path[len - strlen(deleted)] = '\0';
	if (m->is_file)
		snprintf(m->name, sizeof(m->name), "%s", strrchr(path, '/') + 1);
	else if (!strcmp(path, "[vdso]") || !strcmp(path, "[vsyscall]"))
		snprintf(m->name, sizeof(m->name), "%s", path);
	for (char *c = m->name; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
}

/* Finds the mapping of each address. Returns false if the task has none any more. */
static bool find_mappings(int folder, const struct request *q, struct mapping *mapping)
{
	int fd = openat(folder, "maps", O_RDONLY | O_CLOEXEC);
	FILE *maps = fd < 0 ? NULL : fdopen(fd, "r");
	size_t total = 0, size = 0;
	char *line = NULL;
	ssize_t len;

	while (maps && total < MAPS_MAX && (len = getline(&line, &size, maps)) > 0) {
		unsigned long long start, end, offset, inode;
		int path = 0;

		total += len;
		if (sscanf(line, "%llx-%llx %*s %llx %*x:%*x %llu %n", &start, &end, &offset, &inode, &path) < 4 || !path)
			continue;
		for (size_t i = 0; i < q->n; i++) {
			if (mapping[i].found || q->address[i] < start || q->address[i] >= end)
				continue;
			mapping[i] = (struct mapping){ .found = true, .start = start, .end = end, .offset = offset };
			name_mapping(&mapping[i], line + path, inode);
		}
	}
	return total;
}

/*
 * Opens the file of a mapping; -1 if it is not an ordinary one: opening a device can have effects.
 * The link leads to the mapped file itself, also in a container and after its removal.
 */
static int open_mapped(int folder, const struct mapping *m)
{
	char link[64];
	struct stat s;
	int path, fd = -1;

	snprintf(link, sizeof(link), "map_files/%llx-%llx", (unsigned long long)m->start,
		 (unsigned long long)m->end);
	path = openat(folder, link, O_PATH | O_CLOEXEC);
	if (path < 0)
		return -1;
	if (!fstat(path, &s) && S_ISREG(s.st_mode)) {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", path);
		fd = open(link, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	}
	close(path);
	return fd;
}

/* Finds the functions of all addresses in one mapping, whose first is `first`. */
static void find_functions(int folder, const struct request *q, const struct mapping *mapping,
			   size_t first, struct elf_query *result)
{
	static struct elf_query query[RTPROBE_AGENT_PLACES_MAX];
	size_t index[RTPROBE_AGENT_PLACES_MAX], n = 0;
	int fd = open_mapped(folder, &mapping[first]);

	if (fd < 0)
		return;
	for (size_t i = first; i < q->n; i++) {
		if (!mapping[i].found || mapping[i].start != mapping[first].start)
			continue;
		query[n].at = q->address[i] - mapping[i].start + mapping[i].offset;
		index[n++] = i;
	}
	elf_find(fd, query, n);
	close(fd);
	for (size_t i = 0; i < n; i++)
		result[index[i]] = query[i];
}

static void print_place(FILE *out, const struct mapping *m, const struct elf_query *found)
{
	if (!m->found)
		fputs("unmapped\n", out);
	else if (!*m->name)
		fputs("anonymous\n", out);
	else if (!found->found)
		fprintf(out, "file\t%s\t\t\n", m->name);
	else
		fprintf(out, "file\t%s\t%llx\t%s\n", m->name, (unsigned long long)found->address, found->function);
}

static void answer(const struct request *q, FILE *out)
{
	static struct mapping mapping[RTPROBE_AGENT_PLACES_MAX];
	static struct elf_query found[RTPROBE_AGENT_PLACES_MAX];
	char path[32];
	int folder;

	/* The open folder stays that of this task, also if its pid is used again. */
	snprintf(path, sizeof(path), "/proc/%u", q->pid);
	folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0 || !is_the_task(folder, q->start) || !find_mappings(folder, q, mapping)) {
		fprintf(out, "%u gone\n" END, q->number);
		return;
	}
	for (size_t i = 0; i < q->n; i++) {
		size_t first = 0;

		while (mapping[first].start != mapping[i].start || !mapping[first].found)
			if (first++ == i)
				break;
		if (first == i && mapping[i].is_file)
			find_functions(folder, q, mapping, i, found);
	}
	fprintf(out, "%u read\n", q->number);
	for (size_t i = 0; i < q->n; i++) {
		for (char *c = found[i].function; *c; c++)
			if ((unsigned char)*c < ' ' || *c == 0x7f)
				*c = '?';
		print_place(out, &mapping[i], &found[i]);
	}
	fputs(END, out);
}

static void be_child(const struct request *q, int to)
{
	struct rlimit cpu = { CPU_MAX_S, CPU_MAX_S }, memory = { MEMORY_MAX, MEMORY_MAX }, core = { 0, 0 };
	FILE *out = fdopen(to, "w");

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_AS, &memory);
	setrlimit(RLIMIT_CORE, &core);
	setpriority(PRIO_PROCESS, 0, 19);
	if (out) {
		answer(q, out);
		fflush(out);
	}
	_exit(0);
}

const char *places_start(struct places *p, const uint8_t *bytes, size_t len)
{
	static struct request q;
	int ends[2];

	if (!read_request(&q, bytes, len))
		return "E_LENGTH not a number, a pid, a start time and addresses";
	if (p->child && waitpid(p->child, NULL, WNOHANG) == p->child)
		p->child = 0;
	if (p->active || p->child)
		return "E_BUSY an earlier request for places is not answered";
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return "E_BUSY no pipe";
	p->child = fork();
	if (!p->child) {
		close(ends[0]);
		fcntl(ends[1], F_SETFL, 0);
		be_child(&q, ends[1]);
	}
	close(ends[1]);
	if (p->child < 0) {
		p->child = 0;
		close(ends[0]);
		return "E_BUSY no process";
	}
	p->active = true;
	p->pipe = ends[0];
	p->number = q.number;
	p->deadline = now_ms() + TIME_MAX_MS;
	p->len = 0;
	return NULL;
}

void places_stop(struct places *p)
{
	if (!p->active)
		return;
	p->active = false;
	close(p->pipe);
	kill(p->child, SIGKILL);
	if (waitpid(p->child, NULL, WNOHANG) == p->child)
		p->child = 0;
}

int places_wait(const struct places *p, int wait)
{
	int64_t left = p->active ? p->deadline - now_ms() : -1;

	if (!p->active)
		return wait;
	if (left < 0)
		left = 0;
	return wait < 0 || left < wait ? left : wait;
}

/* Returns whether the text ends as a complete answer does. */
static bool is_complete(const struct places *p)
{
	size_t end = strlen(END);

	return p->len > end && !memcmp(p->text + p->len - end, END, end);
}

size_t places_read(struct places *p)
{
	ssize_t n = read(p->pipe, p->text + p->len, sizeof(p->text) - p->len);

	if (n > 0)
		p->len += n;
	if ((n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR))) && p->len < sizeof(p->text) &&
	    now_ms() < p->deadline)
		return 0;
	if (n || !is_complete(p))
		p->len = snprintf(p->text, sizeof(p->text), "%u failed\n" END, p->number);
	places_stop(p);
	return p->len;
}
