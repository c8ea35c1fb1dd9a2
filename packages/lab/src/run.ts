import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { onExit } from './cleanup.ts';
import { LabError } from './errors.ts';

/** Debian packages of the programs that the lab starts. */
const PACKAGE_OF: Readonly<Record<string, string>> = {
  'apt-cache': 'apt',
  'apt-get': 'apt',
  busybox: 'busybox-static',
  chrt: 'util-linux',
  depmod: 'kmod',
  'aarch64-linux-gnu-gcc': 'gcc-aarch64-linux-gnu libc6-dev-arm64-cross',
  'dpkg-deb': 'dpkg',
  gcc: 'build-essential',
  make: 'build-essential',
  mke2fs: 'e2fsprogs',
  mmdebstrap: 'mmdebstrap',
  'qemu-system-aarch64': 'qemu-system-arm',
  'qemu-system-x86_64': 'qemu-system-x86',
  setpriv: 'util-linux',
  tar: 'tar',
  'x86_64-linux-gnu-gcc': 'gcc-x86-64-linux-gnu libc6-dev-amd64-cross',
  xz: 'xz-utils',
};

let installed: Promise<unknown> = Promise.resolve();

/**
 * Notes that Debian packages are being installed. Programs that may be in such a package start after `done`; those of
 * every Debian, such as apt-get, start at once.
 */
export function installing(done: Promise<unknown>): void {
  installed = done;
}

/** Programs that every Debian has. */
const ESSENTIAL = new Set(['apt', 'dpkg', 'tar', 'util-linux']);

const waitsForPackages = (argv: readonly string[]): boolean =>
  argv.some((word) => PACKAGE_OF[word] !== undefined && !ESSENTIAL.has(PACKAGE_OF[word]));

/** Maximum output kept per stream, in UTF-16 units from the end. */
const OUTPUT_TAIL = 256 * 1024;

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: Readable;
  /** Called with each whole line of standard output and error. */
  readonly onLine?: (line: string) => void;
  /** Lines of a status descriptor (3), as apt writes them. */
  readonly onStatus?: (line: string) => void;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  /** Both streams in order of arrival, for error messages. */
  readonly output: string;
}

/** Splits a stream of chunks into lines; an unfinished line longer than 64 Ki is split. */
export function lineSplitter(onLine: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    if (rest.length > 65536) {
      onLine(rest);
      rest = '';
    }
  };
}

function missing(program: string, cause: Error): LabError {
  const name = PACKAGE_OF[program] ?? program;
  return new LabError('E_MISSING_TOOL', `${program} is not installed`, `apt-get install ${name}`, { cause });
}

/** Returns an error if a program's output says that the disk is full. */
export function diskFull(output: string): LabError | undefined {
  if (!/No space left on device|ENOSPC|not enough free space|Disk quota exceeded/i.test(output))
    return undefined;
  return new LabError(
    'E_DISK_FULL',
    'no space is left on the device',
    'free some space, or point RTPROBE_CACHE at a larger disk',
  );
}

/**
 * Runs a program to its end, without a shell; it ends with this process. Resolves with any exit code; rejects with
 * E_MISSING_TOOL if the program cannot be started.
 */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  if (waitsForPackages(argv)) await installed;
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...(options.cwd ? { cwd: options.cwd } : {}),
      // depmod and mke2fs are in directories that only root has in PATH.
      env: {
        ...process.env,
        PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
        LC_ALL: 'C.UTF-8',
        ...options.env,
      },
      stdio: [options.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe', options.onStatus ? 'pipe' : 'ignore'],
    });
    const ending = onExit(() => child.kill('SIGTERM'));
    let stdout = '';
    let output = '';
    const eachLine = options.onLine ? lineSplitter(options.onLine) : undefined;
    const collect = (stream: Readable | null, isStdout: boolean): void => {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        if (isStdout) stdout = (stdout + text).slice(-OUTPUT_TAIL);
        output = (output + text).slice(-OUTPUT_TAIL);
        eachLine?.(text);
      });
    };
    collect(child.stdout, true);
    collect(child.stderr, false);
    if (options.onStatus) {
      (child.stdio[3] as Readable).setEncoding('utf8').on('data', lineSplitter(options.onStatus));
    }
    if (options.stdin && child.stdin) {
      child.stdin.on('error', () => {}); // the exit code says why it stopped reading
      options.stdin.pipe(child.stdin);
    }
    child.on('error', (error) => {
      ending.forget();
      reject(missing(program, error));
    });
    child.on('close', (code) => {
      ending.forget();
      resolve({ code: code ?? 128, stdout, output });
    });
  });
}
