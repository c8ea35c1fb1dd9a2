import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ControlClient } from './control/client.ts';
import type { ExitStatus, GuestProcess } from './control/process.ts';
import type { TerminalSize } from './control/wire.ts';
import { LabError } from './errors.ts';
import { agentSocket, consoleFile } from './qemu/arguments.ts';

/** Where commands run and files are copied to. */
export const WORK_DIR = '/work';

const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
  /** Folders in which scripts find modules: rtprobe's, then further ones. */
  RTPROBE_MODULES: '/run/lab/modules /work',
};
/** Maximum output kept without a listener, in UTF-16 units from the end. */
const OUTPUT_TAIL = 1024 * 1024;
const SIGKILL = 9;
/** Milliseconds that a guest has to report the end of a command that was killed. */
const KILL_GRACE = 10_000;
/** Milliseconds of a copy into the guest, per file or folder. */
const COPY_TIMEOUT = 300_000;

export interface ExecOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Readable | string | Buffer;
  readonly onStdout?: (bytes: Buffer) => void;
  readonly onStderr?: (bytes: Buffer) => void;
  /**
   * Milliseconds until the process group is killed; missing: no limit. A guest that does not report the end then is lost.
   */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface ExecResult extends ExitStatus {
  /** Output that no listener consumed; the last MiB of it. */
  readonly stdout: string;
  readonly stderr: string;
}

/** A booted guest with its control port. */
export class Guest {
  readonly #client: ControlClient;
  readonly #dir: string;

  /** Called by boot() and attach(). */
  constructor(client: ControlClient, dir: string) {
    this.#client = client;
    this.#dir = dir;
  }

  /** Returns `uname -r` of the guest. */
  get release(): string {
    return this.#client.release;
  }

  /** Returns the Unix socket of rtprobe-agent's port, for one client at a time. */
  get agentSocket(): string {
    return agentSocket(this.#dir);
  }

  /** Returns the whole console output of the guest. */
  consoleLog(): string {
    return readFileSync(consoleFile(this.#dir), 'utf8').replaceAll('\r', '');
  }

  /** Calls the listener once if the guest ends unexpectedly. */
  onLost(listener: (error: LabError) => void): void {
    this.#client.onLost(listener);
  }

  /** Starts a command as root; no shell unless you name one. */
  start(
    argv: readonly string[],
    options: Pick<ExecOptions, 'cwd' | 'env'> & { tty?: TerminalSize } = {},
  ): GuestProcess {
    return this.#client.start({
      argv,
      cwd: options.cwd ?? WORK_DIR,
      env: { ...ENVIRONMENT, ...options.env },
      ...(options.tty ? { tty: options.tty } : {}),
    });
  }

  /**
   * Runs a command as root to its end. Resolves with any exit code.
   *
   * @throws LabError E_GUEST_EXEC, E_GUEST_LOST, E_TIMEOUT
   */
  async exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const running = this.start(argv, options);
    const stdout = collect(running.stdout, options.onStdout);
    const stderr = collect(running.stderr, options.onStderr);
    feed(running, options.stdin);
    let late = false;
    const kill = (): void => running.kill(SIGKILL);
    const why = `${argv.join(' ')} took longer than ${(options.timeout ?? 0) / 1000} s`;
    const hung = `${why}, and the guest did not report within ${KILL_GRACE / 1000} s that it was killed`;
    const giveUp = (): void =>
      running.lose(new LabError('E_GUEST_LOST', hung, 'see the console: the kernel may hang'));
    let timer: NodeJS.Timeout | undefined;
    if (options.timeout)
      timer = setTimeout(() => {
        late = true;
        kill();
        timer = setTimeout(giveUp, KILL_GRACE);
      }, options.timeout);
    options.signal?.addEventListener('abort', kill);
    try {
      const status = await running.exit;
      if (late) throw new LabError('E_TIMEOUT', why, 'allow more time, or find out why the command hangs');
      return { ...status, stdout: await stdout, stderr: await stderr };
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', kill);
    }
  }

