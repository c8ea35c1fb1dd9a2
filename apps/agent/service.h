/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interface to systemd: its variables in the environment and its notification socket; no library. */

/* Returns the listening socket that systemd passed; -1 with errno set if it passed none, or several. */
int service_listener(void);
/* Sends READY=1 and reads the interval of the watchdog. Does nothing without systemd. */
void service_ready(void);
/*
 * Tells the watchdog that the program runs, if half of its interval has passed. Returns the time to
 * wait in ms, which is no longer than @wait nor than that half; -1 for no limit.
 */
int service_alive(int wait);
