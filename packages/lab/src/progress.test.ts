import { expect, it } from 'vitest';
import { type Progress, step } from './progress.ts';

it('reports start, fractions inside 0 … 1, and the end', async () => {
  const seen: Progress[] = [];
  const result = await step(
    (progress) => seen.push(progress),
    'download',
    'Linux',
    async (update) => {
      update(-1);
      update(0.5, 'half');
      update(7);
      update(undefined, 'still');
      return 42;
    },
  );
  expect(result).toBe(42);
  expect(seen).toEqual([
    { step: 'download', state: 'start', detail: 'Linux' },
    { step: 'download', state: 'update', fraction: 0 },
    { step: 'download', state: 'update', fraction: 0.5, detail: 'half' },
    { step: 'download', state: 'update', fraction: 1 },
    { step: 'download', state: 'update', detail: 'still' },
    { step: 'download', state: 'done', detail: 'Linux' },
  ]);
});

it('reports no end of a failed step', async () => {
  const seen: Progress[] = [];
  await expect(
    step(
      (progress) => seen.push(progress),
      'boot',
      'x',
      () => Promise.reject(new Error('no')),
    ),
  ).rejects.toThrow();
  expect(seen.map((progress) => progress.state)).toEqual(['start']);
});
