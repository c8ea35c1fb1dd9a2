import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { excusable, NO_WARNINGS } from './guest-scripts.ts';
import { allScripts } from './script-runs.ts';

const SCRIPTS = join(import.meta.dirname, '../../../kmod/tests');

/** Sentences of the checks of the kernel log, by script. */
const sentences = allScripts().flatMap((script) =>
  [...readFileSync(join(SCRIPTS, script), 'utf8').matchAll(/^\s*check (["'])(.+)\1 no_\w*splat$/gm)].map(
    ([, , sentence]) => [script, sentence!] as const,
  ),
);

describe('a failed check', () => {
  const run = (...failed: string[]) => ({
    script: 'x.sh',
    ended: 1,
    stderr: '',
    seconds: 0,
    report: {
      planned: failed.length + 1,
      figures: [],
      results: [...failed, 'the module loads'].map((sentence, i) => ({
        ...{ number: i + 1, sentence, ok: i === failed.length, notes: [] },
      })),
    },
  });

  it('is tried again if the host may have caused it', () => {
    expect(excusable(run('no value is late')).map(({ sentence }) => sentence)).toEqual(['no value is late']);
  });

  it('is not tried again if the kernel complained, whatever else failed', () => {
    expect(sentences.length).toBeGreaterThan(30);
    for (const [script, sentence] of sentences) {
      expect(sentence, script).toMatch(NO_WARNINGS);
      expect(excusable(run('no value is late', sentence)), script).toEqual([]);
    }
  });

  const died = (oops: string) => ({ ...run(), ended: `the guest closed its control port\n${oops}` });

  it('is tried again if the emulator ran a breakpoint that was no longer there', () => {
    const oops = 'Oops: int3: 0000 [#1] PREEMPT_RT SMP\nRIP: 0010:__sysvec_call_function_single+0xf/0xc0';
    expect(excusable(died(oops))).toMatchObject([{ ok: false, notes: [expect.stringContaining('int3')] }]);
  });

  it('is tried again, too, if that code of the kernel interrupted the module', () => {
    const oops =
      'Oops: int3: 0000 [#1]\nRIP: 0010:__sysvec_irq_work+0xf/0xc0\n </IRQ>\nRIP: 0010:softirq_record+0x1b/0x1f0 [rtprobe]';
    expect(excusable(died(oops))).toHaveLength(1);
  });

  it('is not tried again if the guest died otherwise, or in the module', () => {
    for (const oops of [
      'Oops: 0002 [#1]',
      'Oops: int3: 0000 [#1]\nRIP: 0010:hardirq_entry_tsc+0x1/0x20 [rtprobe]',
    ])
      expect(excusable(died(oops))).toEqual([]);
  });
});
