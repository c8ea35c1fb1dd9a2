import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onExit } from '../cleanup.ts';
import { ControlClient } from '../control/client.ts';
import { LabError } from '../errors.ts';
import { identify, type ProcessId } from '../processes.ts';
import { run } from '../run.ts';
import { consoleFile, controlSocket, type Machine, qemuCommand } from './arguments.ts';
import { copyVariables } from './firmware.ts';
import { linkSnapshot, saveSnapshot } from './snapshot.ts';

/** Maximum time in ms for QEMU to create its sockets. */
const SOCKET_TIMEOUT = 10_000;
const CONSOLE_TAIL = 40;
/** Time in ms between the close of QEMU's sockets and its exit. */
const ENDING = 300;

export interface RunningMachine {
  readonly client: ControlClient;
  /** Process id of QEMU. */
  readonly pid: number;
  /** Resolves when QEMU has ended for any reason. */
  readonly ended: Promise<void>;
  /** Ends QEMU at once and removes the guest's folder; also called when this process ends. */
  kill(): void;
  /** Releases QEMU, so that it continues when this process ends. */
  leave(): void;
}

export interface StartOptions {
  /** Milliseconds within which the guest must reply. */
  readonly timeout: number;
  /** Niceness of QEMU on the host. Below 0 requires root; without root it stays 0. */
  readonly niceness?: number;
  /** The machine may be released later, so that QEMU survives even SIGKILL of this process. */
  readonly leavable?: boolean;
  /** Receives the reason why a guest could not be saved. */
  readonly onUnsaved?: (why: Error) => void;
  /** Receives QEMU's process id as soon as it has started. */
  readonly onProcess?: (id: ProcessId) => void;
}

export function consoleTail(dir: string, lines = CONSOLE_TAIL): string {
  const read = (path: string): string =>
    existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\r', '') : '';
  return `${read(consoleFile(dir))}${read(join(dir, 'qemu.log'))}`
    .trimEnd()
    .split('\n')
    .slice(-lines)
    .join('\n');
}

/** Starts QEMU. Unless it may be released, the kernel kills it when this thread ends, even by SIGKILL. */
function launch(machine: Machine, { leavable, niceness = 0 }: StartOptions): ChildProcess {
  const log = openSync(join(machine.dir, 'qemu.log'), 'w', 0o600);
  const command = qemuCommand(machine);
  if (machine.firmware) copyVariables(machine.firmware, machine.dir);
  if (machine.snapshot === 'restore') linkSnapshot(machine);
  const argv = [
    'nice',
    '-n',
    String(niceness),
    ...(leavable ? command : ['setpriv', '--pdeathsig', 'KILL', ...command]),
  ];
  try {
    return spawn(argv[0]!, argv.slice(1), {
      cwd: machine.dir,
      // QEMU creates the files for the writes to its disks here.
      env: { ...process.env, TMPDIR: process.env.TMPDIR ?? '/var/tmp' },
      detached: true, // this process handles Ctrl-C
      stdio: ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
}

/**
 * Sets the niceness. With autogroups a niceness counts only within its session, and QEMU has its own session, so the
 * niceness of the session is set too. A missing permission is not an error.
 */
function prioritise(pid: number, niceness: number): void {
  if (niceness === 0) return;
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(niceness));
  } catch {
    // This kernel has no autogroups, or this process is not root.
  }
}

/**
 * Makes QEMU's main thread a real-time thread. It raises the timer interrupts of idle virtual CPUs, with microseconds
 * of work each; waiting for other programs of the host would be the largest latency in a guest
 * (docs/explanation/lab.md). It is set after the threads of the virtual CPUs exist, which would otherwise inherit it
 * and could starve the host. Without permission nothing changes.
 */
async function hurryTimers(pid: number): Promise<void> {
  await run(['chrt', '--fifo', '--pid', '1', String(pid)]);
}

/**
 * Starts a machine and waits until its guest replies. A guest that can be saved is saved on its way; if that fails,
 * `onUnsaved` gets the reason and the guest continues.
 *
 * @throws LabError E_BOOT with the end of the console, E_MISSING_TOOL; nothing is left behind then
 */
export async function startMachine(machine: Machine, options: StartOptions): Promise<RunningMachine> {
  const removeDir = (): void => rmSync(machine.dir, { recursive: true, force: true });
  let child: ChildProcess;
  try {
    child = launch(machine, options);
  } catch (error) {
    removeDir();
    throw error;
  }
  let running = true;
  const aborter = new AbortController();
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      running = false;
      aborter.abort();
      resolve();
    };
    child.once('exit', end).once('error', end);
  });
  const undo = onExit(() => {
    child.kill('SIGKILL');
    removeDir();
  });
  try {
    const id = child.pid ? identify(child.pid) : undefined;
    if (id) {
      prioritise(id.pid, options.niceness ?? 0);
      options.onProcess?.(id);
    }
    const answer = (): Promise<ControlClient> =>
      firstAnswer(machine, options.timeout, () => running, aborter.signal).catch(async (cause) => {
        await Promise.race([ended, sleep(ENDING)]);
        const why = `the guest did not answer within ${options.timeout / 1000} s`;
        throw bootError(machine, running ? why : 'QEMU ended', cause);
      });
    let client = await answer();
    if (machine.snapshot === 'save') {
      client.close();
      await saveSnapshot(machine).catch((why: Error) => options.onUnsaved?.(why));
      client = await answer();
    }
    if (id && (options.niceness ?? 0) < 0) await hurryTimers(id.pid);
    const leave = (): void => {
      undo.forget();
      child.unref();
    };
    return { client, pid: child.pid!, ended, kill: undo.now, leave };
  } catch (error) {
    undo.now();
    throw error;
  }
}

async function firstAnswer(
  machine: Machine,
  timeout: number,
  running: () => boolean,
  signal: AbortSignal,
): Promise<ControlClient> {
  const path = controlSocket(machine.dir);
  for (const limit = Date.now() + SOCKET_TIMEOUT; !existsSync(path) && running() && Date.now() < limit; ) {
    await sleep(20);
  }
  return ControlClient.open(path, timeout, { signal, lastWords: () => consoleTail(machine.dir) });
}

function bootError(machine: Machine, why: string, cause?: unknown): LabError {
  const log = consoleTail(machine.dir);
  return new LabError('E_BOOT', `${why}; its console ended with:\n${log}`, 'see the console above', {
    cause,
  });
}
