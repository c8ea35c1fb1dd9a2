import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { type RunDelay, watchRunDelays } from './run-delay.ts';

const children: ChildProcess[] = [];
/** Starts a busy process on CPU 0 whose only thread has that name. */
function busy(name: string): number {
  const script = `printf %s "${name}" > /proc/$$/comm; while :; do :; done`;
  const child = spawn('taskset', ['-c', '0', 'sh', '-c', script], { stdio: 'ignore' });
  children.push(child);
  return child.pid!;
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const runDelayUs = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1000;

it('finds all the time that another program kept a virtual CPU from running, and when', async () => {
  const pid = busy('CPU 3/TCG');
  await expect.poll(() => readFileSync(`/proc/${pid}/comm`, 'utf8')).toBe('CPU 3/TCG\n');
  const before = runDelayUs(pid);
  const found: RunDelay[] = [];
  const stop = watchRunDelays(pid)((delays) => found.push(...delays));
  await expect.poll(() => found.length, { timeout: 5000 }).toBeGreaterThan(0);
  const from = found[0]!.untilUs;
  busy('rival');
  busy('rival');
  await sleep(600);
  const until = Number(process.hrtime.bigint() / 1000n);
  await expect.poll(() => found.at(-1)!.untilUs).toBeGreaterThan(until);
  const total = runDelayUs(pid) - before;
  stop();

  const sum = found.reduce((us, { delayUs }) => us + delayUs, 0);
  // Two rivals take two thirds of the CPU: more than a quarter of the time is left for a machine with other work.
  expect(sum).toBeGreaterThan((until - from) / 4);
  expect(sum).toBeLessThanOrEqual(total + 1);
  expect(found.every(({ cpu, spanUs }) => cpu === 3 && spanUs >= 0)).toBe(true);
  expect(found.map(({ untilUs }) => untilUs)).toEqual(
    found.map(({ untilUs }) => untilUs).toSorted((a, b) => a - b),
  );
});

it('reports nothing of a process without virtual CPUs', async () => {
  const found: RunDelay[] = [];
  const stop = watchRunDelays(process.pid)((delays) => found.push(...delays));
  await sleep(300);
  stop();
  expect(found).toEqual([]);
});
