import { partWords, type SpikePart } from '@rtprobe/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causeOf, explain, type SpikeFacts } from '../explain/sentence.ts';
import { withHostDelay } from './host-delay.ts';

const MS = 1e6;
const part = (kind: SpikePart['kind'], ms: number, name = ''): SpikePart => ({
  ...{ kind, number: 0, name, label: partWords[kind].title, durationNs: ms * MS, count: 1 },
});

function spike(parts: SpikePart[] | undefined, ms = 20): SpikeFacts {
  return {
    ...{
      id: '1',
      host: 'lab',
      time: 1,
      monoNs: '1',
      measure: 'timer_latency',
      valueNs: ms * MS,
      thresholdNs: 1,
    },
    ...{ cpu: 1, number: 0, name: '', label: '', mode: 'kernel', stack: [] },
    task: { pid: 7, comm: 'spin', state: 'running', policy: 'other', priority: 120 },
    ...(parts && { parts }),
  } as unknown as SpikeFacts;
}

const lengths = (facts: SpikeFacts) =>
  Object.fromEntries(facts.parts!.map(({ kind, durationNs }) => [kind, durationNs / MS]));

describe('time in which the host did not run the CPU', () => {
  it('is taken from the part that must hold it', () => {
    const facts = withHostDelay(spike([part('task', 18, 'fio'), part('hardirq', 2)]), 15 * MS);
    expect(lengths(facts)).toEqual({ host: 15, task: 3, hardirq: 2 });
  });

  it('is taken first from parts that blame nobody', () => {
    const facts = withHostDelay(
      spike([part('hardirq', 10), part('unaccounted', 6), part('idle_exit', 4)]),
      9 * MS,
    );
    expect(lengths(facts)).toEqual({ host: 9, hardirq: 10, idle_exit: 1 });
  });

  it('names the host as the cause once it took half', () => {
    const facts = withHostDelay(spike([part('irqs_off', 20, 'spin')]), 12 * MS);
    expect(causeOf(facts).words).toBe('host did not run this CPU');
    expect(explain(facts)).toBe(
      'The timer on CPU 1 fired 20 ms late: 12 ms while the host did not run this CPU, 8 ms interrupts disabled in spin.',
    );
    expect(causeOf(withHostDelay(spike([part('hardirq', 20)]), 9 * MS)).words).not.toContain('host');
  });

  it('is stated of a spike without parts, too', () => {
    const facts = withHostDelay(
      { ...spike(undefined), measure: 'hardirq_duration', label: 'irq 9', name: 'acpi', number: 9 },
      12 * MS,
    );
    expect(causeOf(facts).words).toBe('host did not run this CPU');
    expect(explain(facts)).toContain('The host did not run virtual CPU 1 for at least 12 ms of that time.');
  });

  it('leaves the sum of the parts as it was, and no part longer than before', () => {
    const kinds = ['unaccounted', 'irqs_off', 'idle_exit', 'hardirq', 'task'] as const;
    const list = fc.uniqueArray(fc.tuple(fc.constantFrom(...kinds), fc.integer({ min: 1, max: 50 })), {
      ...{ minLength: 1, maxLength: 5 },
      selector: ([kind]) => kind,
    });
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 200 }), (pairs, host) => {
        const before = pairs.map(([kind, ms]) => part(kind, ms));
        const total = pairs.reduce((sum, [, ms]) => sum + ms, 0);
        const after = lengths(withHostDelay(spike(before, total), host * MS));
        expect(Object.values(after).reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(total);
        expect(after.host).toBe(Math.min(host, total));
        for (const [kind, ms] of pairs) expect(after[kind] ?? 0).toBeLessThanOrEqual(ms);
      }),
    );
  });
});
