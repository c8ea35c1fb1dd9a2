import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Log } from '../base/log.ts';
import { FAULTS, FaultCounter } from './fault-counter.ts';

it('logs the first faults of a code with what happened and what to do next, and counts all', () => {
  const lines: unknown[][] = [];
  const faults = new FaultCounter(() => 'cnc-07', {
    warn: (...line: unknown[]) => lines.push(line),
  } as never as Log);
  for (let i = 0; i < 9; i++) faults.add('E_ANSWER_TIMEOUT', 'command 3');
  expect(faults.counts).toEqual({ E_ANSWER_TIMEOUT: 9 });
  expect(lines).toHaveLength(5);
  expect(lines[0]).toEqual([
    { host: 'cnc-07', code: 'E_ANSWER_TIMEOUT', count: 1 },
    'command 3: a request was not answered in time; check the load of the host and the network',
  ]);
});

it('has every code on the page of the protocol', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/reference/protocol.md'), 'utf8');
  const [, faults] = /^### Faults in the data of a host$([\s\S]*?)^##/m.exec(page) ?? [];
  const named = [...(faults ?? '').matchAll(/`(E_\w+)`/g)].map(([, code]) => code);
  expect(named.sort()).toEqual(Object.keys(FAULTS).sort());
});
