import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheRoot, makeOnce } from '../cache.ts';
import { LabError } from '../errors.ts';
import { contentHash } from '../hash.ts';
import { diskFull } from '../run.ts';
import { type Machine, qemuCommand, qmpSocket, SNAPSHOT } from './arguments.ts';
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
 * Returns the folder of the snapshot of such a machine, which may not exist yet. It changes with QEMU and its whole
 * command, which names every file the guest has in memory, and with each boot of the host: the guest has measured the
 * frequency of the host's cycle counter.
 */
function snapshotOf(shape: Shape): string {
  const command = qemuCommand({ ...shape, snapshot: 'save', dir: '' });
  return join(folder(), `${hostBoot()}-${contentHash([shape.program.version, ...command])}`);
}

/** Returns whether such a snapshot exists and this user can read it; root's belong to root. */
export function snapshotReadable(shape: Shape): boolean {
  try {
    accessSync(join(snapshotOf(shape), SNAPSHOT), constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Removes a snapshot that is of no use. One that belongs to another user stays; it is not used again in this start. */
export function dropSnapshot(shape: Shape): void {
  try {
    rmSync(snapshotOf(shape), { recursive: true, force: true });
  } catch {
    // Only its owner can remove it.
  }
}

/** Makes the file of a snapshot appear in the machine's folder, from where QEMU reads it. */
export const linkSnapshot = (machine: Machine): void => link(machine, snapshotOf(machine));

const link = (machine: Machine, dir: string): void =>
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
 * @throws LabError E_BOOT with QEMU's reason, E_DISK_FULL; Error of the file system; the guest runs then, too, unless
 * QEMU ended
 */
export async function saveSnapshot(machine: Machine): Promise<void> {
  const qmp = await Qmp.open(qmpSocket(machine.dir));
  try {
    const saving = save(machine, qmp);
    await saving.catch(() => {}); // It is thrown when the guest runs again.
    await resume(qmp);
    await saving;
  } finally {
    qmp.close();
  }
}

async function save(machine: Machine, qmp: Qmp): Promise<void> {
  sweep();
  await makeOnce(snapshotOf(machine), async (dir) => {
    link(machine, dir);
    // Bytes per second; the default would take ten times as long.
    await qmp.run('migrate-set-parameters', { 'max-bandwidth': 1e11 });
    await qmp.run('migrate', { uri: `file:${SNAPSHOT}` });
    await saved(qmp);
  });
}

async function saved(qmp: Qmp): Promise<void> {
  for (;;) {
    const { status, 'error-desc': why } = await qmp.run('query-migrate');
    if (status === 'completed') return;
    if (status === 'failed')
      throw (
        diskFull(`${why}`) ?? new LabError('E_BOOT', `QEMU cannot save the guest: ${why}`, 'see the message')
      );
    await sleep(POLL);
  }
}

/** QEMU reports that a migration is complete shortly before it accepts that the guest runs again. */
async function resume(qmp: Qmp): Promise<void> {
  while ((await qmp.run('query-status')).status === 'finish-migrate') await sleep(POLL);
  await qmp.run('cont');
}
