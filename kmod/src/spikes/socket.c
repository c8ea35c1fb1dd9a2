// SPDX-License-Identifier: GPL-2.0-or-later
/* Describes sockets. A reference keeps the sock alive; its members are read without a lock. */
#include <net/af_unix.h>
#include <net/inet_sock.h>
#include <net/sock.h>

#include "spikes/process.h"

/* Size of an IPv6 address in brackets and a port, or of a path in a unix address. */
static_assert(RTPROBE_ADDRESS_LEN == sizeof(struct sockaddr_un) + 2);

static void describe_inet(struct rtp_process *process, struct rtp_socket *to, const struct sock *sk)
{
	const struct inet_sock *inet = inet_sk(sk);
	char text[RTPROBE_ADDRESS_LEN];

	if (inet->inet_sport) {
		snprintf(text, sizeof(text), "%pI4:%u", &inet->inet_rcv_saddr,
			 ntohs(inet->inet_sport));
		to->local = rtp_process_text(process, text);
	}
	if (inet->inet_dport) {
		snprintf(text, sizeof(text), "%pI4:%u", &inet->inet_daddr, ntohs(inet->inet_dport));
		to->remote = rtp_process_text(process, text);
	}
}

#if IS_ENABLED(CONFIG_IPV6)
static void describe_inet6(struct rtp_process *process, struct rtp_socket *to,
			   const struct sock *sk)
{
	const struct inet_sock *inet = inet_sk(sk);
	char text[RTPROBE_ADDRESS_LEN];

	if (inet->inet_sport) {
		snprintf(text, sizeof(text), "[%pI6c]:%u", &sk->sk_v6_rcv_saddr,
			 ntohs(inet->inet_sport));
		to->local = rtp_process_text(process, text);
	}
	if (inet->inet_dport) {
		snprintf(text, sizeof(text), "[%pI6c]:%u", &sk->sk_v6_daddr,
			 ntohs(inet->inet_dport));
		to->remote = rtp_process_text(process, text);
	}
}
#endif

#if IS_ENABLED(CONFIG_UNIX)
/*
 * An address is set once and stays until the sock is freed. An abstract address begins with NUL,
 * which is shown as @.
 */
static u32 unix_path(struct rtp_process *process, struct sock *sk)
{
	struct unix_address *address = smp_load_acquire(&unix_sk(sk)->addr);
	char text[RTPROBE_ADDRESS_LEN];
	int length;

	if (!address)
		return 0;
	length = address->len - offsetof(struct sockaddr_un, sun_path);
	if (length <= 0)
		return 0;
	length = min_t(int, length, sizeof(text) - 1);
	memcpy(text, address->name->sun_path, length);
	text[length] = '\0';
	if (!*text)
		*text = '@';
	return rtp_process_text(process, text);
}

/*
 * Returns the peer with a reference, NULL if there is none. Not all kernels export their function
 * for this to modules.
 */
static struct sock *hold_peer(struct sock *sk)
{
	struct sock *peer;

	unix_state_lock(sk);
	peer = unix_sk(sk)->peer;
	if (peer)
		sock_hold(peer);
	unix_state_unlock(sk);
	return peer;
}

static void describe_unix(struct rtp_process *process, struct rtp_socket *to, struct sock *sk)
{
	struct sock *peer = hold_peer(sk);

	to->local = unix_path(process, sk);
	if (!peer)
		return;
	to->remote = unix_path(process, peer);
	sock_put(peer);
}
#endif

void rtp_socket_describe(struct rtp_process *process, struct rtp_socket *to, struct sock *sk)
{
	to->family = sk->sk_family;
	to->type = sk->sk_type;
	to->protocol = sk->sk_protocol;
	to->state = sk->sk_state;
	to->local = to->remote = 0;
	switch (to->family) {
	case AF_INET:
		describe_inet(process, to, sk);
		break;
#if IS_ENABLED(CONFIG_IPV6)
	case AF_INET6:
		describe_inet6(process, to, sk);
		break;
#endif
#if IS_ENABLED(CONFIG_UNIX)
	case AF_UNIX:
		describe_unix(process, to, sk);
		break;
#endif
	}
}
