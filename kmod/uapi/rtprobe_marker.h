/* SPDX-License-Identifier: (GPL-2.0-or-later WITH Linux-syscall-note) OR MIT */
/*
 * Markers of a program, in rtprobe's flight recorder: they appear on the timeline of a spike.
 * A marker is one write(), without a library. C and C++:
 *
 *	int markers = rtprobe_marker_open();	// once, before the real-time part
 *	rtprobe_marker(markers, "cycle begin");
 *	rtprobe_marker_number(markers, "cycle", n);
 *
 * Without the module, or without the right to write markers, the file is -1 and the other calls
 * do nothing, so a program can keep them. docs/reference/markers.md has the limits.
 */
#ifndef RTPROBE_MARKER_H
#define RTPROBE_MARKER_H

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define RTPROBE_MARKER_FILE "/dev/rtprobe_marker"
#define RTPROBE_MARKER_MAX 30	/* characters; a longer text is refused */

/* Opens the file of markers. Returns -1 with errno if that is not possible. */
static inline int rtprobe_marker_open(void)
{
	return open(RTPROBE_MARKER_FILE, O_WRONLY | O_CLOEXEC);
}

/* Writes a marker of printable ASCII. Returns 0 or an errno, see below; errno itself stays. */
static inline int rtprobe_marker(int file, const char *text)
{
	int before = errno, error = 0;

	/*
	 * EMSGSIZE: too long. EILSEQ: other characters. EINVAL: empty. EAGAIN: too many at once.
	 * ENODEV: rtprobe records nothing. EBADF: the file is not open.
	 */
	if (write(file, text, strlen(text)) < 0)
		error = errno;
	errno = before;
	return error;
}

/* Writes a marker such as "cycle 1234". Cuts the text, not the number. */
static inline int rtprobe_marker_number(int file, const char *text, unsigned long long number)
{
	char line[RTPROBE_MARKER_MAX + 1], digits[20];
	size_t length = strlen(text), n = 0;

	do
		digits[n++] = (char)('0' + number % 10);
	while (number /= 10);
	if (length > RTPROBE_MARKER_MAX - 1 - n)
		length = RTPROBE_MARKER_MAX - 1 - n;
	memcpy(line, text, length);
	line[length++] = ' ';
	while (n)
		line[length++] = digits[--n];
	line[length] = '\0';
	return rtprobe_marker(file, line);
}

#endif
