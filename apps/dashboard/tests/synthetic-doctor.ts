// The doctor of the synthetic host: facts of a guest of the lab, with settings of a desktop computer.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Doctor, UnixMicros } from '@rtprobe/protocol';
import { judgeFacts } from '../../bridge/src/doctor.ts';

const FACTS = join(import.meta.dirname, '../../bridge/tests/fixtures/doctor/6.12-rt.json');
const CPU = '/sys/devices/system/cpu';
const silent = { info: () => {}, warn: () => {}, error: () => {} };

const DESKTOP: Record<string, string> = {
  [`${CPU}/isolated`]: '2-3',
  [`${CPU}/nohz_full`]: '3',
  [`${CPU}/online`]: '0-3',
  '/sys/class/drm/card0/device/power/control': 'auto',
  ...Object.fromEntries(
    [0, 1, 2, 3].flatMap((cpu) => [
      [`${CPU}/cpufreq/policy${cpu}/scaling_governor`, cpu === 3 ? 'performance' : 'powersave'],
      [`${CPU}/cpu${cpu}/cpuidle/state3/latency`, '133'],
      [`${CPU}/cpu${cpu}/cpuidle/state3/name`, 'C6'],
      [`${CPU}/cpu${cpu}/cpuidle/state3/disable`, '0'],
    ]),
  ),
};

export async function syntheticDoctor(at: UnixMicros, task: string | undefined): Promise<Doctor> {
  const facts = JSON.parse(readFileSync(FACTS, 'utf8')) as { files: object };
  const json = JSON.stringify({ ...facts, uid: 991, files: { ...facts.files, ...DESKTOP } });
  const doctor = await judgeFacts(json, silent, task);
  const measures = [
    { measure: 'hardirq_duration' as const, available: true },
    { measure: 'irqline_off' as const, available: false, needs: 'The kernel needs CONFIG_KPROBES.' },
  ];
  return { ...doctor, host: 'synthetic', at, measures };
}
