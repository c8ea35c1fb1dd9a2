// SPDX-License-Identifier: GPL-2.0-or-later
/* The flags of a multicast group select the capability to join; before GENL_MCAST_CAP_NET_ADMIN with other names. */
#include <net/genetlink.h>
struct genl_multicast_group use(void);
struct genl_multicast_group use(void)
{
	return (struct genl_multicast_group){ .flags = GENL_UNS_ADMIN_PERM };
}
