import { describe, expect, it } from 'vitest';
import { type TextStyle, textBlock } from './block.ts';
import { style, svgOfBlock } from './testing.ts';

const plain: TextStyle = { size: 10, colour: '#000' };

/** Returns the lines of a text where a line has room for a number of letters. */
function lines(text: string, letters: number, linesMax = 9): string[] {
  const svg = svgOfBlock(textBlock(style, plain, text, 7 * letters, linesMax), 7 * letters);
  return [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map((found) => found[1]!);
}

describe('a text on a sheet', () => {
  it('breaks between words, and within a word that is longer than a line', () => {
    expect(lines('the timer fired late', 10)).toEqual(['the timer', 'fired late']);
    expect(lines('blk_mq_dispatch late', 6)).toEqual(['blk_m', 'q_dis', 'patch', 'late']);
  });

  it('breaks between Chinese characters, and not before a closing mark or within a name', () => {
    expect(lines('定时器触发晚了，处理程序占用', 7)).toEqual(['定时器触发晚', '了，处理程序占', '用']);
    expect(lines('上的 fio/1234（write）运行', 8)).toEqual(['上的', 'fio/1234', '（write）运', '行']);
  });

  it('ends with an ellipsis where it has more lines than there is room for', () => {
    expect(lines('one two three four', 7, 2)).toEqual(['one two', 'three …']);
    expect(lines('定时器触发晚了处理程序', 4, 2)).toEqual(['定时器触', '发晚了…']);
  });
});
