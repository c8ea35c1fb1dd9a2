import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exampleSpike } from '../../tests/example-spike.ts';
import type { Log } from '../base/log.ts';
import { FILE_BYTES_MAX, FILES_MAX, Knowledge } from './knowledge.ts';

let dir: string;
let warnings: string[];
const log: Log = {
  info: () => {},
  warn: (fields, message) => warnings.push(`${(fields as { code: string }).code} ${message}`),
  error: () => {},
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rtprobe-knowledge-'));
  warnings = [];
});
afterEach(() => rmSync(dir, { recursive: true }));

const put = (name: string, text: string) => writeFileSync(join(dir, name), text);
const entry = (id: string, match = '{ task: my-daemon }') => `
- id: ${id}
  match: ${match}
  title: My daemon
  what: It polls.
  try: [Stop it.]
  risk: None.
  docs: man 8 my-daemon
`;
const daemon = exampleSpike({ kind: 'task', name: 'my-daemon' });
const load = () => new Knowledge(dir, log);
const messages = async () => (await load().list()).refused.map(({ message }) => message);

describe('knowledge files', () => {
  it('of a folder that does not exist are none, and nothing is reported', async () => {
    const { entries, refused } = await new Knowledge(join(dir, 'missing'), log).list();
    expect(refused).toEqual([]);
    expect(entries.length).toBeGreaterThan(30);
    expect(warnings).toEqual([]);
  });

  it('of the machine add entries', async () => {
    put('a.yaml', entry('my-daemon'));
    expect((await load().advice(daemon))[0]).toEqual({
      ...{ id: 'my-daemon', title: 'My daemon', what: 'It polls.', try: ['Stop it.'], risk: 'None.' },
      ...{ docs: ['man 8 my-daemon'], file: join(dir, 'a.yaml') },
    });
    expect(warnings).toEqual([]);
  });

  it('of the machine replace entries of rtprobe and of earlier files by their id', async () => {
    put('a.yaml', entry('tick'));
    put('b.yml', entry('tick').replace('My daemon', 'Ours'));
    const knowledge = load();
    expect((await knowledge.advice(daemon))[0]?.title).toBe('Ours');
    const tick = exampleSpike({
      ...{ kind: 'vector', number: 0, callback: 'hrtimer', function: 'tick_nohz_handler' },
    });
    expect((await knowledge.advice(tick)).map(({ id }) => id)).toEqual(['local-timer']);
  });

  it('with a fault are left out and reported with the file and the invalid word; the others work', async () => {
    put('a.yaml', entry('broken', '{ vector: LOX }'));
    put('b.yaml', entry('my-daemon'));
    const knowledge = load();
    expect((await knowledge.advice(daemon))[0]?.id).toBe('my-daemon');
    expect((await knowledge.list()).refused).toEqual([
      {
        file: join(dir, 'a.yaml'),
        message: expect.stringMatching(
          /a\.yaml: entry 1 \(broken\), match\.0\.vector\.0: "LOX": .*"LOC".*; correct the file and restart the bridge/,
        ),
      },
    ]);
    expect(warnings).toEqual([expect.stringMatching(/^E_KNOWLEDGE .*a\.yaml: entry 1/)]);
  });

  it.each([
    ['a word that does not exist', entry('a').replace('risk:', 'risks:'), /entry 1 \(a\).*risk/],
    ['an unknown condition', entry('a', '{ tsk: x }'), /entry 1 \(a\), match\.0: unknown word "tsk"/],
    ['no condition', entry('a', '{}'), /match\.0: names no condition/],
    ['a missing text', entry('a').replace('  what: It polls.\n', ''), /entry 1 \(a\), what: /],
    ['an id of other characters', entry('A b'), /entry 1 \(A b\), id: "A b": lower-case/],
    ['an entry twice', `${entry('a')}${entry('a')}`, /two entries have the id "a"/],
    ['no list', 'id: a', /the file: .*array/],
    ['text that is not YAML', '- id: [a', /not YAML: .* at line 1/],
    ['aliases', 'a: &a [x]\nb: *a\n', /not YAML: Alias/],
    ['a title of spaces', entry('a').replace('My daemon', '"  "'), /entry 1 \(a\), title: /],
    ['a pattern that is too long', entry('a', `{ task: ${'x'.repeat(65)} }`), /match\.0\.task\.0: "xxx/],
    ['too much text', `# ${'x'.repeat(FILE_BYTES_MAX)}`, /larger than 262144 bytes/],
  ])('are refused for %s', async (_, text, message) => {
    put('a.yaml', text);
    expect(await messages()).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    ['levels of brackets', '['.repeat(200_000), /not YAML: more than 32 levels/],
    ['levels of lists on one line', '- '.repeat(120_000), /not YAML: more than 32 levels/],
    ['keys', `{ ${Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`)} }`, /not YAML: too many keys/],
    ['equal keys', `{ ${'a: 1,'.repeat(40_000)} }`, /not YAML: Map keys must be unique at line 1, column 8/],
    ['entries', '- {}\n'.repeat(50_000), /the file: Too big/],
  ])('with too many %s do not hold up the bridge', { timeout: 15_000 }, async (_, text, message) => {
    put('a.yaml', text);
    expect(await messages()).toEqual([expect.stringMatching(message)]);
  });

  it('with a byte order mark and the line ends of other systems are read', async () => {
    put('a.yaml', `\uFEFF${entry('my-daemon').trimStart().replaceAll('\n', '\r\n')}`);
    expect(await messages()).toEqual([]);
  });

  it('that are empty, hidden or of another type are ignored', async () => {
    put('a.yaml', '# nothing yet\n');
    put('.b.yaml', '- x');
    put('c.yaml~', '- x');
    expect(await messages()).toEqual([]);
  });

  it('that cannot be read as files are refused', async () => {
    mkdirSync(join(dir, 'a.yaml'));
    expect(await messages()).toEqual([expect.stringContaining('a.yaml: not a file')]);
  });

  it('beyond the limit are refused, and the first one is named', async () => {
    for (let i = 0; i <= FILES_MAX; i++) put(`${String(i).padStart(2, '0')}.yaml`, entry(`e${i}`));
    const { entries, refused } = await load().list();
    expect(refused).toMatchObject([
      { file: join(dir, '32.yaml'), message: expect.stringContaining('more than 32 files') },
    ]);
    expect(entries.filter(({ file }) => file !== undefined)).toHaveLength(FILES_MAX);
  });
});
