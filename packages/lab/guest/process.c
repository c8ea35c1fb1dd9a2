// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define STRINGS_MAX 256

struct process processes[PROCESS_MAX];

/* Fields of an EXEC payload, pointing into the payload. */
struct command {
	bool tty;
	struct winsize size;
	char *cwd;
	char *argv[STRINGS_MAX];
	char *env[STRINGS_MAX];
};

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

struct process *process_by_channel(uint16_t channel)
{
	for (int i = 0; i < PROCESS_MAX; i++)
		if (processes[i].used && processes[i].channel == channel)
			return &processes[i];
	return NULL;
}

/* Returns false unless the payload has a cwd, argc arguments and complete strings. */
static bool parse_command(const uint8_t *payload, size_t len, struct command *command)
{
	if (len < 9 || payload[len - 1] != '\0')
		return false;
	memset(command, 0, sizeof(*command));
	command->tty = payload[0] == 1;
	command->size.ws_row = get16(payload + 2);
	command->size.ws_col = get16(payload + 4);

	size_t argc = get16(payload + 6), args = 0, vars = 0;
	char *at = (char *)payload + 8, *end = (char *)payload + len;

	if (argc < 1 || argc >= STRINGS_MAX)
		return false;
	command->cwd = at;
	for (at += strlen(at) + 1; at < end; at += strlen(at) + 1) {
		if (args < argc)
			command->argv[args++] = at;
		else if (vars < STRINGS_MAX - 1)
			command->env[vars++] = at;
		else
			return false;
	}
	return args == argc;
}

static void become(const struct command *command, int report)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (chdir(command->cwd) == 0) {
		environ = (char **)command->env;
		execvp(command->argv[0], command->argv);
	}
	int error = errno;

	if (write(report, &error, sizeof(error)) != sizeof(error))
		_exit(126);
	_exit(127);
}

/*
 * Forks; in the parent fills pid and descriptors. `report` is the write end of a close-on-exec
 * pipe, to which the child writes errno if exec failed.
 */
static bool spawn_piped(struct process *p, const struct command *command, int report)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, err[2] = { -1, -1 };

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC) || (p->pid = fork()) < 0) {
		int all[] = { in[0], in[1], out[0], out[1], err[0], err[1] };

		for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
			if (all[i] >= 0)
				close(all[i]);
		return false;
	}
	if (p->pid == 0) {
		setsid();
		dup2(in[0], 0);
		dup2(out[1], 1);
		dup2(err[1], 2);
		become(command, report);
	}
	close(in[0]);
	close(out[1]);
	close(err[1]);
	p->in = in[1];
	p->out = out[0];
	p->err = err[0];
	return true;
}

static bool spawn_tty(struct process *p, const struct command *command, int report)
{
	int master;

	p->pid = forkpty(&master, NULL, NULL, &command->size);
	if (p->pid < 0)
		return false;
	if (p->pid == 0)
		become(command, report);
	fcntl(master, F_SETFD, FD_CLOEXEC);
	p->in = p->out = master;
	return true;
}

static struct process *free_slot(void)
{
	for (int i = 0; i < PROCESS_MAX; i++)
		if (!processes[i].used)
			return &processes[i];
	return NULL;
}

struct process *process_start(uint16_t channel, const uint8_t *payload, size_t len, const char **why)
{
	static struct command command;
	struct process *p = free_slot();
	int report[2], error = 0;

	*why = "malformed command";
	if (!parse_command(payload, len, &command))
		return NULL;
	*why = "too many processes at once";
	if (!p)
		return NULL;
	*why = "no descriptors left";
	if (pipe2(report, O_CLOEXEC))
		return NULL;

	p->used = true;
	p->channel = channel;
	p->tty = command.tty;
	p->exited = p->eof_wanted = false;
	p->input_len = 0;
	p->in = p->out = p->err = -1;
	bool spawned = p->tty ? spawn_tty(p, &command, report[1]) : spawn_piped(p, &command, report[1]);

	if (!spawned)
		error = errno;
	close(report[1]);
	if (spawned && read(report[0], &error, sizeof(error)) != sizeof(error))
		error = 0;
	close(report[0]);
	if (error) {
		*why = strerror(error);
		if (!spawned)
			p->pid = 0;
		process_drop(p);
		return NULL;
	}
	fcntl(p->in, F_SETFL, O_NONBLOCK);
	fcntl(p->out, F_SETFL, O_NONBLOCK);
	if (p->err >= 0)
		fcntl(p->err, F_SETFL, O_NONBLOCK);
	return p;
}

bool process_queue_input(struct process *p, const uint8_t *bytes, size_t len)
{
	if (len > sizeof(p->input) - p->input_len)
		return false;
	memcpy(p->input + p->input_len, bytes, len);
	p->input_len += len;
	return true;
}

static void close_input(struct process *p)
{
	if (p->in < 0)
		return;
	if (p->tty) {
		/* The input of a terminal cannot be closed, so Ctrl-D is written instead. */
		if (write(p->in, "\4", 1) < 0) {
			/*
			 * The terminal's buffer is full: a process that does not read needs no end
			 * of file.
			 */
		}
	} else {
		close(p->in);
	}
	p->in = -1;
}

size_t process_feed(struct process *p)
{
	ssize_t n = 0;

	if (p->in >= 0 && p->input_len)
		n = write(p->in, p->input, p->input_len);
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		/* Nobody reads: return the credit to the host and discard the input. */
		n = (ssize_t)p->input_len;
		close_input(p);
	}
	if (n < 0)
		n = 0;
	if (p->in < 0)
		n = (ssize_t)p->input_len;
	p->input_len -= (size_t)n;
	memmove(p->input, p->input + n, p->input_len);
	if (p->eof_wanted && !p->input_len)
		close_input(p);
	return (size_t)n;
}

void process_end_input(struct process *p)
{
	p->eof_wanted = true;
	if (!p->input_len)
		close_input(p);
}

void process_signal(struct process *p, int signal)
{
	if (!p->exited && signal > 0 && signal < 65)
		kill(-p->pid, signal);
}

void process_resize(struct process *p, uint16_t rows, uint16_t cols)
{
	struct winsize size = { .ws_row = rows, .ws_col = cols };

	if (p->tty && p->out >= 0)
		ioctl(p->out, TIOCSWINSZ, &size);
}

void process_drop(struct process *p)
{
	if (!p->exited && p->pid > 0)
		kill(-p->pid, SIGKILL);
	if (p->in >= 0 && p->in != p->out)
		close(p->in);
	if (p->out >= 0)
		close(p->out);
	if (p->err >= 0)
		close(p->err);
	p->used = false;
}

void process_reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (int i = 0; i < PROCESS_MAX; i++)
			if (processes[i].used && processes[i].pid == pid) {
				processes[i].exited = true;
				processes[i].status = status;
			}
}
