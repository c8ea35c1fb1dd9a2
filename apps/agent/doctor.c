// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "doctor.h"
#include "frames.h"
#include "json.h"
#include "tasks.h"
#include "tree.h"

#define ANSWER_MAX (1 << 20)
#define RESERVE 4096 /* for the members after the files and tasks */
#define VALUE_MAX 4096
#define FILES_MAX 16384
#define INTERFACES_MAX 64
#define CONFIG_MAX (1 << 20)
#define TIME_MAX_MS 5000
#define CPU_MAX_S 3
#define MSR_SMI_COUNT 0x34

static const char *const patterns[] = { RTPROBE_AGENT_DOCTOR_FILES };
#define PATTERNS (sizeof(patterns) / sizeof(*patterns))

/* Options of the kernel's configuration that change latencies. */
static const char *const options[] = {
	"CONFIG_PREEMPT_RT", "CONFIG_PREEMPT", "CONFIG_PREEMPT_VOLUNTARY", "CONFIG_PREEMPT_NONE",
	"CONFIG_PREEMPT_LAZY", "CONFIG_PREEMPT_DYNAMIC", "CONFIG_HZ", "CONFIG_NO_HZ_FULL",
	"CONFIG_RCU_NOCB_CPU", "CONFIG_HIGH_RES_TIMERS", "CONFIG_RT_GROUP_SCHED", "CONFIG_PROVE_LOCKING",
	"CONFIG_LOCKDEP", "CONFIG_LOCK_STAT", "CONFIG_DEBUG_ATOMIC_SLEEP", "CONFIG_DEBUG_OBJECTS",
	"CONFIG_DEBUG_PAGEALLOC_ENABLE_DEFAULT", "CONFIG_DEBUG_KMEMLEAK", "CONFIG_SLUB_DEBUG_ON", "CONFIG_KASAN",
	"CONFIG_KCSAN", "CONFIG_KMSAN", "CONFIG_UBSAN", "CONFIG_DEBUG_PREEMPT",
	"CONFIG_PREEMPT_TRACER", "CONFIG_IRQSOFF_TRACER", "CONFIG_DEBUG_VM", "CONFIG_DEBUG_MUTEXES",
	"CONFIG_KPROBES", "CONFIG_KRETPROBES", "CONFIG_FUNCTION_TRACER",
};
#define OPTIONS (sizeof(options) / sizeof(*options))

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void write_error(struct json *j, const char *name, int error)
{
	const char *word = strerrorname_np(error);

	json_text(j, name, word ? word : "EIO", strlen(word ? word : "EIO"));
}

struct files {
	struct json *json;
	bool is_pattern; /* what does not exist is left out */
};

static void write_file(const char *path, void *data)
{
	struct files *files = data;
	struct json *j = files->json;
	char text[VALUE_MAX + 1];
	ssize_t n = tree_read(path, text, sizeof(text));
	bool cut = n > VALUE_MAX;
	int error = errno;

	if (n < 0 && files->is_pattern && (error == ENOENT || error == ENOTDIR))
		return;
	if (cut)
		n = VALUE_MAX;
	while (n > 0 && strchr(" \t\n", text[n - 1]))
		n--;
	json_item(j);
	if (n < 0 || cut)
		json_open(j, path, '{');
	if (n < 0) {
		write_error(j, "error", error);
	} else {
		json_text(j, cut ? "text" : path, text, n);
		if (cut)
			json_bool(j, "cut", true);
	}
	if (n < 0 || cut)
		json_close(j, '}');
	json_item_end(j);
}

static void write_files(struct json *j)
{
	unsigned int room = FILES_MAX;

	json_open(j, "files", '{');
	for (unsigned int i = 0; i < PATTERNS; i++) {
		struct files files = { .json = j, .is_pattern = strpbrk(patterns[i], "*[") };

		if (room)
			room -= tree_expand(patterns[i], room, write_file, &files);
		else
			j->left_out++;
	}
	json_close(j, '}');
}

/* The kernel asks the driver; that needs no privilege. */
static void write_interface(struct json *j, int fd, const char *name)
{
	struct ethtool_coalesce c = { .cmd = ETHTOOL_GCOALESCE };
	struct ifreq request = { .ifr_data = (void *)&c };
	int error;

	if (strlen(name) >= sizeof(request.ifr_name))
		return;
	strcpy(request.ifr_name, name);
	error = ioctl(fd, SIOCETHTOOL, &request) ? errno : 0;
	json_item(j);
	json_open(j, name, '{');
	if (error) {
		write_error(j, "error", error);
	} else {
		json_number(j, "rxUsecs", c.rx_coalesce_usecs);
		json_number(j, "txUsecs", c.tx_coalesce_usecs);
		json_bool(j, "adaptive", c.use_adaptive_rx_coalesce || c.use_adaptive_tx_coalesce);
	}
	json_close(j, '}');
	json_item_end(j);
}

static void write_coalescing(struct json *j)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	DIR *folder = fd < 0 ? NULL : tree_folder("/sys/class/net");
	struct dirent *entry;
	unsigned int n = 0;

	json_open(j, "coalescing", '{');
	while (folder && (entry = readdir(folder)))
		if (entry->d_name[0] != '.') {
			if (n++ < INTERFACES_MAX)
				write_interface(j, fd, entry->d_name);
			else
				j->left_out++;
		}
	json_close(j, '}');
	if (folder)
		closedir(folder);
	if (fd >= 0)
		close(fd);
}

