// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rtprobe_selftest: runs the self-test of rtprobe's debug build. Compiles the sources that it tests a second time, so
 * that the module itself needs no debug build. Loading fails if a test fails; the kernel log then names each failure.
 */
#define RTPROBE_DEBUG
#define RTPROBE_SELFTEST_ALONE
#define pr_fmt(fmt) KBUILD_MODNAME ": selftest: " fmt

#include <linux/module.h>

#include "src/base/reason.c"
#include "src/base/word.c"
#include "src/values/hist.c"
#include "src/values/usual.c"
#include "src/selftest.c"

static int __init selftest_init(void)
{
	return rtp_selftest();
}

static void __exit selftest_exit(void)
{
}

module_init(selftest_init);
module_exit(selftest_exit);
MODULE_DESCRIPTION("The self-test of rtprobe, as a module of its own");
MODULE_LICENSE("GPL");
