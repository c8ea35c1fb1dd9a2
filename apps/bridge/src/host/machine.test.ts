import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readMachine } from './machine.ts';

const root = mkdtempSync(join(tmpdir(), 'rtprobe-machine-'));
afterAll(() => rmSync(root, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe('the machine of a bridge', () => {
  it('are the facts that can be read, and nothing else', () => {
    expect(readMachine(root)).toEqual({});
    put('proc/cmdline', 'root=/dev/vda isolcpus=1\n');
    expect(readMachine(root)).toEqual({ cmdline: 'root=/dev/vda isolcpus=1' });
    put('sys/devices/system/clocksource/clocksource0/current_clocksource', 'tsc\n');
    for (const [policy, governor] of ['powersave', 'performance', 'powersave'].entries())
      put(`sys/devices/system/cpu/cpufreq/policy${policy}/scaling_governor`, `${governor}\n`);
    put('sys/devices/system/cpu/cpufreq/boost', '1');
    expect(readMachine(root)).toMatchObject({ clocksource: 'tsc', governor: 'performance, powersave' });
  });
});
