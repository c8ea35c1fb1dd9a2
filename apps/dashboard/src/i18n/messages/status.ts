import type { Messages } from '../message.ts';

/** The state on the bar and the detail behind it. */
export const status = {
  'status.LIVE': ['LIVE', '实时'],
  'status.FROZEN': ['FROZEN', '已冻结'],
  'status.STALE': ['STALE', '数据停滞'],
  'status.REPLAY': ['REPLAY', '回放'],
  'status.OFFLINE': ['OFFLINE', '离线'],
  'status.CONNECTING': ['CONNECTING', '连接中'],
  'status.noDataYet': ['no data yet', '尚无数据'],
  'status.noDataFor': ['no data for {span}', '已 {span} 没有数据'],
  'status.retryNow': ['the bridge does not respond, retrying now', '桥接没有响应，正在重试'],
  'status.retryIn': [
    'the bridge does not respond, retrying in {seconds} s',
    '桥接没有响应，{seconds} s 后重试',
  ],
  'status.hostSilent': ['the host does not respond', '主机没有响应'],
} as const satisfies Messages;
