import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onExit } from '../cleanup.ts';
import { ControlClient } from '../control/client.ts';
import { LabError } from '../errors.ts';
import { identify, type ProcessId } from '../processes.ts';
import { run } from '../run.ts';
import { consoleFile, controlSocket, type Machine, qemuCommand } from './arguments.ts';

/** How long QEMU may take to make its sockets, in milliseconds. */
const SOCKET_TIMEOUT = 10_000;
const CONSOLE_TAIL = 40;
/** Between QEMU's sockets closing and its exit, in milliseconds. */
const ENDING = 300;

export interface RunningMachine {
  readonly client: ControlClient;
  /** Resolves when QEMU has ended, whatever ended it. */
  readonly ended: Promise<void>;
  /** Ends QEMU at once and removes the guest's folder; done by itself when this process ends. */
  kill(): void;
  /** Leaves it to itself: it lives on when this process ends. */
  leave(): void;
}

export interface StartOptions {
  /** Milliseconds until the guest must have answered. */
  readonly timeout: number;
  /** Niceness of QEMU on the host. Below 0 takes root; without it, it stays 0. */
  readonly niceness?: number;
  /** Made to be left later: then not even our sudden death ends it. */
  readonly leavable?: boolean;
  /** Told QEMU's process as soon as there is one. */
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

/**
 * Starts QEMU. Unless it is to outlive us, the kernel kills it when our thread ends, even by SIGKILL.
 */
function launch(machine: Machine, { leavable, niceness = 0 }: StartOptions): ChildProcess {
  const log = openSync(join(machine.dir, 'qemu.log'), 'w', 0o600);
  const command = qemuCommand(machine);
  const argv = [
    'nice',
    '-n',
    String(niceness),
    ...(leavable ? command : ['setpriv', '--pdeathsig', 'KILL', ...command]),
  ];
  return spawn(argv[0]!, argv.slice(1), {
    cwd: machine.dir,
    // QEMU puts the files that take a snapshot's writes here.
    env: { ...process.env, TMPDIR: process.env.TMPDIR ?? '/var/tmp' },
    detached: true, // a Ctrl-C at the terminal is ours to handle
    stdio: ['ignore', log, log],
  });
}

/**
 * With autogroups a niceness counts only among the processes of one session, and QEMU has a session of
 * its own; then the session's niceness is what counts among all. Not being allowed is no failure.
 */
function prioritise(pid: number, niceness: number): void {
  if (niceness === 0) return;
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(niceness));
  } catch {
    // No autogroups in this kernel, or not root.
  }
}

/**
 * QEMU's main thread raises the timer interrupts of idle virtual CPUs, in microseconds of work each; behind the
 * host's other programs, it is the largest latency a guest sees (docs/explanation/lab.md). So it becomes a real-time
 * thread, once the virtual CPUs' threads exist: those would inherit it and could starve the host. Without the right
 * to, it stays as it is.
 */
async function hurryTimers(pid: number): Promise<void> {
  await run(['chrt', '--fifo', '--pid', '1', String(pid)]);
}

/**
 * Starts a machine and waits until its guest answers.
 *
 * @throws LabError E_BOOT with the end of the console, E_MISSING_TOOL; nothing is left behind then
 */
export async function startMachine(machine: Machine, options: StartOptions): Promise<RunningMachine> {
  const child = launch(machine, options);
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
    rmSync(machine.dir, { recursive: true, force: true });
  });
  try {
    const id = child.pid ? identify(child.pid) : undefined;
    if (id) {
      prioritise(id.pid, options.niceness ?? 0);
      options.onProcess?.(id);
    }
    const client = await firstAnswer(machine, options.timeout, () => running, aborter.signal).catch(
      async (cause) => {
        await Promise.race([ended, sleep(ENDING)]);
        const why = `the guest did not answer within ${options.timeout / 1000} s`;
        throw bootError(machine, running ? why : 'QEMU ended', cause);
      },
    );
    if (id && (options.niceness ?? 0) < 0) await hurryTimers(id.pid);
    const leave = (): void => {
      undo.forget();
      child.unref();
    };
    return { client, ended, kill: undo.now, leave };
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
