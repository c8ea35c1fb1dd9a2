import { describe, expect, it } from 'vitest';
import { isMet, judge, parseCycles, quantile, rowOf } from './judge.ts';
import { KINDS, type Kind } from './kinds.ts';
import { page } from './page.ts';

const kind = (request: string): Kind => KINDS.find((each) => each.request === request)!;

const WAIT = 'futex wait=futex waker_cpu=0 waker_pid=7 waker_comm=rtp-holder released=1';

/** A cycle of 8.6 ms that waits for 6 ms, and its spike, which ends 0.1 ms later. */
const said = (request: string, ...parts: string[]): string =>
  [
    'woke 1008400000 1008500000',
    `cycle 1000000000 1000100000 1008600000 ${request} 1002500000 1008500000`,
    'cycle 1040000000 1040100000 1040200000 - 0 0',
    ...['spike=7', 'time=1008700000', 'value_ns=8700000', 'measure=response_time', 'cpu=1'],
    ...parts.map((part) => `part=${part}`),
    '',
  ].join('\n');

const verdict = (request: string, ...parts: string[]) => {
  const cycles = parseCycles(kind(request), said(request, ...parts));
  expect(cycles).toHaveLength(1);
  return judge(kind(request), cycles[0]!, 0);
};
const RUN = 'own_run 0 9 1 2790000 rtp-servo';

describe('a cycle', () => {
  it('is found, with the sum and cause that the loop saw', () => {
    expect(
      verdict('futex', `blocked 202 9 1 5900000 ${WAIT}`, RUN, 'unaccounted 0 0 0 10000 -'),
    ).toMatchObject({
      ...{ found: true, summed: true, right: true, wrong: false },
      ...{ longerNs: 100_000, lacksNs: 100_000, unaccountedNs: 10_000 },
    });
  });

  it('is not found without a spike at its begin or end', () => {
    const cycles = parseCycles(
      kind('futex'),
      said('futex', RUN).replace('time=1008700000', 'time=1018700000'),
    );
    expect(judge(kind('futex'), cycles[0]!, 0)).toMatchObject({ found: false, right: false });
  });

  it('is not summed if the parts lack time, or if the loop saw more than the value', () => {
    expect(verdict('futex', `blocked 202 9 1 5900000 ${WAIT}`)).toMatchObject({ summed: false });
    const shorter = said('futex', RUN.replace('2790000', '8500000')).replace(
      'value_ns=8700000',
      'value_ns=8500000',
    );
    expect(judge(kind('futex'), parseCycles(kind('futex'), shorter)[0]!, 0)).toMatchObject({ summed: false });
  });

  it('has a wrong cause if the largest part is another one, or too long', () => {
    const other = `blocked 202 9 1 5900000 ${WAIT.replace('rtp-holder', 'perl')}`;
    expect(verdict('futex', other, RUN)).toMatchObject({ right: false, wrong: true });
    expect(verdict('futex', `blocked 202 9 1 7900000 ${WAIT}`)).toMatchObject({ right: false, wrong: true });
    expect(verdict('futex', 'unaccounted 0 0 0 8700000 -')).toMatchObject({ right: false, wrong: false });
    const inverted = `blocked 202 9 1 5900000 ${WAIT} displaced_by_comm=rtp-middle inverted=1`;
    expect(verdict('futex', inverted, RUN)).toMatchObject({ right: false, wrong: true });
    expect(verdict('invert', inverted, RUN)).toMatchObject({ right: true, wrong: false });
  });

  it('can have a cause that is too short, which is not wrong', () => {
    expect(verdict('futex', `blocked 202 9 1 4000000 ${WAIT}`, RUN)).toMatchObject({
      ...{ right: false, wrong: false },
    });
  });

  it('may run for longer than it is throttled', () => {
    expect(
      verdict('throttle', 'own_run 0 9 1 20000000 rtp-servo', 'throttled 0 0 1 5900000 perl'),
    ).toMatchObject({ right: true, wrong: false });
  });
});

it('a row meets the goals only if all cycles do', () => {
  const parts = [`blocked 202 9 1 5900000 ${WAIT}`, RUN, 'unaccounted 0 0 0 10000 -'];
  const cycles = parseCycles(kind('futex'), said('futex', ...parts));
  const row = rowOf(kind('futex'), cycles, () => 0);
  expect(row).toMatchObject({ windows: 1, found: 1, summed: 1, right: 1, wrong: 0, complaints: [] });
  expect(isMet(row)).toBe(true);
  for (const less of [{ found: 0 }, { summed: 0 }, { right: 0 }, { wrong: 1 }, { windows: 0 }])
    expect(isMet({ ...row, ...less }), JSON.stringify(less)).toBe(false);
  expect(isMet({ ...row, unaccounted: { p99Ns: 5000, p99Percent: 1, maxNs: 5000 } })).toBe(false);
  const result = { kernel: '6.12-rt', release: '6.12', row };
  const all = { windows: 30, date: '2026-01-02', results: [result] };
  expect(page(all)).toContain('| futex | 1 | 1 | 1 | 1 | 0 | 0 | 100 µs | 100 µs | 10 µs, 0.11 % |');
});

it('a quantile is a value that occurs', () => {
  expect(quantile([3, 1, 2], 0.5)).toBe(2);
  expect(quantile([3, 1, 2], 0.99)).toBe(3);
  expect(quantile([], 0.5)).toBe(0);
});
