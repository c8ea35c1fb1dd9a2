/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frames of the lab's control port (virtio-serial port "rtprobe.control").
 *
 * A frame is an 8-byte little-endian header { u8 type, u8 0, u16 channel, u32 length } and
 * `length` bytes, at most WIRE_PAYLOAD_MAX. A channel is one process; the host picks its number.
 * The other end of this file is packages/lab/src/control/wire.ts.
 *
 * Why not qemu-guest-agent: its guest-exec collects output and hands it over by polling, up to a
 * fixed size and only in whole. The lab must show a test's output while it runs, feed a process's
 * standard input under flow control (file copies are tar over such a pipe) and drive a terminal.
 */
#ifndef LAB_WIRE_H
#define LAB_WIRE_H

#define WIRE_HEADER 8
#define WIRE_PAYLOAD_MAX 32768
#define WIRE_NONCE 16
/* Maximum unacknowledged standard input of one process. */
#define WIRE_STDIN_WINDOW 65536

enum wire_type {
	/* host to guest */
	WIRE_RESET = 1,  /* nonce[16]: answer with HELLO; a nonce not seen last: first end every process */
	WIRE_EXEC = 2,   /* u8 tty, u8 0, u16 rows, u16 cols, u16 argc, then strings: cwd, argv, env */
	WIRE_STDIN = 3,  /* bytes; none means end of input */
	WIRE_SIGNAL = 4, /* u8 signal, to the process group */
	WIRE_RESIZE = 5, /* u16 rows, u16 cols */
	/* guest to host */
	WIRE_HELLO = 129,  /* nonce[16] of the reset, then the kernel release */
	WIRE_STDOUT = 130, /* bytes */
	WIRE_STDERR = 131, /* bytes */
	WIRE_EXIT = 132,   /* u8 0 = exited, 1 = killed; u8 code or signal; last frame of a channel */
	WIRE_CREDIT = 133, /* u32: bytes of standard input the process has been given */
	WIRE_FAIL = 134,   /* text: why the process could not be started; last frame of a channel */
};

#endif
