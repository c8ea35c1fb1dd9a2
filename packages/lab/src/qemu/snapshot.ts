import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheRoot, makeOnce } from '../cache.ts';
import { LabError } from '../errors.ts';
import { contentHash } from '../hash.ts';
import { type Machine, qmpSocket, SNAPSHOT } from './arguments.ts';
import { Qmp } from './qmp.ts';

/** Some 115 MB each. */
const KEPT = 4;
/** Interval in ms at which QEMU is asked whether it has finished. */
const POLL = 10;

/** What decides which snapshot fits a machine. */
type Shape = Omit<Machine, 'dir' | 'snapshot'>;

const folder = (): string => join(cacheRoot(), 'snapshots');
const hostBoot = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/**
 * Returns the folder of the snapshot of such a machine, which may not exist yet. It changes with everything the guest
 * has in memory, and with each boot of the host: the guest has measured the frequency of the host's cycle counter.
 */
export function snapshotOf(machine: Shape): string {
  const { program, cpus, memoryMiB, append = [], vmlinuz, initramfs, disks } = machine;
  const words = [program.version, `${cpus}`, `${memoryMiB}`, vmlinuz, initramfs];
  const key = contentHash([hostBoot(), ...words, disks?.root ?? '', disks?.modules ?? '', ...append]);
  return join(folder(), `${hostBoot()}-${key}`);
}

export const snapshotExists = (machine: Shape): boolean => existsSync(snapshotOf(machine));

export const dropSnapshot = (machine: Shape): void =>
  rmSync(snapshotOf(machine), { recursive: true, force: true });

/** Makes the snapshot's file appear in the machine's folder, from where QEMU reads or writes it. */
export const linkSnapshot = (machine: Machine, dir: string): void =>
  symlinkSync(join(dir, SNAPSHOT), join(machine.dir, SNAPSHOT));

/** Removes snapshots of earlier boots of the host, and the oldest of this one. */
function sweep(): void {
  mkdirSync(folder(), { recursive: true });
  const boot = hostBoot();
  const age = (name: string): number =>
    statSync(join(folder(), name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const complete = readdirSync(folder()).filter((name) => !name.includes('.partial-'));
  const ofThisBoot = complete.filter((name) => name.startsWith(boot)).sort((a, b) => age(b) - age(a));
  const kept = new Set(ofThisBoot.slice(0, KEPT - 1));
  for (const name of complete)
    if (!kept.has(name)) rmSync(join(folder(), name), { recursive: true, force: true });
}

/**
 * Saves the memory and the devices of a guest that waits for the next host (guest/init), and lets it continue.
 *
 * @throws LabError E_BOOT with QEMU's reason, E_DISK_FULL; the guest runs
 */
export async function saveSnapshot(machine: Machine): Promise<void> {
  sweep();
  const qmp = await Qmp.open(qmpSocket(machine.dir));
  try {
    await makeOnce(snapshotOf(machine), async (dir) => {
      linkSnapshot(machine, dir);
      // Bytes per second; the default would take ten times as long.
      await qmp.run('migrate-set-parameters', { 'max-bandwidth': 1e11 });
      await qmp.run('migrate', { uri: `file:${SNAPSHOT}` });
      await saved(qmp);
    });
  } finally {
    await qmp.run('cont');
    qmp.close();
  }
}

async function saved(qmp: Qmp): Promise<void> {
  for (;;) {
    const { status, 'error-desc': why } = await qmp.run('query-migrate');
    if (status === 'completed') return;
    if (status === 'failed')
      throw new LabError('E_BOOT', `QEMU cannot save the guest: ${why}`, 'see the message');
    await sleep(POLL);
  }
}
