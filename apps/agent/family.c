// SPDX-License-Identifier: GPL-2.0-or-later
#include <err.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <rtprobe.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "family.h"

#define QUEUE_BYTES (8 << 20) /* maximum queued by the kernel for a slow reader */

static int open_socket(void)
{
	int on = 1, bytes = QUEUE_BYTES;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_GENERIC);

	if (fd < 0 || setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
		err(FAMILY_EXIT, "netlink (needs CAP_NET_ADMIN)");
	return fd;
}

/* Returns the attribute `type` between the two addresses. */
static const struct nlattr *find(const void *from, const void *end, int type)
{
	const struct nlattr *a = from;

	while ((char *)end - (char *)a >= NLA_HDRLEN && a->nla_len >= NLA_HDRLEN) {
		if ((a->nla_type & NLA_TYPE_MASK) == type)
			return (char *)a + a->nla_len <= (char *)end ? a : NULL;
		a = (void *)((char *)a + NLA_ALIGN(a->nla_len));
	}
	return NULL;
}

/*
 * Reads a controller's message. If it is about the family, stores its id, and joins its first
 * group, the events.
 */
static void learn(struct family *f, const struct nlmsghdr *message)
{
	const struct genlmsghdr *genl = NLMSG_DATA(message);
	const char *end = (char *)message + message->nlmsg_len;
	const struct nlattr *name = find(genl + 1, end, CTRL_ATTR_FAMILY_NAME);
	const struct nlattr *id = find(genl + 1, end, CTRL_ATTR_FAMILY_ID);
	const struct nlattr *groups = find(genl + 1, end, CTRL_ATTR_MCAST_GROUPS);
	const struct nlattr *group = groups ? find(groups + 2, end, CTRL_ATTR_MCAST_GRP_ID) : NULL;

	if (!name || !id || strcmp((char *)(name + 1), RTPROBE_FAMILY_NAME))
		return;
	if (genl->cmd == CTRL_CMD_DELFAMILY)
		f->id = 0;
	if (genl->cmd != CTRL_CMD_NEWFAMILY)
		return;
	memcpy(&f->id, id + 1, sizeof(f->id));
	/*
	 * Without events, requests still work: the bridge finds missed events through get-info. Any
	 * failure but EPERM means that the family is gone again; a later message reports that.
	 */
	if (group && setsockopt(f->events, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group + 1, sizeof(uint32_t)) &&
	    errno == EPERM)
		warnx("E_EVENTS not allowed to receive events: this kernel lets only CAP_SYS_ADMIN receive them");
}

/* Requests the family from the controller. It answers on `events`, like its notifications. */
static void ask(struct family *f)
{
	struct {
		struct nlmsghdr h;
		struct genlmsghdr genl;
		struct nlattr attr;
		char name[NLA_ALIGN(sizeof(RTPROBE_FAMILY_NAME))];
	} q = { { sizeof(q), GENL_ID_CTRL, NLM_F_REQUEST, 0, 0 }, { CTRL_CMD_GETFAMILY, 1, 0 },
		{ NLA_HDRLEN + sizeof(RTPROBE_FAMILY_NAME), CTRL_ATTR_FAMILY_NAME }, RTPROBE_FAMILY_NAME };

	if (send(f->events, &q, sizeof(q), 0) < 0)
		err(FAMILY_EXIT, "netlink controller");
}

void family_register(const struct family *f, uint32_t pid)
{
	struct {
		struct nlmsghdr h;
		struct genlmsghdr genl;
		struct nlattr attr;
		uint32_t pid;
	} q = { { sizeof(q), f->id, NLM_F_REQUEST, 0, 0 }, { RTPROBE_CMD_REGISTER_PROCESS, 1, 0 },
		{ NLA_HDRLEN + sizeof(uint32_t), RTPROBE_A_OWN_PROCESS_PID }, pid };
	int fd = f->id ? socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC) : -1;

	if (fd < 0)
		return;
	/* The answer of a module that does not have the operation is not read. */
	send(fd, &q, sizeof(q), 0);
	close(fd);
}

void family_renew(struct family *f)
{
	close(f->requests);
	f->requests = open_socket();
}

void family_open(struct family *f)
{
	int notify = GENL_ID_CTRL; /* the controller's only group has the controller's id */

	f->requests = open_socket();
	f->events = open_socket();
	if (setsockopt(f->events, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &notify, sizeof(notify)))
		err(FAMILY_EXIT, "netlink notifications");
	ask(f);
}

size_t family_receive(struct family *f, int socket, void *datagram, size_t size)
{
	struct sockaddr_nl sender;
	socklen_t len = sizeof(sender);
	ssize_t n = recvfrom(socket, datagram, size, MSG_TRUNC, (void *)&sender, &len);
	const struct nlmsghdr *first = datagram;

	if ((n < 0 && errno == ENOBUFS) || n > (ssize_t)size) { /* the queue overflowed, or the datagram is too long for a frame */
		f->overruns++;
		if (socket == f->events)
			ask(f);
	}
	if (n < NLMSG_HDRLEN || n > (ssize_t)size || sender.nl_pid)
		return 0;
	if (socket == f->requests || (f->id && first->nlmsg_type == f->id))
		return n;
	if (first->nlmsg_type == NLMSG_ERROR) /* only ask() is answered here: there is no such family */
		f->id = 0;
	else if (first->nlmsg_type == GENL_ID_CTRL && NLMSG_OK(first, n))
		learn(f, first);
	return 0;
}

const char *family_request(struct family *f, const void *messages, size_t len)
{
	const struct nlmsghdr *m = messages;
	int left = len;

	if (!f->id)
		return "E_NO_MODULE the module rtprobe is not loaded";
	for (; NLMSG_OK(m, left) && m->nlmsg_len >= NLMSG_LENGTH(GENL_HDRLEN); m = NLMSG_NEXT(m, left))
		if (m->nlmsg_type != f->id)
			return "E_FAMILY a message of another family";
	if (left > 0 || !len)
		return "E_LENGTH not whole netlink messages";
	return send(f->requests, messages, len, 0) < 0 ? "E_SEND the kernel did not accept the request" : NULL;
}
