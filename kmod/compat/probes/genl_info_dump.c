// SPDX-License-Identifier: GPL-2.0-or-later
/* A dump's attributes moved into a struct genl_info. */
#include <net/genetlink.h>
struct nlattr **use(struct netlink_callback *cb);
struct nlattr **use(struct netlink_callback *cb)
{
	return genl_info_dump(cb)->attrs;
}
