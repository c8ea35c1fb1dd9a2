// SPDX-License-Identifier: GPL-2.0-or-later
#include "spikes/device.h"

#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <net/net_namespace.h>

#include "base/symbol.h"

void rtp_device_print_poll(char *text, u32 device, const void *function)
{
	const struct net_device *found;
	char name[IFNAMSIZ] = "";

	rcu_read_lock();
	found = device ? dev_get_by_index_rcu(&init_net, device) : NULL;
	if (found)
		strscpy(name, found->name, sizeof(name));
	rcu_read_unlock();
	rtp_poll_print(text, name, function);
}
