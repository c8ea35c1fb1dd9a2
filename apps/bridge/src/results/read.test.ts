import { RESULT_TEXT_MAX } from '@rtprobe/protocol';
import { toolResultSchema } from '@rtprobe/protocol/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../base/errors.ts';
import { joinResults, readResult } from './read.ts';
import { fixture } from './testing.ts';

const FILES = [
  ...[
    'cyclictest-H.txt',
    'cyclictest-H.json',
    'cyclictest-N.txt',
    'cyclictest-N.json',
    'cyclictest-h-overflows.txt',
  ],
  ...[
    'cyclictest-q.txt',
    'cyclictest-spike.txt',
    'cyclictest-terminal.txt',
    'cyclictest-break.txt',
    'cyclictest-v-h.txt',
  ],
  ...['oslat.txt', 'oslat-z.txt', 'oslat.json', 'jitterdebugger.json'],
  ...[
    'timerlat.txt',
    'timerlat-ns.txt',
    'osnoise.txt',
    'hwlatdetect.txt',
    'hwlatdetect-none.txt',
    'hwlatdetect-quiet.txt',
  ],
];

/** Reads a text as a result. Fails with any error but a stable code. */
function attempt(text: string): void {
  try {
    const result = readResult(text);
    expect(JSON.parse(JSON.stringify(toolResultSchema.parse(result)))).toEqual(
      JSON.parse(JSON.stringify(result)),
    );
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    expect(error.code).toMatch(/^E_RESULT_/);
    expect(error.word?.length ?? 0).toBeLessThanOrEqual(64);
  }
}

describe('a result', () => {
  it.each(FILES)('of %s is what the protocol describes, with rows', (file) => {
    const result = readResult(fixture(file));
    expect(file.startsWith(result.tool)).toBe(true);
    expect(result.rows.length).toBeGreaterThan(0);
    attempt(fixture(file));
  });

  it('of hostile text is refused with a stable code', () => {
    const word = fc.constantFrom(...FILES).chain((file) => {
      const text = fixture(file);
      return fc.record({
        text: fc.constant(text),
        at: fc.nat(text.length),
        cut: fc.nat(40),
        more: fc.string(),
      });
    });
    const changed = word.map(({ text, at, cut, more }) => text.slice(0, at) + more + text.slice(at + cut));
    fc.assert(fc.property(changed, attempt), { numRuns: 600 });
    fc.assert(fc.property(fc.string(), attempt), { numRuns: 300 });
    fc.assert(fc.property(fc.json(), attempt), { numRuns: 300 });
  });

  it.each([
    ['', 'E_RESULT_UNKNOWN'],
    ['total 12\n', 'E_RESULT_UNKNOWN'],
    ['{"a": 1}', 'E_RESULT_UNKNOWN'],
    ['[]', 'E_RESULT_UNKNOWN'],
    [fixture('cyclictest-H.json').slice(0, 500), 'E_RESULT_JSON'],
    ['{"thread": {"0": {"max": "much"}}}', 'E_RESULT_WORD'],
    ['{"thread": {"0": {"histogram": {"x1": 1}}}}', 'E_RESULT_WORD'],
    ['{"cpu": {"0": {"histogram": {"1": -2}}}, "version": 3}', 'E_RESULT_WORD'],
    ['x'.repeat(RESULT_TEXT_MAX + 1), 'E_RESULT_LARGE'],
  ])('%j is refused with %s', (text, code) => {
    expect(() => readResult(text)).toThrow(expect.objectContaining({ code }));
  });

  it('names the field of a JSON file that cannot be read', () => {
    const text = fixture('cyclictest-H.json').replace(/"cycles": \d+/, '"cycles": -1');
    expect(() => readResult(text)).toThrow(expect.objectContaining({ word: 'thread.0.cycles' }));
  });

  it('of cyclictest is in the unit of its command or of the option, else microseconds are assumed', () => {
    const text = fixture('cyclictest-N.txt');
    const of = (options: object) => readResult(text, options);
    expect(of({})).toMatchObject({ notes: ['unit'], rows: [{ minNs: 32_085_000 }, {}] });
    expect(of({ unit: 'ns' })).toMatchObject({ notes: [], rows: [{ minNs: 32_085 }, {}] });
    expect(of({ command: ['cyclictest', '-qN'] })).toMatchObject({
      notes: [],
      rows: [{ minNs: 32_085 }, {}],
    });
  });

  it('in a file has what only the printed one has, such as the cycles of overflows', () => {
    const file = readResult(fixture('cyclictest-H.json'));
    const printed = readResult(fixture('cyclictest-H.txt'));
    const joined = joinResults(file, printed);
    expect(joined).toMatchObject({
      kernel: expect.any(String),
      limitNs: 150_000,
      rows: [{ cpu: 0, over: 41 }, {}],
    });
    expect(joined.rows[0]!.samples).toHaveLength(41);
    expect(joinResults(file, readResult(fixture('oslat.txt')))).toBe(file);
  });

  it('of one run is the same in the file and in what cyclictest printed', () => {
    const figures = (name: string) =>
      readResult(fixture(name)).rows.map(({ count, over, minNs, maxNs, buckets }) => ({
        count,
        over,
        minNs,
        maxNs,
        buckets,
      }));
    expect(figures('cyclictest-H.json')).toEqual(figures('cyclictest-H.txt'));
  });
});
