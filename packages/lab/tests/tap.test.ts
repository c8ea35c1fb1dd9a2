import { expect, it } from 'vitest';
import { parseTap } from './tap.ts';

it('reads plan, results and the figures before them', () => {
  expect(parseTap('1..2\n# injected 100\nok 1 - all appear\nnoise\nnot ok 2 - none is lost\n')).toEqual({
    planned: 2,
    figures: ['injected 100'],
    results: [
      { number: 1, sentence: 'all appear', ok: true, notes: ['injected 100'] },
      { number: 2, sentence: 'none is lost', ok: false, notes: [] },
    ],
  });
});

it('distinguishes a script that bailed out from one that never began', () => {
  expect(parseTap('1..3\nok 1 - x\nBail out! no module\n')).toMatchObject({ planned: 3, bail: 'no module' });
  expect(parseTap('sh: not found\n')).toEqual({ results: [], figures: [] });
});

it('reads why a script was skipped', () => {
  expect(parseTap('1..0 # SKIP no second CPU\n')).toEqual({
    results: [],
    figures: [],
    skipped: 'no second CPU',
  });
});
