// SPDX-License-Identifier: GPL-2.0-or-later
#include "functions.h"

#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

static unsigned int ran;

/* Octal digits are appended to the number. A macro cannot be used in itself, so each digit has one. */
#define DIGIT_1(what, n) what(n##0) what(n##1) what(n##2) what(n##3) what(n##4) what(n##5) what(n##6) what(n##7)
#define DIGIT_2(what, n) what(n##0) what(n##1) what(n##2) what(n##3) what(n##4) what(n##5) what(n##6) what(n##7)
#define DIGIT_3(what, n) what(n##0) what(n##1) what(n##2) what(n##3) what(n##4) what(n##5) what(n##6) what(n##7)
#define DIGIT_4(what, n) what(n##0) what(n##1) what(n##2) what(n##3) what(n##4) what(n##5) what(n##6) what(n##7)

#define FUNCTION(n)						\
	static void many_function_##n(struct work_struct *work)	\
	{							\
		WRITE_ONCE(ran, n);				\
	}
#define FUNCTIONS_8(n) DIGIT_1(FUNCTION, n)
#define FUNCTIONS_64(n) DIGIT_2(FUNCTIONS_8, n)
#define FUNCTIONS_512(n) DIGIT_3(FUNCTIONS_64, n)
DIGIT_4(FUNCTIONS_512, 0)

#define NAME(n) many_function_##n,
#define NAMES_8(n) DIGIT_1(NAME, n)
#define NAMES_64(n) DIGIT_2(NAMES_8, n)
#define NAMES_512(n) DIGIT_3(NAMES_64, n)
static const work_func_t functions[] = { DIGIT_4(NAMES_512, 0) };

int functions_run(unsigned int n)
{
	struct work_struct work;
	unsigned int i;

	if (n > ARRAY_SIZE(functions))
		return -EINVAL;
	for (i = 0; i < n; i++) {
		INIT_WORK_ONSTACK(&work, functions[i]);
		schedule_work(&work);
		flush_work(&work);
		destroy_work_on_stack(&work);
		/* 16 at a time: a CPU has spare rows for that many new functions. */
		if (i % 16 == 15)
			schedule_timeout_uninterruptible(1);
	}
	return 0;
}
