import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../errors.ts';
import { type ProcessId, sameProcessAlive } from '../processes.ts';

/** State that a running guest writes for other processes. */
export interface LabState {
  readonly kernel: string;
  readonly qemu: ProcessId;
  /** The process that ends it; missing if it outlives its maker (`lab up`). */
  readonly owner?: ProcessId;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly acceleration: string;
  /** ISO 8601. */
  readonly started: string;
}

const STATE = 'state.json';
const LAB_NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,23}$/;
/** For this time in ms, a folder without a state belongs to a starting guest. */
const STARTING = 60_000;

/**
 * Returns the folder of all guests of this user. Its path is short, because paths of unix sockets are limited to 107
 * bytes. It is closed to others, because access to the control socket is root in the guest.
 *
 * @throws LabError E_NO_ROOT if the folder belongs to another user
 */
export function runtimeRoot(): string {
  const uid = process.getuid?.() ?? 0;
  const root = process.env.XDG_RUNTIME_DIR
    ? join(process.env.XDG_RUNTIME_DIR, 'rtprobe')
    : `/tmp/rtprobe-${uid}`;
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const { uid: owner, mode } = statSync(root);
  if (owner !== uid || (mode & 0o077) !== 0) {
    throw new LabError('E_NO_ROOT', `${root} is not private to this user`, `remove ${root} and try again`);
  }
  return root;
}

export interface LabEntry {
  readonly name: string;
  readonly dir: string;
  readonly state?: LabState;
}

function readState(dir: string): LabState | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, STATE), 'utf8')) as LabState;
  } catch {
    return undefined;
  }
}

/** Ends the QEMU of a leftover, if it is still that process, and removes its folder. */
export function removeLab(entry: LabEntry): void {
  if (entry.state && sameProcessAlive(entry.state.qemu)) {
    try {
      process.kill(entry.state.qemu.pid, 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }
  rmSync(entry.dir, { recursive: true, force: true });
}

function abandoned(entry: LabEntry): boolean {
  if (!entry.state) return Date.now() - statSync(entry.dir).mtimeMs > STARTING;
  if (!sameProcessAlive(entry.state.qemu)) return true;
  return entry.state.owner !== undefined && !sameProcessAlive(entry.state.owner);
}

/** Returns the running guests, and removes what killed processes left behind. */
export function sweepLabs(): LabEntry[] {
  const root = runtimeRoot();
  const entries: LabEntry[] = [];
  for (const name of readdirSync(root)) {
    const dir = join(root, name);
    const state = readState(dir);
    const entry = { name, dir, ...(state ? { state } : {}) };
    if (!existsSync(dir)) continue;
    if (abandoned(entry)) removeLab(entry);
    else entries.push(entry);
  }
  return entries;
}

/**
 * Creates a new folder for a guest, named or with a random name.
 *
 * @throws LabError E_LAB_RUNNING if a guest of that name runs, E_RANGE if the name is not valid
 */
export function createLabDir(name = randomBytes(4).toString('hex')): string {
  if (!LAB_NAME.test(name)) {
    throw new LabError(
      'E_RANGE',
      `"${name}" is not a valid name of a guest`,
      'use up to 24 letters, digits and dashes',
    );
  }
  const dir = join(runtimeRoot(), name);
  sweepLabs();
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new LabError(
      'E_LAB_RUNNING',
      `a guest named "${name}" is already running`,
      'end it: rtprobe lab down',
      {
        cause,
      },
    );
  }
  return dir;
}

export function writeState(dir: string, state: LabState): void {
  const path = join(dir, STATE);
  writeFileSync(`${path}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
