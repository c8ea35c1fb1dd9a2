import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const PROCFS = ['status', 'irqs', 'tasks', 'spike_show'] as const;
const source = Object.fromEntries(
  PROCFS.map((name) => [name, readFileSync(join(ROOT, `kmod/src/procfs/${name}.c`), 'utf8')]),
) as Record<(typeof PROCFS)[number], string>;
const page = readFileSync(join(ROOT, 'docs/reference/settings.md'), 'utf8');

/** Formats that print "key=…", also with a role as the prefix of the key, and calls with the key as an argument. */
const KEY = /(?:"|\\n|%s)([a-z][a-z_]*)(?:%d_[a-z]+)?=|show_(?:word|place)\(seq, (?:role, )?"(\w+)"/g;

const keysOf = (text: string): string[] => [
  ...new Set([...text.matchAll(KEY)].map(([, printed, passed]) => (printed ?? passed)!)),
];

/** Returns the words in code spans of a section of the page. */
function words(heading: string): Set<string> {
  const [, text = ''] = new RegExp(`^#+ ${heading}$([\\s\\S]*?)(?=^#)`, 'm').exec(page) ?? [];
  return new Set([...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word!.replace(/(N_[a-z]+|NAME)$/, '')));
}

it('the page of settings has every key of status', () => {
  const known = words('Keys of `status`');
  expect(keysOf(source.status).filter((key) => !known.has(key))).toEqual([]);
});

it('the page of settings has every key of a spike', () => {
  const known = words('A spike as text');
  expect(keysOf(source.spike_show).filter((key) => !known.has(key))).toEqual([]);
});

it.each(['irqs', 'tasks'] as const)('the page of settings has the columns of %s', (file) => {
  const [, header] = /"([\w ]+)\\n"/.exec(source[file]) ?? [];
  expect(page).toContain(`\`${header}\``);
});
