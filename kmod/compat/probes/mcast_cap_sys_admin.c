// SPDX-License-Identifier: GPL-2.0-or-later
/* A multicast group has a bit that lets only CAP_SYS_ADMIN join. */
#include <net/genetlink.h>
struct genl_multicast_group use(void);
struct genl_multicast_group use(void)
{
	return (struct genl_multicast_group){ .cap_sys_admin = 1 };
}
