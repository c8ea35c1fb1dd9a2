import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onExit } from '../cleanup.ts';
import { ControlClient } from '../control/client.ts';
import { LabError } from '../errors.ts';
import { identify, type ProcessId } from '../processes.ts';
import { consoleFile, controlSocket, type Machine, qemuArguments } from './arguments.ts';

const QEMU = 'qemu-system-x86_64';
/** How long QEMU may take to make its sockets, in milliseconds. */
const SOCKET_TIMEOUT = 10_000;
const CONSOLE_TAIL = 25;
/** Between QEMU's sockets closing and its exit, in milliseconds. */
const ENDING = 300;

export interface RunningMachine {
  readonly id: ProcessId;
  readonly client: ControlClient;
  /** Resolves when QEMU has ended, whatever ended it. */
  readonly ended: Promise<void>;
  /** Ends QEMU at once and removes the guest's folder. */
  kill(): void;
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
 * It runs below everybody else in priority, so that a busy guest leaves the host usable.
 */
function launch(machine: Machine, detached: boolean): ChildProcess {
  const log = openSync(join(machine.dir, 'qemu.log'), 'w', 0o600);
  const command = [QEMU, ...qemuArguments(machine)];
  const argv = ['nice', '-n', '5', ...(detached ? command : ['setpriv', '--pdeathsig', 'KILL', ...command])];
  return spawn(argv[0]!, argv.slice(1), {
    cwd: machine.dir,
    // QEMU puts the files that take a snapshot's writes here.
    env: { ...process.env, TMPDIR: process.env.TMPDIR ?? '/var/tmp' },
    detached: true, // a Ctrl-C at the terminal is ours to handle
    stdio: ['ignore', log, log],
  });
}

async function waitForSocket(path: string, alive: () => boolean): Promise<boolean> {
  for (const limit = Date.now() + SOCKET_TIMEOUT; Date.now() < limit && alive(); ) {
    if (existsSync(path)) return true;
    await sleep(20);
  }
  return false;
}

/**
 * Starts a machine and waits until its guest answers.
 *
 * @param timeout milliseconds until the guest must have answered
 * @throws LabError E_BOOT with the end of the console, E_MISSING_TOOL; nothing is left behind then
 */
export async function startMachine(
  machine: Machine,
  { timeout, detached = false }: { timeout: number; detached?: boolean },
): Promise<RunningMachine> {
  const child = launch(machine, detached);
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
  const undo = (): void => {
    child.kill('SIGKILL');
    rmSync(machine.dir, { recursive: true, force: true });
  };
  const kill = onExit(undo);
  try {
    if (!(await waitForSocket(controlSocket(machine.dir), () => running)))
      throw bootError(machine, 'QEMU did not start');
    const client = await ControlClient.open(controlSocket(machine.dir), timeout, aborter.signal).catch(
      async (cause) => {
        await Promise.race([ended, sleep(ENDING)]);
        throw bootError(
          machine,
          running ? `the guest did not answer within ${timeout / 1000} s` : 'QEMU ended',
          cause,
        );
      },
    );
    if (detached) child.unref();
    return { id: identify(child.pid!)!, client, ended, kill };
  } catch (error) {
    kill();
    throw error;
  }
}

function bootError(machine: Machine, why: string, cause?: unknown): LabError {
  const log = consoleTail(machine.dir);
  if (/failed to run command|No such file or directory.*qemu|failed to execute qemu/.test(log)) {
    return new LabError('E_MISSING_TOOL', `${QEMU} is not installed`, 'apt-get install qemu-system-x86');
  }
  return new LabError('E_BOOT', `${why}; its console ended with:\n${log}`, 'see the console above', {
    cause,
  });
}