  /** Runs a POSIX shell script that must succeed. @throws LabError E_GUEST_EXEC with its stderr */
  async sh(script: string, options: ExecOptions = {}): Promise<string> {
    const result = await this.exec(['sh', '-c', script], options);
    if (result.code === 0) return result.stdout;
    const said = `${result.stderr}${result.stdout}`.trim();
    throw new LabError('E_GUEST_EXEC', `"${script}" exited with ${result.code}: ${said}`, 'see the message');
  }

  /**
   * Copies files and folders into the guest, each under its own name.
   *
   * @throws LabError E_COPY
   */
  async copyIn(paths: readonly string[], to = WORK_DIR): Promise<void> {
    if (paths.length) await this.exec(['mkdir', '-p', to], { timeout: COPY_TIMEOUT });
    for (const path of paths.map((each) => resolve(each))) {
      // Reads from the start: Node discards what a child wrote before there was a listener.
      const pack = spawn('tar', ['-c', '-C', dirname(path), '--', basename(path)], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const why = collect(pack.stderr);
      const packed = new Promise<number>((done) =>
        pack.on('close', (code) => done(code ?? 128)).on('error', () => done(127)),
      );
      const unpacked = await this.exec(['tar', '-x', '--no-same-owner', '-C', to], {
        stdin: pack.stdout,
        timeout: COPY_TIMEOUT,
      });
      if ((await packed) !== 0)
        throw new LabError('E_COPY', `${path}: ${await why}`, 'check that the file exists and is readable');
      if (unpacked.code !== 0)
        throw new LabError('E_COPY', `${path}: ${unpacked.stderr}`, 'check the free space of the guest');
    }
  }

  /** Writes one file into the guest. @throws LabError E_COPY */
  async writeFile(path: string, content: string | Buffer, mode = 0o644): Promise<void> {
    const script = 'mkdir -p "$(dirname "$1")" && cat >"$1" && chmod "$2" "$1"';
    const result = await this.exec(['sh', '-c', script, 'sh', path, mode.toString(8)], { stdin: content });
    if (result.code !== 0)
      throw new LabError('E_COPY', `${path}: ${result.stderr}`, 'check the free space of the guest');
  }

  /** Copies a file or folder of the guest into the folder `to`. @throws LabError E_COPY */
  async copyOut(path: string, to: string): Promise<void> {
    const running = this.start(['tar', '-c', '-C', dirname(path), '--', basename(path)]);
    feed(running, undefined);
    const why = collect(running.stderr);
    const unpack = spawn('tar', ['-x', '--no-same-owner', '-C', to], { stdio: ['pipe', 'ignore', 'pipe'] });
    const unpackWhy = collect(unpack.stderr);
    const unpacked = new Promise<number>((done) =>
      unpack.on('close', (code) => done(code ?? 128)).on('error', () => done(127)),
    );
    await pipeline(running.stdout, unpack.stdin).catch(() => {}); // tar's exit codes are more specific
    if ((await running.exit).code !== 0)
      throw new LabError('E_COPY', `${path}: ${await why}`, 'check that the file exists in the guest');
    if ((await unpacked) !== 0)
      throw new LabError('E_COPY', `${to}: ${await unpackWhy}`, 'check that it is a writable folder');
  }

  /** Closes the control port; the guest continues to run, and so does what called setsid() in it. */
  detach(): void {
    this.#client.close();
  }
}

async function collect(stream: Readable, listener?: (bytes: Buffer) => void): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    if (listener) listener(chunk as Buffer);
    else text = (text + decoder.decode(chunk as Buffer, { stream: true })).slice(-OUTPUT_TAIL);
  }
  return text;
}

function feed(running: GuestProcess, stdin: ExecOptions['stdin']): void {
  if (stdin instanceof Readable) stdin.pipe(running.stdin);
  else running.stdin.end(stdin ?? '');
}