/* Reads a value of a device, as an object with the error if it cannot be read. */
static void write_device(struct json *j, const char *name, const char *path, off_t offset, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	uint64_t value = 0;
	ssize_t n = fd < 0 ? -1 : offset ? pread(fd, &value, size, offset) : read(fd, &value, size);
	int error = n < 0 ? errno : EIO;

	if (fd >= 0)
		close(fd);
	if (n == (ssize_t)size) {
		json_number(j, name, size == 4 ? (int32_t)value : (int64_t)(value & 0xffffffff));
		return;
	}
	json_open(j, name, '{');
	write_error(j, "error", error);
	json_close(j, '}');
}

/* Writes "option": "value" if the line sets one of the options. */
static void write_option(struct json *j, const char *line)
{
	size_t len = strcspn(line, "="), end;

	if (!line[len])
		return;
	for (unsigned int i = 0; i < OPTIONS; i++)
		if (strlen(options[i]) == len && !memcmp(options[i], line, len)) {
			end = strcspn(line + len + 1, "\n");
			json_text(j, options[i], line + len + 1, end > 64 ? 64 : end);
		}
}

/* Writes the options of the first file that exists. */
static void write_config(struct json *j)
{
	static const char *const places[] = { "/boot/config-%s", "/lib/modules/%s/config", "/lib/modules/%s/build/.config" };
	char release[128], path[512], line[1024];
	ssize_t n = tree_read("/proc/sys/kernel/osrelease", release, sizeof(release) - 1);
	FILE *file = NULL;
	size_t total = 0;

	if (n <= 0)
		return;
	release[n] = '\0';
	release[strcspn(release, "\n")] = '\0';
	for (unsigned int i = 0; !file && !strchr(release, '/') && i < sizeof(places) / sizeof(*places); i++) {
		int fd;

		snprintf(path, sizeof(path), places[i], release);
		fd = tree_file(path);
		file = fd < 0 ? NULL : fdopen(fd, "r");
		if (fd >= 0 && !file)
			close(fd);
	}
	if (!file)
		return;
	json_item(j);
	json_open(j, "config", '{');
	json_text(j, "file", path, strlen(path));
	json_open(j, "options", '{');
	while (total < CONFIG_MAX && fgets(line, sizeof(line), file)) {
		total += strlen(line);
		if (!strncmp(line, "CONFIG_", strlen("CONFIG_")))
			write_option(j, line);
	}
	json_close(j, '}');
	json_close(j, '}');
	json_item_end(j);
	fclose(file);
}

static void write_facts(struct json *j, const char *root)
{
	bool is_copy = strcmp(root, "/");
	struct utsname name;

	json_open(j, NULL, '{');
	json_text(j, "format", "rtprobe-doctor", strlen("rtprobe-doctor"));
	json_number(j, "version", 1);
	json_number(j, "uid", getuid());
	if (is_copy) {
		json_item(j);
		json_text(j, "root", root, strlen(root));
		json_item_end(j);
	} else if (!uname(&name)) {
		json_text(j, "machine", name.machine, strlen(name.machine));
	}
	write_files(j);
	tasks_write(j);
	if (!is_copy)
		write_coalescing(j);
	write_config(j);
	if (!is_copy) {
		write_device(j, "latencyLimit", "/dev/cpu_dma_latency", 0, 4);
		write_device(j, "smiCount", "/dev/cpu/0/msr", MSR_SMI_COUNT, 8);
	}
	json_number(j, "leftOut", j->left_out);
	json_close(j, '}');
}

int doctor_write(int fd, const char *root, bool is_plain)
{
	static char text[ANSWER_MAX];
	struct json j;
	size_t sent = 0;

	if (tree_open(root))
		return -1;
	json_start(&j, text, sizeof(text) - 1, RESERVE);
	j.is_plain = is_plain;
	write_facts(&j, root);
	if (!is_plain)
		text[j.len++] = '\n';
	while (sent < j.len) {
		ssize_t n = write(fd, text + sent, j.len - sent);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		sent += n;
	}
	return 0;
}

static void be_child(int to)
{
	struct rlimit cpu = { CPU_MAX_S, CPU_MAX_S }, core = { 0, 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_CORE, &core);
	setpriority(PRIO_PROCESS, 0, 19);
	_exit(doctor_write(to, "/", false) ? 1 : 0);
}

const char *doctor_start(struct doctor *d)
{
	int ends[2];

	if (d->child && waitpid(d->child, NULL, WNOHANG) == d->child)
		d->child = 0;
	if (d->active || d->child)
		return "E_BUSY an earlier request of the doctor is not answered";
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return "E_BUSY no pipe";
	d->child = fork();
	if (!d->child) {
		close(ends[0]);
		fcntl(ends[1], F_SETFL, 0);
		be_child(ends[1]);
	}
	close(ends[1]);
	if (d->child < 0) {
		d->child = 0;
		close(ends[0]);
		return "E_BUSY no process";
	}
	d->active = true;
	d->pipe = ends[0];
	d->deadline = now_ms() + TIME_MAX_MS;
	return NULL;
}

void doctor_stop(struct doctor *d)
{
	if (!d->active)
		return;
	d->active = false;
	close(d->pipe);
	kill(d->child, SIGKILL);
	if (waitpid(d->child, NULL, WNOHANG) == d->child)
		d->child = 0;
}

int doctor_wait(const struct doctor *d, int wait)
{
	int64_t left = d->active ? d->deadline - now_ms() : -1;

	if (!d->active)
		return wait;
	if (left < 0)
		left = 0;
	return wait < 0 || left < wait ? left : wait;
}

ssize_t doctor_read(struct doctor *d)
{
	ssize_t n = read(d->pipe, d->text, sizeof(d->text));

	if (n > 0)
		return n;
	if (n < 0 && (errno == EAGAIN || errno == EINTR) && now_ms() < d->deadline)
		return -1;
	doctor_stop(d);
	return 0;
}
