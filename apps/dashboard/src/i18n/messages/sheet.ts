import type { Messages } from '../message.ts';

/** Pictures that are exported. */
export const sheet = {
  'sheet.cpusLeft': ['no room for CPU {cpus}', 'CPU {cpus} 未能容纳'],
  'sheet.picture': ['picture', '图片'],
  'sheet.pictureHint': ['picture of this screen: PNG on e, SVG on E', '本屏图片：e 为 PNG，E 为 SVG'],
  'sheet.failed': ['The picture could not be made: {reason}', '无法生成图片：{reason}'],
} as const satisfies Messages;
