import { expect, it } from 'vitest';
import { isSameSelection } from './use-remote.ts';

const total = (words: Record<string, string | number | undefined>) => ['/history/total', words] as const;

it('a value outlives a change of moving words only', () => {
  const live = total({ host: 'a', measure: 'irqsoff', from: 1, to: 2 });
  expect(isSameSelection(live, total({ host: 'a', measure: 'irqsoff', from: 1, to: 9 }), ['to'])).toBe(true);
  expect(isSameSelection(live, total({ host: 'a', measure: 'irqsoff', from: 1, to: 9 }), [])).toBe(false);
  expect(isSameSelection(live, total({ host: 'a', measure: 'nmi', from: 1, to: 9 }), ['to'])).toBe(false);
  expect(isSameSelection(live, total({ ...live[1], cpu: 0 }), ['to'])).toBe(false);
  expect(isSameSelection(live, ['/history', live[1]], ['to'])).toBe(false);
});
