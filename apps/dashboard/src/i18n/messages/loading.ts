import type { Messages } from '../message.ts';

/** Parts of the page that are loaded when they are first shown. */
export const loading = {
  'loading.wait': ['Loading…', '正在加载……'],
  'loading.failed': ['This part of the page could not be loaded', '页面的这一部分无法加载'],
  'loading.failedWhy': [
    'The bridge does not respond, or it serves a newer build. Reload the page.',
    '桥接没有响应，或提供了更新的版本。请重新加载页面。',
  ],
} as const satisfies Messages;
