// SPDX-License-Identifier: GPL-2.0-or-later
#include "netlink/family.h"

#include <net/genetlink.h>

#include "netlink/message.h"

static bool registered;

int rtp_family_reply(struct genl_info *info, int (*put)(struct sk_buff *skb, const void *subject),
		     const void *subject)
{
	struct sk_buff *skb = genlmsg_new(RTP_MESSAGE_MAX, GFP_KERNEL);
	void *header;

	if (!skb)
		return -ENOMEM;
	header = genlmsg_put_reply(skb, info, &rtp_family, 0, info->genlhdr->cmd);
	if (!header || put(skb, subject)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}

bool rtp_family_has_listeners(void)
{
	return READ_ONCE(registered) &&
	       genl_has_listeners(&rtp_family, &init_net, RTP_GROUP_EVENTS);
}

void rtp_family_set_registered(bool is)
{
	WRITE_ONCE(registered, is);
}
