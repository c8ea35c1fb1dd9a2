import { describe, expect, it } from 'vitest';
import { endsAt } from './end-texts.ts';

const begin = (x: number) => ({ x, width: 30, isBegin: true });
const end = (x: number) => ({ x, width: 80, isBegin: false });

describe('the texts at the ends of a window', () => {
  it('are left of its begin and right of its end', () => {
    expect(endsAt([begin(100), end(200)], 400, 5)).toEqual([65, 205]);
  });

  it('stay in the picture', () => {
    expect(endsAt([begin(10)], 400, 5)).toEqual([0]);
    expect(endsAt([end(390)], 400, 5)).toEqual([320]);
  });

  it('are not over each other where the end has no room at its right', () => {
    const [from, to] = endsAt([begin(340), end(350)], 390, 5);
    expect(to).toBe(310);
    expect(from! + 30).toBeLessThan(to!);
  });
});
