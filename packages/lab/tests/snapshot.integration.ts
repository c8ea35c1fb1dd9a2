import { existsSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { cacheRoot } from '../src/cache.ts';
import { type BootedGuest, boot, buildDisturbance, type OnProgress, prepareKernel } from '../src/index.ts';

const KERNEL = '6.12-rt';
const SNAPSHOTS = join(cacheRoot(), 'snapshots');
const before = new Set(existsSync(SNAPSHOTS) ? readdirSync(SNAPSHOTS) : []);
const made = (): string[] => readdirSync(SNAPSHOTS).filter((name) => !before.has(name));

afterAll(() => {
  for (const name of made()) rmSync(join(SNAPSHOTS, name), { recursive: true });
});

/** No other guest has this command line, so that the first one is always saved. */
const saved = (onProgress?: OnProgress): Promise<BootedGuest> =>
  boot({
    kernel: KERNEL,
    memoryMiB: 512,
    append: [`lab.test=${process.pid}`],
    resume: true,
    ...(onProgress && { onProgress }),
  });

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

it('continues a saved guest as a fresh one: its own boot id, files and clock, and every device', async () => {
  const looks: Awaited<ReturnType<typeof lookAt>>[] = [];
  const steps: string[] = [];
  for (let i = 0; i < 3; i++) {
    const guest = await saved((progress) => {
      if (progress.step === 'boot' && progress.state === 'done') steps.push(progress.detail ?? '');
    });
    looks.push(await lookAt(guest));
    if (i > 0) expect(await interruptsOfEdu(guest)).toBe(1);
    await guest.down();
  }
  expect(steps.map((step) => step.endsWith('saved earlier'))).toEqual([false, true, true]);
  expect(new Set(looks.map(({ bootId }) => bootId)).size).toBe(3);
  expect(looks.map(({ files }) => files)).toEqual(['', '', '']);
  for (const { late } of looks) expect(late).toBeLessThan(3);
});

it('boots when the saved guest cannot be read, and says so', async () => {
  const [name = ''] = made();
  truncateSync(join(SNAPSHOTS, name, 'snapshot'), 100_000);
  const said: string[] = [];
  const guest = await saved(({ detail }) => detail && said.push(detail));
  expect(await guest.sh('uname -r')).toContain('-rt-');
  await guest.down();
  expect(said.some((text) => text.startsWith('the saved guest did not answer: QEMU ended'))).toBe(true);
  expect(made()).toEqual([name]);
});
