// SPDX-License-Identifier: GPL-2.0-or-later
/* spin TIMES: every 200 ms counts to TIMES million, in a function of its own. */
#include <stdlib.h>
#include <time.h>

/* Exported, so that -rdynamic keeps its name in .dynsym. */
__attribute__((noinline)) void motion_loop(int until)
{
	for (volatile int i = 0; i < until; i++)
		;
}

int main(int argc, char **argv)
{
	struct timespec pause = { 0, 200000000 };

	for (;;) {
		nanosleep(&pause, NULL);
		motion_loop(atoi(argv[argc - 1]) * 1000000);
	}
}
