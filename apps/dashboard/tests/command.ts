// The rtprobe command as a person starts it, as a process of its own: `rtprobe serve`, `rtprobe demo`.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const node = `${root}/node_modules/.bin/node`;

export interface Served {
  url: string;
  port: number;
  /** Where the script tells it. */
  token: string | undefined;
  /** As Ctrl-C would; resolves when it has ended. */
  stop(): Promise<void>;
  /** As a power cut would: no goodbye. */
  kill(): Promise<void>;
}

/** Runs `rtprobe WORDS --json` until it says where it serves. */
export function rtprobe(words: readonly string[]): Promise<Served> {
  return serve('apps/cli/src/main.ts', [...words, '--json']);
}

/** Runs a script that prints its address as a line of JSON; its own words are in the error when it does not. */
export async function serve(script: string, words: readonly string[]): Promise<Served> {
  const child = spawn(node, [script, ...words], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  child.stderr.on('data', (data: Buffer) => said.push(String(data)));
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${script} ${words.join(' ')} ended with ${code}: ${said.join('').slice(-2000)}`);
  });
  const line = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const [json] = await Promise.race([line, ended]);
  // From here on its end is wanted, or shows as a page without data.
  ended.catch(() => {});
  const { url, port, token } = JSON.parse(json) as { url: string; port: number; token?: string };
  return { url, port, token, stop: () => end(child, 'SIGINT'), kill: () => end(child, 'SIGKILL') };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
