import { describe, expect, it } from 'vitest';
import { joined, text, titleText } from './text.ts';

const idle = text('the idle task', '空闲任务');

describe('a text in two languages', () => {
  it('has a space in Chinese beside a name or a number, and none between Chinese characters', () => {
    const ran = (task: Parameters<typeof joined>[0][number]) =>
      text('{task} ran', '任务{task}运行', { task });
    expect(ran('fio/7')).toEqual({ en: 'fio/7 ran', zh: '任务 fio/7 运行' });
    expect(ran(idle)).toEqual({ en: 'the idle task ran', zh: '任务空闲任务运行' });
    expect(ran('')).toEqual({ en: ' ran', zh: '任务运行' });
    expect(ran('（7）').zh).toBe('任务（7）运行');
    expect(text('{a}{b}', '{a}{b}', { a: 'NET_RX', b: 9 }).zh).toBe('NET_RX 9');
  });

  it('leaves braces and dollars in a name as they are', () => {
    const task = '{cpu} $& $1';
    expect(text('{task} on CPU {cpu}', 'CPU {cpu} 上的{task}', { task, cpu: 3 })).toEqual({
      en: '{cpu} $& $1 on CPU 3',
      zh: 'CPU 3 上的 {cpu} $& $1',
    });
  });

  it('is joined by the separators of each language', () => {
    expect(joined([idle, 'fio/7'], ', ', '、')).toEqual({
      en: 'the idle task, fio/7',
      zh: '空闲任务、fio/7',
    });
  });

  it('of a title without Chinese is English', () => {
    expect(titleText({ title: 'NMI' })).toEqual({ en: 'NMI', zh: 'NMI' });
    expect(titleText({ title: 'softirq', zh: { title: '软中断' } }).zh).toBe('软中断');
  });
});
