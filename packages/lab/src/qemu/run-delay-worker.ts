// Samples the run delay and the sleep of QEMU's virtual CPU threads. See run-delay.ts.
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { RunDelay } from './run-delay.ts';

const EVERY_MS = 2;
/** Interval of samples without a wait, which prove that there was none. */
const SILENT_US = 10_000;
/** A shorter wait is included in the next sample. */
const LEAST_US = 50;

interface Thread {
  readonly cpu: number;
  readonly schedstat: number;
  readonly stat: number;
  delayNs: bigint;
  /** Fields that change whenever the thread runs: the time on a CPU and the number of times that it got one. */
  ran: string;
  sampledUs: number;
  sentUs: number;
  /** Start of the time, not reported yet, in which the thread slept. */
  asleepSinceUs: number | undefined;
  /** Length of the sleep so far, reported or not; 0 while the thread runs. */
  sleepUs: number;
}

const text = Buffer.alloc(512);
const nowUs = (): number => Number(process.hrtime.bigint() / 1000n);

function read(file: number): string {
  return text.toString('latin1', 0, readSync(file, text, 0, text.length, 0));
}

function readSchedstat(file: number): { delayNs: bigint; ran: string } {
  const [onCpu, delay, times] = read(file).trimEnd().split(' ');
  return { delayNs: BigInt(delay!), ran: `${onCpu} ${times}` };
}

/** The state is the field after the name, which is in parentheses and can contain any character. */
function sleeps(file: number): boolean {
  const stat = read(file);
  return stat[stat.lastIndexOf(')') + 2] === 'S';
}

function openThreads(pid: number): Thread[] {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).flatMap((tid) => {
    const cpu = /^CPU (\d+)\//.exec(readFileSync(`${tasks}/${tid}/comm`, 'utf8'))?.[1];
    if (cpu === undefined) return [];
    const schedstat = openSync(`${tasks}/${tid}/schedstat`, 'r');
    const stat = openSync(`${tasks}/${tid}/stat`, 'r');
    const at = nowUs();
    const times = { sampledUs: at, sentUs: at, asleepSinceUs: undefined, sleepUs: 0 };
    return [{ cpu: Number(cpu), schedstat, stat, ...readSchedstat(schedstat), ...times }];
  });
}

/** Returns the sleep that was not reported yet, which ended at the latest at `endUs`. */
function takeSleep(thread: Thread, endUs: number): RunDelay[] {
  const { cpu, asleepSinceUs } = thread;
  thread.asleepSinceUs = undefined;
  if (asleepSinceUs === undefined || endUs - asleepSinceUs < LEAST_US) return [];
  const delayUs = endUs - asleepSinceUs;
  return [{ cpu, untilUs: endUs, spanUs: 0, delayUs, asleep: true }];
}

/**
 * Reads the clock before and after the file, so that a wait that it finds ended within the span. A thread that sleeps,
 * and has not run since the previous sample, slept all the time between both.
 */
function sample(thread: Thread): RunDelay[] {
  const { cpu, delayNs, ran, sampledUs: previousUs, sentUs } = thread;
  const beforeUs = nowUs();
  const now = readSchedstat(thread.schedstat);
  const untilUs = nowUs();
  const slept = now.ran === ran && sleeps(thread.stat);
  thread.ran = now.ran;
  thread.sampledUs = untilUs;
  const found: RunDelay[] = [];
  if (slept) {
    thread.asleepSinceUs ??= previousUs;
    thread.sleepUs += beforeUs - previousUs;
  } else found.push(...takeSleep(thread, previousUs));
  const delayUs = Number((now.delayNs - delayNs) / 1000n);
  const isDue = untilUs - sentUs >= SILENT_US;
  if (slept && isDue) found.push(...takeSleep(thread, beforeUs));
  if (delayUs >= LEAST_US) {
    thread.delayNs = now.delayNs;
    // A thread that was woken and waited for a CPU counts as asleep until it ran.
    const rest = Math.max(0, delayUs - thread.sleepUs);
    found.push({ cpu, untilUs, spanUs: untilUs - previousUs, delayUs: rest });
  } else if (isDue && found.length === 0) found.push({ cpu, untilUs, spanUs: 0, delayUs: 0 });
  if (!slept) thread.sleepUs = 0;
  if (found.length > 0) thread.sentUs = untilUs;
  return found;
}

const threads = openThreads(workerData as number);
try {
  while (threads.length > 0) {
    await sleep(EVERY_MS);
    const delays = threads.flatMap(sample);
    if (delays.length > 0) parentPort!.postMessage(delays);
  }
} catch {
  // QEMU has ended.
} finally {
  for (const { schedstat, stat } of threads) for (const file of [schedstat, stat]) closeSync(file);
}
