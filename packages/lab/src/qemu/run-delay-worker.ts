// Samples the run delay of QEMU's virtual CPU threads. See run-delay.ts.
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
  readonly file: number;
  delayNs: bigint;
  sampledUs: number;
  sentUs: number;
}

const text = Buffer.alloc(64);
const nowUs = (): number => Number(process.hrtime.bigint() / 1000n);

/** Returns the run delay in nanoseconds: the second field. */
function readDelay(file: number): bigint {
  const length = readSync(file, text, 0, text.length, 0);
  return BigInt(text.toString('latin1', 0, length).split(' ')[1]!);
}

function openThreads(pid: number): Thread[] {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).flatMap((tid) => {
    const cpu = /^CPU (\d+)\//.exec(readFileSync(`${tasks}/${tid}/comm`, 'utf8'))?.[1];
    if (cpu === undefined) return [];
    const file = openSync(`${tasks}/${tid}/schedstat`, 'r');
    const at = nowUs();
    return [{ cpu: Number(cpu), file, delayNs: readDelay(file), sampledUs: at, sentUs: at }];
  });
}

/** Reads the clock before and after the file, so that a wait that it finds ended within the span. */
function sample(thread: Thread): RunDelay | undefined {
  const { cpu, file, delayNs, sampledUs } = thread;
  thread.sampledUs = nowUs();
  const total = readDelay(file);
  const untilUs = nowUs();
  const delayUs = Number((total - delayNs) / 1000n);
  const found = delayUs >= LEAST_US;
  if (!found && untilUs - thread.sentUs < SILENT_US) return undefined;
  if (found) thread.delayNs = total;
  thread.sentUs = untilUs;
  return { cpu, untilUs, spanUs: untilUs - sampledUs, delayUs: found ? delayUs : 0 };
}

const threads = openThreads(workerData as number);
try {
  while (threads.length > 0) {
    await sleep(EVERY_MS);
    const delays = threads.map(sample).filter((delay) => delay !== undefined);
    if (delays.length > 0) parentPort!.postMessage(delays);
  }
} catch {
  // QEMU has ended.
} finally {
  for (const { file } of threads) closeSync(file);
}
