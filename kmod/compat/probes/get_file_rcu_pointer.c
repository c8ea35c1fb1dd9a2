// SPDX-License-Identifier: GPL-2.0-or-later
/* get_file_rcu takes the address of the pointer, not the pointer. */
#include <linux/fs.h>
struct file *use(struct file __rcu **file);
struct file *use(struct file __rcu **file)
{
	return get_file_rcu(file);
}
