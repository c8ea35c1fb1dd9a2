// SPDX-License-Identifier: GPL-2.0-or-later
/* The weight of a poll function became optional. */
#include <linux/netdevice.h>
void use(struct net_device *device, struct napi_struct *napi, int (*poll)(struct napi_struct *, int));
void use(struct net_device *device, struct napi_struct *napi, int (*poll)(struct napi_struct *, int))
{
	netif_napi_add(device, napi, poll);
}
