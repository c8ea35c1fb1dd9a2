import { afterEach, expect, it } from 'vitest';
import { causeName } from './causes.ts';
import { setLanguage } from './language.ts';

afterEach(() => setLanguage('en'));

it('a cause that the bridge builds from a title has the title of the page’s language', () => {
  setLanguage('zh');
  expect(causeName('unaccounted')).toBe('未归因');
  expect(causeName('host did not run this CPU')).toBe('宿主机未运行该 CPU');
  expect(causeName('idle exit C6')).toBe('退出空闲 C6');
  expect(causeName('interrupts disabled in fio')).toBe('fio 关中断');
  expect(causeName('interrupts disabled in fio?')).toBe('fio 关中断？');
  expect(causeName('interrupts disabled, CPU idle')).toBe('关中断，CPU 空闲');
  expect(causeName('own run time')).toBe('自身运行');
  expect(causeName('blocked in futex')).toBe('在 futex 中阻塞');
  expect(causeName('blocked')).toBe('阻塞');
  expect(causeName('blocked by block I/O in read')).toBe('在 read 中因块 I/O阻塞');
  expect(causeName('blocked by page fault with block I/O')).toBe('因缺页（块 I/O）阻塞');
  expect(causeName('blocked by magic')).toBe('阻塞 by magic');
  expect(causeName('late timer in fio')).toBe('fio 运行时定时器延迟');
  expect(causeName('LOC local timer')).toBe('LOC 本地定时器');
  expect(causeName('LOC local timer: hrtimer poll [drv]')).toBe('LOC 本地定时器：hrtimer poll [drv]');
  expect(causeName('kworker: work scan')).toBe('kworker：工作项 scan');
  expect(causeName('interrupts disabled in kworker: work scan')).toBe('kworker 关中断：工作项 scan');
  expect(causeName('irq 24 edu disabled')).toBe('irq 24 edu 被禁用');
  expect(causeName('irq 24 thread edu')).toBe('irq 24 中断线程 edu');
  expect(causeName('unaccounted, CPU idle')).toBe('未归因，CPU 空闲');
});

it('names what an older version stored by the words of today', () => {
  setLanguage('zh');
  expect(causeName('unseen, in user space')).toBe('未归因，用户空间');
});

it('names stay as they are, and English causes in an English page', () => {
  expect(causeName('interrupts disabled in fio')).toBe('interrupts disabled in fio');
  setLanguage('zh');
  for (const cause of ['irq 36 virtio1-req.0', 'cyclictest', 'a title of a later release'])
    expect(causeName(cause)).toBe(cause);
});
