import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const LIB = join(import.meta.dirname, '../../../kmod/tests/lib.sh');
const EDGE = '='.repeat(66);
const report = (...lines: string[]): string => [EDGE, ...lines, EDGE].join('\n');

const KERNELS_RACE = report('BUG: KCSAN: data-race in foo / bar', ' foo+0x1/0x2');
const OUR_RACE = report('BUG: KCSAN: data-race in rtp_x / bar', ' rtp_x+0x1/0x2 [rtprobe]');
const RACE_AND_MORE = report('BUG: KCSAN: data-race in foo / baz', 'WARNING: at baz');
const USE_AFTER_FREE = report('BUG: KASAN: slab-use-after-free in foo');
const NOT_CLOSED = `${EDGE}\nBUG: KCSAN: data-race in foo / end`;
const LOG = [
  'hello',
  KERNELS_RACE,
  OUR_RACE,
  'between',
  RACE_AND_MORE,
  USE_AFTER_FREE,
  KERNELS_RACE,
  NOT_CLOSED,
].join('\n');

/** Returns what a function of lib.sh prints where the kernel's log is LOG. */
function said(name: string): string {
  const script = `. ${LIB}; dmesg() { printf '%s\\n' "$LOG"; }; ${name}`;
  const { stdout, stderr } = spawnSync('sh', ['-c', script, LIB], {
    encoding: 'utf8',
    env: { ...process.env, LOG },
  });
  expect(stderr).toBe('');
  return stdout.trimEnd();
}

it('takes out of the log the data races that no function of a module of ours has a part in', () => {
  expect(said('kernel_log')).toBe(
    ['hello', OUR_RACE, 'between', RACE_AND_MORE, USE_AFTER_FREE, NOT_CLOSED].join('\n'),
  );
  expect(said('races_of_kernel')).toBe([KERNELS_RACE, KERNELS_RACE].join('\n'));
});

it('takes everything that is left of them for a complaint', () => {
  expect(said('splats').split('\n')).toEqual([
    'BUG: KCSAN: data-race in rtp_x / bar',
    'BUG: KCSAN: data-race in foo / baz',
    'WARNING: at baz',
    'BUG: KASAN: slab-use-after-free in foo',
    'BUG: KCSAN: data-race in foo / end',
  ]);
});
