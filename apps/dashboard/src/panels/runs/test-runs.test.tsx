import { SETTING_NAMES } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { rowName } from './Figures.tsx';
import { testRunName } from './run-name.ts';
import { settingName } from './setting-name.ts';
import { stateText } from './TestRunsCard.tsx';

describe('words of a test run', () => {
  it('are a title for each setting, and the name itself for one of a later release', () => {
    for (const name of SETTING_NAMES) expect(settingName(name)).not.toBe(name);
    expect(settingName('affinity/24')).toBe('Affinity of irq 24');
    expect(settingName('uncore_clock')).toBe('uncore_clock');
  });

  it('say how it ended', () => {
    expect(stateText({ state: 'ended', exitCode: 0 })).toBe('ended');
    expect(stateText({ state: 'ended', exitCode: 3 })).toBe('ended, exit code 3');
    expect(stateText({ state: 'ended', signal: 'SIGINT' })).toBe('ended by SIGINT');
    expect(stateText({ state: 'lost' })).toBe('end not reported');
  });

  it('name a row as its tool counts', () => {
    expect(rowName({ number: 1, cpu: 3 }, 'cyclictest')).toBe('Thread 1');
    expect(rowName({ number: 1, cpu: 1, context: 'irq' }, 'timerlat')).toBe('CPU 1 irq');
    expect(rowName({ number: 0 }, 'hwlatdetect')).toBe('All CPUs');
  });

  it('are its name, or its number', () => {
    expect([testRunName({ id: 3, name: 'x' }), testRunName({ id: 3 })]).toEqual(['x', 'test run 3']);
  });
});
