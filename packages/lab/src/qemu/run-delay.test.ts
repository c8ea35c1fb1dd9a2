import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
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

it('reports the sleep of a virtual CPU exactly, and nothing of it as a wait', async () => {
  // Runs for 30 ms and sleeps for 70 ms, in turn.
  const program = `printf '%s' 'CPU 5/TCG' > /proc/$$/comm; exec perl -e '
    use Time::HiRes qw(sleep time); $0 = "x"; open C, ">", "/proc/self/comm"; print C "CPU 5/TCG"; close C;
    $| = 1; while (1) { my $a = time; 1 while time < $a + 0.03; my $b = time; sleep 0.07; printf "%d %d\n", $b * 1e6, time * 1e6 }'`;
  const child = spawn('taskset', ['-c', '0', 'sh', '-c', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  await expect.poll(() => said).not.toBe('');
  // Offset of the wall clock that the program prints.
  const toSteady = Number(process.hrtime.bigint() / 1000n) - Date.now() * 1000;
  const found: RunDelay[] = [];
  const stop = watchRunDelays(child.pid!)((delays) => found.push(...delays));
  await sleep(1500);
  stop();

  const truth = said
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').map((us) => Number(us) + toSteady) as [number, number]);
  // The program reports a sleep when it has ended.
  const told = [truth[0]![0], truth.at(-1)![1]] as const;
  const asleep = found.filter(
    ({ asleep, untilUs, delayUs }) => asleep && untilUs - delayUs > told[0] && untilUs < told[1],
  );
  // Each reported sleep lies in a true one; the two clocks are read a millisecond apart.
  for (const { untilUs, delayUs } of asleep)
    expect(truth.some(([from, to]) => untilUs - delayUs >= from - 2500 && untilUs <= to + 2500)).toBe(true);
  const inside = truth.filter(([from]) => from >= found[0]!.untilUs).length;
  const sum = asleep.reduce((us, { delayUs }) => us + delayUs, 0);
  expect(sum).toBeGreaterThan(inside * 70_000 * 0.8);
});

// Further attempts: other work of the host can take most of a second from the program or from its watcher.
it('reports the sleep of a virtual CPU that runs for moments between two samples', { retry: 3 }, async () => {
  // Runs every millisecond, for some microseconds.
  const program = `exec perl -e 'open C, ">", "/proc/self/comm"; print C "CPU 6/TCG"; close C;
    $| = 1; print "on\\n"; select(undef, undef, undef, 0.001) while 1'`;
  const child = spawn('sh', ['-c', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  const found: RunDelay[] = [];
  const stop = watchRunDelays(child.pid!)((delays) => found.push(...delays));
  await expect.poll(() => found.length, { timeout: 5000 }).toBeGreaterThan(0);
  await sleep(800);
  stop();

  const elapsed = found.at(-1)!.untilUs - found[0]!.untilUs;
  const sum = (which: boolean): number =>
    found.slice(1).reduce((us, { asleep, delayUs }) => us + (asleep === which ? delayUs : 0), 0);
  // On a busy host it waits for most of the time.
  expect(sum(true)).toBeGreaterThan((elapsed - sum(false)) / 2);
  expect(sum(true)).toBeLessThanOrEqual(elapsed);
});

it('reports nothing of a process without virtual CPUs', async () => {
  const found: RunDelay[] = [];
  const stop = watchRunDelays(process.pid)((delays) => found.push(...delays));
  await sleep(300);
  stop();
  expect(found).toEqual([]);
});
