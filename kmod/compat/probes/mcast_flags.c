// SPDX-License-Identifier: GPL-2.0-or-later
/* A multicast group's flags name the capability to join it; before GENL_MCAST_CAP_NET_ADMIN that of operations. */
#include <net/genetlink.h>
struct genl_multicast_group use(void);
struct genl_multicast_group use(void)
{
	return (struct genl_multicast_group){ .flags = GENL_UNS_ADMIN_PERM };
}
