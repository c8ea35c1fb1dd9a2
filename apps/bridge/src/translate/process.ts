// Converts what was read about a task after a spike. Numbers become their usual names.
import { type Lock, LockEvidenceName, type Process, type Socket } from '@rtprobe/abi';
import type { ProcessInfo } from '@rtprobe/protocol';
import { toTask } from './task.ts';

type Names = Readonly<Record<number, string>>;

/** linux/socket.h */
const families: Names = {
  ...{ 0: 'AF_UNSPEC', 1: 'AF_UNIX', 2: 'AF_INET', 10: 'AF_INET6', 15: 'AF_KEY', 16: 'AF_NETLINK' },
  ...{ 17: 'AF_PACKET', 29: 'AF_CAN', 30: 'AF_TIPC', 31: 'AF_BLUETOOTH', 38: 'AF_ALG', 40: 'AF_VSOCK' },
  44: 'AF_XDP',
};
/** linux/net.h */
const types: Names = {
  ...{ 1: 'SOCK_STREAM', 2: 'SOCK_DGRAM', 3: 'SOCK_RAW', 4: 'SOCK_RDM', 5: 'SOCK_SEQPACKET' },
  ...{ 6: 'SOCK_DCCP', 10: 'SOCK_PACKET' },
};
/** linux/in.h; they are the internet families' only. */
const protocols: Names = {
  ...{ 0: 'ip', 1: 'icmp', 2: 'igmp', 6: 'tcp', 17: 'udp', 58: 'ipv6-icmp', 132: 'sctp', 136: 'udplite' },
  ...{ 255: 'raw', 262: 'mptcp' },
};
/** net/tcp_states.h; other families use some of them. */
const states: Names = {
  ...{ 1: 'ESTABLISHED', 2: 'SYN_SENT', 3: 'SYN_RECV', 4: 'FIN_WAIT1', 5: 'FIN_WAIT2', 6: 'TIME_WAIT' },
  ...{ 7: 'CLOSE', 8: 'CLOSE_WAIT', 9: 'LAST_ACK', 10: 'LISTEN', 11: 'CLOSING', 12: 'NEW_SYN_RECV' },
};

const isInternet = (family: number | undefined): boolean => family === 2 || family === 10;

function word(names: Names, number: number | undefined): string {
  return number === undefined ? '' : (names[number] ?? String(number));
}

function toSocket(socket: Socket): NonNullable<ProcessInfo['sockets']>[number] {
  return {
    fd: socket.fd ?? 0,
    family: word(families, socket.family),
    type: word(types, socket.type),
    protocol: word(isInternet(socket.family) ? protocols : {}, socket.protocol),
    state: word(states, socket.state),
    local: socket.local ?? '',
    remote: socket.remote ?? '',
  };
}

function toLock(lock: Lock): NonNullable<ProcessInfo['locks']>[number] {
  return {
    name: lock.name ?? '',
    address: lockAddress(lock.address ?? 0n),
    ...(lock.waitNs !== undefined && { waitNs: Number(lock.waitNs) }),
    ...(lock.owner && { owner: toTask(lock.owner) }),
  };
}

/** The kernel's hash of an address: no double holds it. */
export const lockAddress = (address: bigint): string => `0x${address.toString(16)}`;

function evidenceOf(process: Process): ProcessInfo['lockEvidence'] {
  const name = LockEvidenceName[process.lockEvidence ?? 0];
  return name === 'lockdep' || name === 'contention' || name === 'blocked_on' ? name : 'none';
}

/** Lists that the message does not have are missing here, too. */
export function toProcess(process: Process): ProcessInfo {
  const { exe, cmdline, uid, files } = process;
  return {
    ...(exe !== undefined && { exe }),
    ...(cmdline !== undefined && { cmdline }),
    ...(uid !== undefined && { uid }),
    ...(process.cmdlineUnread && { cmdlineUnread: 'page_not_present' as const }),
    ...(process.filesIncomplete === 1 && { filesIncomplete: true }),
    exited: process.exited === 1,
    ...(files !== undefined && { fileCount: files }),
    ...(process.file && { files: process.file.map(({ fd = 0, path = '' }) => ({ fd, path })) }),
    ...(process.socket && { sockets: process.socket.map(toSocket) }),
    lockEvidence: evidenceOf(process),
    ...(process.lock && { locks: process.lock.map(toLock) }),
  };
}

/** The same without its lists, as it travels live. */
export function withoutLists({ files, sockets, locks, ...rest }: ProcessInfo): ProcessInfo {
  return rest;
}
