/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FUNCTIONS_H
#define FUNCTIONS_H

/*
 * Runs the first @n of 4096 functions, many_function_00000 and so on in octal, each once as a work item of this CPU.
 * Returns 0 or -EINVAL. Process context.
 */
int functions_run(unsigned int n);

#endif
