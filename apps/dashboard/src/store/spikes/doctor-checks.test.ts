import { DOCTOR_CHECKS } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { checksOfSpike, ISOLATION_CHECKS } from './doctor-checks.ts';

const part = (kind: 'idle_exit' | 'task' | 'unaccounted', durationNs: number) =>
  ({ kind, number: 0, name: 'x', durationNs, count: 1 }) as never;

describe('the checks of the doctor', () => {
  it('that concern a spike are those of its largest part', () => {
    expect(checksOfSpike({ parts: [part('idle_exit', 9), part('task', 1)] })).toContain('idle-states');
    expect(checksOfSpike({ parts: [part('task', 9)] })).toContain('application-priority');
  });

  it('are none for time that no setting explains, or without parts', () => {
    expect(checksOfSpike({ parts: [part('unaccounted', 9)] })).toEqual([]);
    expect(checksOfSpike({})).toEqual([]);
  });

  it('that concern isolated CPUs exist once', () => {
    expect(new Set(ISOLATION_CHECKS).size).toBe(ISOLATION_CHECKS.length);
    expect(ISOLATION_CHECKS.filter((check) => !DOCTOR_CHECKS.includes(check))).toEqual([]);
  });
});
