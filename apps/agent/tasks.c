// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "tasks.h"
#include "tree.h"

#define TASKS_MAX 4096
#define HOLDERS_MAX 64
#define FDS_MAX 262144
#define NAME_MAX_LEN 64
#define IS_KERNEL_THREAD 0x00200000 /* PF_KTHREAD */
#define LATENCY_DEVICE "/dev/cpu_dma_latency"

struct task {
	unsigned int pid, tid;
	char name[NAME_MAX_LEN + 1];
	bool is_kernel;
	unsigned int policy, priority;
};

/* Returns whether the name is a number that a task can have. */
static bool read_id(const char *name, unsigned int *id)
{
	size_t len = strspn(name, "0123456789");

	if (!len || len > 9 || name[len])
		return false;
	*id = strtoul(name, NULL, 10);
	return true;
}

/* Reads the fields of /proc/PID/stat, after the name, which may contain anything. */
static bool read_stat(struct task *task)
{
	char path[64], text[1024], *name, *end, *field;
	unsigned long flags, priority, policy;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%u/task/%u/stat", task->pid, task->tid);
	n = tree_read(path, text, sizeof(text) - 1);
	if (n <= 0)
		return false;
	text[n] = '\0';
	name = strchr(text, '(');
	end = strrchr(text, ')');
	if (!name || !end || end < name)
		return false;
	n = end - name - 1 > NAME_MAX_LEN ? NAME_MAX_LEN : end - name - 1;
	memcpy(task->name, name + 1, n);
	task->name[n] = '\0';
	/* The state, after the name, is the third field; the flags are the 9th, priority and policy the 40th and 41st. */
	field = end;
	for (unsigned int i = 3; field && i <= 9; i++)
		field = strchr(field + 1, ' ');
	if (!field || sscanf(field, " %lu", &flags) != 1)
		return false;
	for (unsigned int i = 10; field && i <= 40; i++)
		field = strchr(field + 1, ' ');
	if (!field || sscanf(field, " %lu %lu", &priority, &policy) != 2)
		return false;
	task->is_kernel = flags & IS_KERNEL_THREAD;
	task->priority = priority;
	task->policy = policy;
	return true;
}

/* SCHED_FIFO, SCHED_RR and SCHED_DEADLINE. */
static bool is_real_time(const struct task *task)
{
	return task->policy == 1 || task->policy == 2 || task->policy == 6;
}

/* Returns the begin of the value of a line "Name:\tvalue", or NULL. */
static const char *line_of(const char *text, const char *name)
{
	for (const char *at = text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, name, strlen(name)))
			return at + strlen(name) + strspn(at + strlen(name), " \t");
	}
	return NULL;
}

static void write_kb(struct json *j, const char *member, const char *text, const char *name)
{
	const char *value = line_of(text, name);
	unsigned long kb;

	if (value && sscanf(value, "%lu", &kb) == 1 && kb <= LONG_MAX)
		json_number(j, member, kb);
}

static void write_status(struct json *j, const struct task *task)
{
	char path[64], text[4096];
	const char *cpus;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%u/task/%u/status", task->pid, task->tid);
	n = tree_read(path, text, sizeof(text) - 1);
	if (n <= 0)
		return;
	text[n] = '\0';
	cpus = line_of(text, "Cpus_allowed_list:");
	if (cpus)
		json_text(j, "cpus", cpus, strcspn(cpus, "\n"));
	if (task->is_kernel)
		return;
	write_kb(j, "locked", text, "VmLck:");
	write_kb(j, "swapped", text, "VmSwap:");
	write_kb(j, "resident", text, "VmRSS:");
}

static bool write_task(struct json *j, const struct task *task)
{
	json_item(j);
	json_open(j, NULL, '{');
	json_number(j, "pid", task->pid);
	json_number(j, "tid", task->tid);
	json_text(j, "name", task->name, strlen(task->name));
	json_bool(j, "kernel", task->is_kernel);
	json_number(j, "policy", task->policy);
	json_number(j, "priority", task->priority);
	if (is_real_time(task) || task->is_kernel)
		write_status(j, task);
	json_close(j, '}');
	return json_item_end(j);
}

/* Writes the tasks that are real-time ones, or those that are not. Returns the number of tasks written in all. */
static unsigned int write_kind(struct json *j, bool real_time, unsigned int written)
{
	DIR *processes = tree_folder("/proc");
	struct dirent *process, *thread;

	while (processes && (process = readdir(processes))) {
		struct task task = { 0 };
		char path[64];
		DIR *threads;

		if (!read_id(process->d_name, &task.pid))
			continue;
		snprintf(path, sizeof(path), "/proc/%u/task", task.pid);
		threads = tree_folder(path);
		while (threads && (thread = readdir(threads))) {
			if (!read_id(thread->d_name, &task.tid) || !read_stat(&task) || is_real_time(&task) != real_time)
				continue;
			if (written == TASKS_MAX)
				j->left_out++;
			else
				written += write_task(j, &task);
		}
		if (threads)
			closedir(threads);
	}
	if (processes)
		closedir(processes);
	return written;
}

struct fds {
	unsigned int read, holders, unreadable;
};

static void write_holder(struct json *j, unsigned int pid)
{
	struct task task = { .pid = pid, .tid = pid };

	if (!read_stat(&task))
		return;
	json_item(j);
	json_open(j, NULL, '{');
	json_number(j, "pid", pid);
	json_text(j, "name", task.name, strlen(task.name));
	json_close(j, '}');
	json_item_end(j);
}

/* Writes the process if it has the device open. */
static void search_fds(struct json *j, unsigned int pid, struct fds *fds)
{
	char path[PATH_MAX], target[sizeof(LATENCY_DEVICE)];
	struct dirent *entry;
	DIR *folder;
	unsigned int fd;

	snprintf(path, sizeof(path), "/proc/%u/fd", pid);
	folder = tree_folder(path);
	if (!folder) {
		fds->unreadable += errno == EACCES || errno == EPERM;
		return;
	}
	while ((entry = readdir(folder))) {
		if (!read_id(entry->d_name, &fd) || ++fds->read > FDS_MAX)
			continue;
		snprintf(path, sizeof(path), "/proc/%u/fd/%u", pid, fd);
		if (tree_link(path, target, sizeof(target)) != strlen(LATENCY_DEVICE) ||
		    memcmp(target, LATENCY_DEVICE, strlen(LATENCY_DEVICE)))
			continue;
		if (fds->holders++ < HOLDERS_MAX)
			write_holder(j, pid);
		else
			j->left_out++;
		break;
	}
	closedir(folder);
}

void tasks_write(struct json *j)
{
	struct fds fds = { 0 };
	struct dirent *process;
	unsigned int pid, written;
	DIR *processes;

	json_open(j, "tasks", '[');
	written = write_kind(j, true, 0);
	/* People look for real-time tasks. */
	if (!j->is_plain)
		write_kind(j, false, written);
	json_close(j, ']');
	json_open(j, "latencyHolders", '[');
	processes = tree_folder("/proc");
	while (processes && (process = readdir(processes)))
		if (read_id(process->d_name, &pid))
			search_fds(j, pid, &fds);
	if (processes)
		closedir(processes);
	json_close(j, ']');
	j->left_out += fds.read > FDS_MAX;
	json_number(j, "unreadableFds", fds.unreadable);
}
