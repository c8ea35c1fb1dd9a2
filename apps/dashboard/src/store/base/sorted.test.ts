import { expect, it } from 'vitest';
import { sorted } from './sorted.ts';

it('what is not known comes last in both directions, and equals keep their order', () => {
  const rows = [
    { v: 2, n: 'a' },
    { v: undefined, n: 'b' },
    { v: 3, n: 'c' },
    { v: 2, n: 'd' },
  ];
  const order = (descending: boolean) =>
    sorted(rows, (r) => r.v, descending)
      .map((r) => r.n)
      .join('');
  expect([order(true), order(false)]).toEqual(['cadb', 'adcb']);
});
