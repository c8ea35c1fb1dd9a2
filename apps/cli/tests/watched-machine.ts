// A bridge of the tests whose host has this machine's boot id, so that `rtprobe run` and `observe` accept it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Harness, startHarness, waitForState } from '../../bridge/tests/harness.ts';

const MAIN = join(import.meta.dirname, '../src/main.ts');
/** Folder of results of real tools. */
export const RESULTS = join(import.meta.dirname, '../../bridge/tests/fixtures/results');

export interface Started {
  child: ChildProcess;
  text: { stdout: string; stderr: string };
  ended: Promise<number>;
}

export interface WatchedMachine {
  harness: Harness;
  dir: string;
  /** Starts `rtprobe WORDS ACCESS END`, as a person would. */
  rtprobe(words: readonly string[], end?: readonly string[]): Started;
  close(): Promise<void>;
}

/** Starts the bridge, with history in a folder of its own. */
export async function watchThisMachine(): Promise<WatchedMachine> {
  const dir = mkdtempSync(join(tmpdir(), 'rtprobe-runs-'));
  const session = join(dir, 'token');
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const harness = await startHarness({ history: { dir: join(dir, 'data') }, waitForLive: false });
  harness.agent.helloWords = ` machine-id=${'0123456789abcdef'.repeat(2)} boot-id=${boot}`;
  harness.agent.hangUp();
  await waitForState(harness, 'live');
  writeFileSync(session, harness.token, { mode: 0o600 });
  return {
    ...{ harness, dir },
    rtprobe(words, end = []) {
      const access = ['--url', harness.bridge.url, '--session-file', session];
      const child = spawn(process.execPath, [MAIN, ...words, ...access, ...end], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const text = { stdout: '', stderr: '' };
      child.stdout.on('data', (part: Buffer) => (text.stdout += part));
      child.stderr.on('data', (part: Buffer) => (text.stderr += part));
      return { child, text, ended: once(child, 'close').then(([code]) => code) };
    },
    async close() {
      await harness.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
