// Drives a Chromium of this machine over its DevTools protocol on two pipes: no port is opened that others could connect
// to, and it exits with this process.
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { CliError } from '../errors.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const COMMAND_MS = 30_000;
const EXIT_MS = 3000;
/** A screenshot of the largest size, as base64. */
const MESSAGE_MAX = 256 * 1024 * 1024;

const FLAGS = [
  ...['--remote-debugging-pipe', '--no-first-run', '--mute-audio', '--disable-dev-shm-usage'],
  ...['--disable-background-networking', '--disable-sync', '--disable-component-update'],
  ...['--disable-extensions', '--disable-default-apps'],
];
/** For pages that nobody looks at. */
export const HEADLESS: readonly string[] = ['--headless', '--hide-scrollbars', '--disable-gpu'];

export interface ChromiumOptions {
  readonly flags: readonly string[];
  /** Folder of the profile, which stays. By default a temporary one. */
  readonly profile?: string;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Returns the given Chromium, else one on the PATH. Throws E_NO_CHROMIUM. */
export function findChromium(named: string | undefined, path = process.env.PATH ?? ''): string {
  const remedy = 'install Chromium (apt-get install chromium), or give its path: --chromium /path/to/chrome';
  if (named !== undefined) {
    if (isProgram(named)) return named;
    throw new CliError('E_NO_CHROMIUM', `${named} is not an executable file`, remedy);
  }
  for (const dir of path.split(delimiter).filter(Boolean)) {
    const found = NAMES.map((name) => join(dir, name)).find(isProgram);
    if (found !== undefined) return found;
  }
  throw new CliError('E_NO_CHROMIUM', `no Chromium was found on the PATH (${NAMES.join(', ')})`, remedy);
}

const failure = (what: string): CliError =>
  new CliError('E_CHROMIUM', what, 'try this Chromium by hand, or use another: --chromium PATH');

interface Answer {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { message: string };
}

export class Chromium {
  readonly #child: ChildProcess;
  /** Removed at the end; undefined for a profile that stays. */
  readonly #temporary: string | undefined;
  /** Resolves with the reason when Chromium has exited. */
  readonly gone: Promise<string>;
  readonly #waits = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  readonly #heard = new Set<(event: Answer) => void>();
  #next = 1;
  #ended: string | undefined;
  #words = '';

  private constructor(program: string, { flags, profile }: ChromiumOptions) {
    this.#temporary = profile === undefined ? mkdtempSync(join(tmpdir(), 'rtprobe-chromium-')) : undefined;
    // Chromium's own sandbox refuses root.
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const folder = `--user-data-dir=${profile ?? this.#temporary}`;
    const words = [...FLAGS, ...flags, ...asRoot, folder, 'about:blank'];
    this.#child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
    this.#child.stderr?.on('data', (data: Buffer) => {
      this.#words = (this.#words + data).slice(-2000);
    });
    this.gone = new Promise((resolve) => {
      const end = (why: string) => {
        this.#end(why);
        resolve(why);
      };
      this.#child.on('error', (error) => end(error.message));
      this.#child.on('exit', (code, signal) => end(`it ended with ${code ?? signal}\n${this.#words}`));
    });
    // A broken pipe is followed by its end, which says more.
    this.#input.on('error', () => {});
    this.#listen(this.#child.stdio[4] as Readable);
  }

  /** Resolves when Chromium responds; rejects with E_CHROMIUM. */
  static async start(program: string, options: ChromiumOptions = { flags: HEADLESS }): Promise<Chromium> {
    const chromium = new Chromium(program, options);
    try {
      await chromium.send('Browser.getVersion');
    } catch (error) {
      await chromium.close();
      throw error;
    }
    return chromium;
  }

  get #input(): Writable {
    return this.#child.stdio[3] as Writable;
  }

  #end(why: string): void {
    this.#ended ??= why;
    for (const wait of this.#waits.values()) wait.reject(failure(`Chromium does not respond: ${why}`));
    this.#waits.clear();
  }

  /** Reads messages: JSON, each followed by a zero byte. */
  #listen(output: Readable): void {
    let parts: Buffer[] = [];
    let bytes = 0;
    output.on('data', (data: Buffer) => {
      let rest = data;
      for (let zero = rest.indexOf(0); zero >= 0; zero = rest.indexOf(0)) {
        const message = Buffer.concat([...parts, rest.subarray(0, zero)]);
        rest = rest.subarray(zero + 1);
        parts = [];
        bytes = 0;
        this.#receive(JSON.parse(message.toString('utf8')) as Answer);
      }
      parts.push(rest);
      bytes += rest.length;
      if (bytes > MESSAGE_MAX) this.#end('its response is too large');
    });
    output.on('error', () => {});
  }

  #receive(answer: Answer): void {
    if (answer.id === undefined) {
      for (const listener of this.#heard) listener(answer);
      return;
    }
    const wait = this.#waits.get(answer.id);
    this.#waits.delete(answer.id);
    if (answer.error) wait?.reject(failure(`Chromium refused a command: ${answer.error.message}`));
    else wait?.resolve(answer.result);
  }

  /** Sends one command of the protocol; `session` is that of a page. */
  send<T>(method: string, params: object = {}, session?: string): Promise<T> {
    if (this.#ended !== undefined)
      return Promise.reject(failure(`Chromium does not respond: ${this.#ended}`));
    const id = this.#next++;
    const message = { id, method, params, ...(session !== undefined && { sessionId: session }) };
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waits.delete(id);
        reject(failure(`Chromium does not respond ${method}`));
      }, COMMAND_MS);
      this.#waits.set(id, {
        resolve: (result) => {
          clearTimeout(late);
          resolve(result as T);
        },
        reject: (error) => {
          clearTimeout(late);
          reject(error);
        },
      });
      this.#input.write(`${JSON.stringify(message)}\0`);
    });
  }

  /** Listens for events of that name; returns a function that stops. */
  listen<T>(method: string, heard: (params: T) => void): () => void {
    const listener = (event: Answer) => event.method === method && heard(event.params as T);
    this.#heard.add(listener);
    return () => void this.#heard.delete(listener);
  }

  /** Ends Chromium and removes its temporary profile. */
  async close(): Promise<void> {
    const { exitCode, signalCode, pid } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) {
      const gone = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
      // Writes a profile that stays. A Chromium that does not respond gets the signal below.
      if (this.#temporary === undefined) this.send('Browser.close').catch(() => {});
      else this.#child.kill('SIGTERM');
      const force = setTimeout(() => this.#child.kill('SIGKILL'), EXIT_MS);
      await gone;
      clearTimeout(force);
    }
    if (this.#temporary !== undefined)
      rmSync(this.#temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}
