/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tasks of the machine for the doctor, from /proc. Include json.h first. */

/* Writes the members `tasks`, `latencyHolders` and `unreadableFds`. */
void tasks_write(struct json *j);
