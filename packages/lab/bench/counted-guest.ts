// A guest whose clock counts instructions, with the programs to measure in it.

import {
  type BootedGuest,
  boot,
  buildBench,
  buildProbe,
  type KernelName,
  type OnProgress,
} from '../src/index.ts';
import { guestTool } from '../src/tools.ts';
import type { Contender, Series } from './contenders.ts';

/** Result of one series, in instructions for each operation. */
export interface Figures {
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
  readonly mean: number;
}

/** Maximum time in ms of a series or a switch on a busy host. */
const TIMEOUT = 120_000;

/** @throws Error when the line is not one of kmod/bench/series.h */
export function parseFigures(line: string): Figures {
  const word = (name: string): number => {
    const value = new RegExp(`(?:^| )${name}=(\\d+)`).exec(line)?.[1];
    if (value === undefined) throw new Error(`no ${name}= in what the series said: "${line}"`);
    return Number(value);
  };
  const each = word('per_batch');
  return {
    median: word('median') / each,
    least: word('least') / each,
    greatest: word('greatest') / each,
    mean: word('sum') / each / word('batches'),
  };
}

/** @throws LabError */
export async function bootCounted(kernel: KernelName, onProgress: OnProgress): Promise<BootedGuest> {
  const modules = [await buildProbe(kernel), ...(await buildBench(kernel))];
  const tools: string[] = [];
  for (const tool of ['hardirqs', 'runqlat', 'softirqs'])
    tools.push(await guestTool(kernel, 'libbpf-tools', `usr/sbin/${tool}`, onProgress));
  const guest = await boot({ kernel, countInstructions: true, onProgress });
  await guest.copyIn(modules, '/run/lab/modules');
  await guest.copyIn(tools, '/usr/local/sbin');
  await guest.sh('insmod /run/lab/modules/rtprobe_bench.ko');
  return guest;
}

/**
 * Runs one series as a real-time task, so that little else of the guest runs between its batches. The priority is the one
 * that sched_set_fifo() gives the partner in kmod/bench/wakeup.c.
 */
export async function measure(guest: BootedGuest, series: Series): Promise<Figures> {
  const line = await guest.sh(`chrt -f 50 cat /proc/rtprobe_bench/${series}`, { timeout: TIMEOUT });
  return parseFigures(line);
}

/** Runs the contender's series with it on; returns undefined if this kernel lacks what it needs. */
export async function measureWith(
  guest: BootedGuest,
  contender: Contender,
): Promise<ReadonlyMap<Series, Figures> | undefined> {
  const { possible = 'true', start, stop, series } = contender;
  if ((await guest.exec(['sh', '-c', possible])).code !== 0) return undefined;
  await guest.sh(start, { timeout: TIMEOUT });
  const figures = new Map<Series, Figures>();
  for (const each of series) figures.set(each, await measure(guest, each));
  await guest.sh(stop, { timeout: TIMEOUT });
  return figures;
}

/** Returns the names of the module's measures in its control file. */
export async function measureNames(guest: BootedGuest): Promise<string[]> {
  const script =
    'insmod /run/lab/modules/rtprobe.ko measures=all && cat /proc/rtprobe/control && rmmod rtprobe';
  const text = await guest.sh(script, { timeout: TIMEOUT });
  return /^measures=(.*)$/m.exec(text)?.[1]?.split(',') ?? [];
}
