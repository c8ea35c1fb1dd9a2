import type { Messages } from '../message.ts';

/** Exported pictures. */
export const sheet = {
  'sheet.cpusLeft': ['CPU {cpus} not shown', 'CPU {cpus} 未显示'],
  'sheet.picture': ['Export', '导出'],
  'sheet.pictureHint': [
    'Export this screen as a picture: e for PNG, E for SVG',
    '把本屏导出为图片：e 为 PNG，E 为 SVG',
  ],
  'sheet.failed': ['The picture could not be created: {reason}', '无法生成图片：{reason}'],
} as const satisfies Messages;
