import { expect, it } from 'vitest';
import { acknowledge, loadAcknowledged } from './acknowledged.ts';

function memory(): Storage & { text: Map<string, string> } {
  const text = new Map<string, string>();
  return {
    text,
    getItem: (key: string) => text.get(key) ?? null,
    setItem: (key: string, value: string) => void text.set(key, value),
  } as Storage & { text: Map<string, string> };
}

it('acknowledgements last over a reload', () => {
  const storage = memory();
  acknowledge(loadAcknowledged(storage), ['a', 'b'], storage);
  expect(loadAcknowledged(storage)).toEqual({ ids: new Set(['a', 'b']), kept: true });
});

it('acknowledgements are bounded, the oldest go first', () => {
  const storage = memory();
  const ids = Array.from({ length: 5000 }, (_, i) => `s${i}`);
  const all = acknowledge(loadAcknowledged(storage), ids, storage);
  expect([all.ids.size, all.ids.has('s0'), all.ids.has('s4999')]).toEqual([4096, false, true]);
});

it('a browser without storage, or with rubbish in it, is no error, and it is said', () => {
  expect(loadAcknowledged(undefined)).toEqual({ ids: new Set(), kept: false });
  const rubbish = { getItem: () => '{"x":', setItem: () => {} };
  expect(loadAcknowledged(rubbish).kept).toBe(false);
  const full = {
    setItem: () => {
      throw new Error('quota');
    },
  };
  const acknowledged = acknowledge({ ids: new Set(), kept: true }, ['a'], full);
  expect([acknowledged.ids.has('a'), acknowledged.kept]).toEqual([true, false]);
});
