import { CALLBACKS, type HostInfo } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { hostNotes } from './host-notes.ts';

const host: HostInfo = { host: 'cnc-07', index: 0, state: 'live', since: 0, history: false };

describe('the notes about a host', () => {
  it('are none on a machine whose clock held and that never slept', () => {
    expect(hostNotes({ ...host, kprobes: true, suspends: 0 })).toEqual([]);
    expect(hostNotes(host)).toEqual([]);
  });

  it('name the change of the clock, missing kprobes and suspends', () => {
    const at = Date.UTC(2026, 0, 2, 3, 4, 5) * 1000;
    const notes = hostNotes({ ...host, clockChange: { why: 'unstable', at }, kprobes: false, suspends: 2 });
    expect(notes.map(({ alarm }) => alarm)).toEqual([true, false, false]);
    expect(notes[0]!.text).toMatch(/2026.*unstable/);
    expect(notes[1]!.text).toContain('kprobes');
    expect(notes[2]!.text).toContain('2 times');
  });

  it('name the callbacks that the kernel has no tracepoints for', () => {
    const [note, ...others] = hostNotes({ ...host, callbacksAvailable: ['hrtimer', 'timer', 'work'] });
    expect(others).toEqual([]);
    expect(note).toMatchObject({ alarm: false, text: expect.stringContaining('tasklet, function') });
    expect(hostNotes({ ...host, callbacksAvailable: [...CALLBACKS] })).toEqual([]);
  });

  it('do not alarm when the kernel only refined the rate', () => {
    const [note] = hostNotes({ ...host, clockChange: { why: 'refined', at: 0 } });
    expect(note).toMatchObject({ alarm: false, text: expect.stringContaining('refined') });
  });
});
