/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes rtprobe's thread the last user of the memory of a process. */
#ifndef LAST_H
#define LAST_H

#include "edu.h"

/*
 * The next time rtprobe's thread takes a reference to the caller's memory, it is stopped until the caller has exited, at
 * most one second, and the parameter `exit_now` becomes Y. `was_last` then says whether the thread is the last user. Called
 * in process context under the caller's mutex.
 */
int last_arm(struct edu_hold *hold);
void last_unregister(void);

#endif
