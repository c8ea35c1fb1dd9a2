import type { Messages } from '../message.ts';

/** What to try against a cause. */
export const advice = {
  'advice.title': ['What to try', '可尝试的措施'],
  'advice.possible': ['may be the cause', '可能是原因'],
  'advice.possibleHint': ['The record does not prove that this is the cause.', '记录未证实这就是原因。'],
  'advice.risk': ['Risk', '风险'],
  'advice.docs': ['Documented in', '文档'],
  'advice.file': ['Entry from {file}', '条目来自 {file}'],
} as const satisfies Messages;
