import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Softirq, Vector } from '../src/index.ts';

const LABELS = readFileSync(join(import.meta.dirname, '../../../kmod/src/base/label.c'), 'utf8');

/** "calSingle" to "CAL_SINGLE". */
const inC = (name: string): string => name.replace(/[A-Z]/g, '_$&').toUpperCase();

it.each([
  ['SOFTIRQ', Softirq],
  ['VECTOR', Vector],
])('the labels of the kernel are the names of each %s in the YAML', (prefix, values) => {
  const labels = [...LABELS.matchAll(/\[RTPROBE_([A-Z]+)_(\w+)\] = "(\w+)"/g)].filter(
    ([, of]) => of === prefix,
  );
  expect(labels.map(([, , name, label]) => [name, label])).toEqual(
    Object.keys(values).map((name) => [inC(name), inC(name)]),
  );
});
