// Starts the rtprobe command in a process of its own: `rtprobe serve`, `rtprobe demo`.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const node = `${root}/node_modules/.bin/node`;

/**
 * Keys and sockets of these bridges, separate from the user's. One key for all, so that sessions are valid after a
 * restart of a bridge.
 */
const state = mkdtempSync(join(tmpdir(), 'rtprobe-state-'));
process.once('exit', () => rmSync(state, { recursive: true, force: true }));

export interface Served {
  url: string;
  port: number;
  /** Unix socket on which this user is an operator. */
  socket: string;
  /** Like Ctrl-C; resolves when it has exited. */
  stop(): Promise<void>;
  /** Like a power cut: SIGKILL. */
  kill(): Promise<void>;
}

/** Runs `rtprobe WORDS --json` until it prints its address. */
export function rtprobe(words: readonly string[]): Promise<Served> {
  const data = words.includes('--data') ? [] : ['--data', state];
  const socket = ['--socket', `${state}/run/{port}.sock`];
  return serve('apps/cli/src/main.ts', [...words, ...data, ...socket, '--json']);
}

/** Runs a script that prints its address as a line of JSON; if it does not, the error contains its output. */
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
  // From here on its exit is intended, or shows as a page without data.
  ended.catch(() => {});
  const { url, port, socket } = JSON.parse(json) as { url: string; port: number; socket: string };
  return { url, port, socket, stop: () => end(child, 'SIGINT'), kill: () => end(child, 'SIGKILL') };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
