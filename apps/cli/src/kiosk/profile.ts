// The folder of the kiosk's own Chromium profile, which keeps its session.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../errors.ts';

/** Returns the default folder: apart from the user's own browser and from the data of a bridge. */
export function kioskProfile(env: NodeJS.ProcessEnv = process.env): string {
  // The XDG base directory specification says that relative paths are ignored.
  const state = env.XDG_STATE_HOME?.startsWith('/') ? env.XDG_STATE_HOME : join(homedir(), '.local', 'state');
  return join(state, 'rtprobe-kiosk');
}

/** Chromium's lock: a link to HOSTNAME-PID. */
const LOCK = 'SingletonLock';
const SINGLETONS = [LOCK, 'SingletonCookie', 'SingletonSocket'];

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function ownerOf(folder: string): number | undefined {
  try {
    const pid = Number(/-(\d+)$/.exec(readlinkSync(join(folder, LOCK)))?.[1]);
    return pid > 0 && isAlive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces the note that the last run ended with a crash, which Chromium would offer to restore. */
function forgetCrash(folder: string): void {
  const file = join(folder, 'Default', 'Preferences');
  if (!existsSync(file)) return;
  try {
    const preferences = JSON.parse(readFileSync(file, 'utf8')) as { profile?: object };
    preferences.profile = { ...preferences.profile, exit_type: 'Normal', exited_cleanly: true };
    writeFileSync(`${file}.new`, JSON.stringify(preferences), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch {
    // Cut off in the middle by a power failure: Chromium makes a new one.
    rmSync(file, { force: true });
  }
}

/**
 * Makes the folder ready for a start without a question on the screen, also after a power failure or under a new host
 * name. Throws E_KIOSK_RUNS if a Chromium uses it, and E_WRITE.
 */
export function prepareProfile(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const todo = 'name a folder that this user can write: --profile DIR';
    throw new CliError('E_WRITE', `${folder} cannot be made: ${(error as Error).message}`, todo);
  }
  const owner = ownerOf(folder);
  if (owner !== undefined) {
    const todo = 'end it (systemctl --user stop rtprobe-kiosk), or name another folder: --profile DIR';
    throw new CliError('E_KIOSK_RUNS', `process ${owner} uses the profile ${folder}`, todo);
  }
  for (const name of SINGLETONS) rmSync(join(folder, name), { force: true });
  forgetCrash(folder);
}
