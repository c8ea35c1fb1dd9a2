import type { Expectation, IsolatedCpu, Isolation, UnixMicros } from '@rtprobe/protocol';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { ExpectationVerdict } from './ExpectationVerdict.tsx';

const expectation: Expectation = {
  ...{
    id: 3,
    text: 'quiet on 2-3',
    cpus: '2-3',
    aboveNs: 0,
    breaches: 0,
    uncaptured: 0,
    others: 0,
    brokenOn: [],
  },
};
const at: UnixMicros = 1_790_000_000e6;
const active: IsolatedCpu = {
  ...{ cpu: 3, why: ['chosen'], quietSince: at, ownTimerPerSecond: 1000, ownTimerCount: 9, interference: [] },
};
const isolation: Isolation = {
  ...{ host: 'rig', online: '0-3', gaps: [], cpus: [active], expectations: [] },
};

const said = (more: Partial<Expectation>, isLive = true) =>
  renderToStaticMarkup(
    <ExpectationVerdict one={{ ...expectation, ...more }} isolation={isolation} isLive={isLive} />,
  ).replaceAll(/<[^>]+>/g, '');

describe('the verdict about an expectation', () => {
  it('is that it holds only if everything was seen and the rule counts everything that ran', () => {
    expect(said({})).toBe('holds');
    expect(said({ others: 2 })).toBe('not broken by what the rule counts');
    expect(said({}, false)).toBe('not judged: no data');
  });

  it('names what was not seen', () => {
    const off = { why: 'measure_off', at, what: 'softirq_duration' } as const;
    expect(said({ unseen: off, others: 2 })).toMatch(/^holds as far as was seen: .*softirq_duration$/);
    expect(said({ unseen: { why: 'own_timer', at } })).toMatch(
      /as far as was seen: The timer of rtprobe .* 1/,
    );
  });

  it('is none if an earlier rule decides', () => {
    expect(said({ decidedBy: 1 })).toBe('not judged: rule 1 decides first');
  });

  it('is the number of breaches, whatever was not seen', () => {
    expect(said({ breaches: 4, decidedBy: 1, unseen: { why: 'dropped', at } })).toBe('▲ broken 4 times');
  });
});
