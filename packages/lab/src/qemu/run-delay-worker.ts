// Samples the run delay and the sleep of QEMU's virtual CPU threads. See run-delay.ts.
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import { setPriority } from 'node:os';
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
  /** What the latest sample read. */
  last: Reading;
  /** Run delay that was reported. */
  delayNs: bigint;
  sampledUs: number;
  sentUs: number;
  /** Start of the time, not reported yet, in which the thread slept. */
  asleepSinceUs: number | undefined;
  /** Length of the sleep so far, reported or not; 0 while the thread runs. */
  sleepUs: number;
}

interface Reading {
  readonly onCpuNs: bigint;
  readonly delayNs: bigint;
  /** Number of times that the thread got a CPU. */
  readonly times: string;
  readonly sleeps: boolean;
}

const text = Buffer.alloc(512);
const nowUs = (): number => Number(process.hrtime.bigint() / 1000n);

function read(file: number): string {
  return text.toString('latin1', 0, readSync(file, text, 0, text.length, 0));
}

/**
 * Reads the state first: the counters that follow contain every run and wait before it. In the other order they could
 * lack a run that ended in between, which would then count as sleep.
 */
function readThread({ schedstat, stat }: Pick<Thread, 'schedstat' | 'stat'>): Reading {
  const state = read(stat);
  const [onCpu, delay, times] = read(schedstat).trimEnd().split(' ');
  // The state is the field after the name, which is in parentheses and can contain any character.
  const sleeps = state[state.lastIndexOf(')') + 2] === 'S';
  return { onCpuNs: BigInt(onCpu!), delayNs: BigInt(delay!), times: times!, sleeps };
}

/** Returns "" for a thread that has just ended; QEMU's others come and go. */
function nameOf(task: string): string {
  try {
    return readFileSync(`${task}/comm`, 'utf8');
  } catch {
    return '';
  }
}

function openThreads(pid: number): Thread[] {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).flatMap((tid) => {
    const cpu = /^CPU (\d+)\//.exec(nameOf(`${tasks}/${tid}`))?.[1];
    if (cpu === undefined) return [];
    const files = {
      schedstat: openSync(`${tasks}/${tid}/schedstat`, 'r'),
      stat: openSync(`${tasks}/${tid}/stat`, 'r'),
    };
    const at = nowUs();
    const last = readThread(files);
    const times = { sampledUs: at, sentUs: at, asleepSinceUs: undefined, sleepUs: 0 };
    return [{ cpu: Number(cpu), ...files, last, delayNs: last.delayNs, ...times }];
  });
}

/**
 * The schedulers of the host can keep this thread from sampling for longer than a virtual CPU sleeps. A niceness counts
 * for one thread (setpriority(2)). A missing permission is not an error: fewer sleeps are found then.
 */
function takePrecedence(): void {
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), -20);
  } catch {
    // Not root.
  }
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
 * Returns how long a thread slept between two samples in which it sleeps: all the time that it neither ran nor waited.
 * Both counters are whole then, since the scheduler adds to them when a run or a wait ends.
 */
function sleptBetween(from: Reading, to: Reading, elapsedUs: number): number {
  const awakeNs = to.onCpuNs - from.onCpuNs + to.delayNs - from.delayNs;
  return elapsedUs - Math.ceil(Number(awakeNs) / 1000);
}

/**
 * Reads the clock before and after the files, so that a wait that it finds ended within the span. A thread that sleeps,
 * and has not run since the previous sample, slept all the time between both.
 */
function sample(thread: Thread): RunDelay[] {
  const { cpu, last, delayNs, sampledUs: previousUs, sentUs } = thread;
  const beforeUs = nowUs();
  const now = readThread(thread);
  const untilUs = nowUs();
  const slept = now.sleeps && now.onCpuNs === last.onCpuNs && now.times === last.times;
  thread.last = now;
  thread.sampledUs = untilUs;
  const found: RunDelay[] = [];
  if (slept) {
    thread.asleepSinceUs ??= previousUs;
    thread.sleepUs += beforeUs - previousUs;
  } else {
    found.push(...takeSleep(thread, previousUs));
    const part = last.sleeps && now.sleeps ? sleptBetween(last, now, beforeUs - previousUs) : 0;
    if (part >= LEAST_US)
      found.push({ cpu, untilUs, spanUs: untilUs - previousUs, delayUs: part, asleep: true });
  }
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

takePrecedence();
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
