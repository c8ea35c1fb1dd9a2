import { expect, it } from 'vitest';
import { parseVersion, threadsSafe } from './program.ts';

it('reads the version QEMU prints', () => {
  expect(parseVersion('QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)\nCopyright')).toBe('7.2');
  expect(parseVersion('no such thing')).toBeUndefined();
});

it('uses a thread for each CPU from 8.1 on', () => {
  expect(['7.2', '8.0', '8.1', '9.0', '10.0'].map(threadsSafe)).toEqual([false, false, true, true, true]);
});
