import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cacheRoot } from '../src/cache.ts';
import { type BootedGuest, boot, buildDisturbance, prepareKernel } from '../src/index.ts';
import { run } from '../src/run.ts';

const KERNEL = '6.12-rt';
const before = process.env.RTPROBE_CACHE;
/** A cache with everything of the real one but the snapshots. */
let cache: string;

beforeAll(async () => {
  const real = cacheRoot();
  // Prepares what is shared.
  await (await boot({ kernel: KERNEL })).down();
  cache = mkdtempSync(join(real, 'snapshot-test-'));
  mkdirSync(join(cache, 'lab/snapshots'), { recursive: true });
  for (const name of readdirSync(real))
    if (!/^snapshot/.test(name)) symlinkSync(join(real, name), join(cache, 'lab', name));
  process.env.RTPROBE_CACHE = cache;
});

afterAll(() => {
  if (before === undefined) delete process.env.RTPROBE_CACHE;
  else process.env.RTPROBE_CACHE = before;
  rmSync(cache, { recursive: true });
});

const snapshots = (): string[] => readdirSync(join(cache, 'lab/snapshots'));

/** Returns the guest and the lines that its start reported. */
async function start(): Promise<{ guest: BootedGuest; said: string[] }> {
  const said: string[] = [];
  const guest = await boot({
    kernel: KERNEL,
    memoryMiB: 512,
    resume: true,
    onProgress: ({ step, state, detail }) => {
      if (step === 'boot' && state === 'done') said.push(detail ?? '');
    },
  });
  return { guest, said };
}

async function lookAt(guest: BootedGuest): Promise<{ bootId: string; files: string; late: number }> {
  const bootId = await guest.sh('cat /proc/sys/kernel/random/boot_id');
  const files = await guest.sh('ls /work');
  const late = Math.abs(Number(await guest.sh('date +%s')) - Date.now() / 1000);
  await guest.sh('touch /work/mine && sync');
  return { bootId, files, late };
}

/** Loads the disturbance and returns how many interrupts of the edu device one write raises. */
async function interruptsOfEdu(guest: BootedGuest): Promise<number> {
  const modules = await buildDisturbance(await prepareKernel(KERNEL));
  await guest.copyIn(modules.filter((path) => path.endsWith('/rtprobe_disturb.ko')));
  await guest.sh('insmod rtprobe_disturb.ko && echo kind=hardirq us=1000 >/proc/rtprobe_disturb');
  return Number(await guest.sh("sleep 0.2; awk '/rtprobe-edu/ { print $2 + $3 }' /proc/interrupts"));
}

it('boots and says so when the guest cannot be saved', async () => {
  const mounted = await run(['mount', '-t', 'tmpfs', '-o', 'size=8m', 'small', join(cache, 'lab/snapshots')]);
  if (mounted.code !== 0) throw new Error(`this test needs root: ${mounted.output}`);
  try {
    const { guest, said } = await start();
    expect(await guest.sh('uname -r')).toContain('-rt-');
    await guest.down();
    expect(said[1]).toBe('the guest is not saved for the next start: no space is left on the device');
    expect(snapshots()).toEqual([]);
  } finally {
    await run(['umount', join(cache, 'lab/snapshots')]);
  }
});

it('continues a saved guest as a fresh one: its own boot id, files and clock, and every device', async () => {
  const looks: Awaited<ReturnType<typeof lookAt>>[] = [];
  const steps: string[] = [];
  for (let i = 0; i < 3; i++) {
    const { guest, said } = await start();
    steps.push(...said);
    looks.push(await lookAt(guest));
    if (i > 0) expect(await interruptsOfEdu(guest)).toBe(1);
    await guest.down();
  }
  expect(steps.map((step) => step.endsWith('saved earlier'))).toEqual([false, true, true]);
  expect(new Set(looks.map(({ bootId }) => bootId)).size).toBe(3);
  expect(looks.map(({ files }) => files)).toEqual(['', '', '']);
  for (const { late } of looks) expect(late).toBeLessThan(3);
});

it('boots another guest when the saved one cannot be read, says so, and saves that one', async () => {
  const [name = ''] = snapshots();
  truncateSync(join(cache, 'lab/snapshots', name, 'snapshot'), 100_000);
  const { guest, said } = await start();
  expect(await guest.sh('uname -r')).toContain('-rt-');
  await guest.down();
  expect(said[0]).toMatch(/^no saved guest could continue: QEMU ended/);
  expect(said).toHaveLength(2);
  expect(snapshots()).toEqual([name]);
});
