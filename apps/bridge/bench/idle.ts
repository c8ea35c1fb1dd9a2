// Measures the bridge's CPU time with one browser at 10 Hz: it replays a real recording at normal speed in a process of
// its own; the browser is in this process.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Browser } from '../tests/harness.ts';

const SECONDS = 20;
const SETTLE_MS = 4000;
const GOAL = 0.05;

const bridge = spawn(process.execPath, [join(import.meta.dirname, 'replay-process.ts')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const line = await new Promise<string>((resolve) =>
  bridge.stdout.once('data', (d: Buffer) => resolve(`${d}`.trim())),
);

/** Returns the CPU seconds of the process, user and system. */
function cpuSeconds(): number {
  const fields = readFileSync(`/proc/${bridge.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  const ticksPerSecond = 100;
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

const { url, token } = JSON.parse(line) as { url: string; token: string };
const browser = await Browser.open(url, { headers: { authorization: `Bearer ${token}` } });
browser.subscribe('lab', 10);
await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
const frames = browser.frames.length;
const before = cpuSeconds();
await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
const share = (cpuSeconds() - before) / SECONDS;
const rate = (browser.frames.length - frames) / SECONDS;
browser.close();
bridge.kill();
console.log(
  `one browser, ${rate.toFixed(1)} frames a second: ${(share * 100).toFixed(1)} % of a core (goal: under ${GOAL * 100} %)`,
);
process.exitCode = share < GOAL && rate > 5 ? 0 : 1;
