// A guest with known disturbances: the program that causes each, what it did by the guest's own clock, and what the
// sentence of its spike must contain. For the meaning of the times see kmod/tests/README.md, "How far the truth goes".
import {
  type BootedGuest,
  boot,
  buildDisturbance,
  equip,
  type KernelName,
  prepareEquipment,
  prepareKernel,
} from '@rtprobe/lab';
import type { Measure, Spike } from '@rtprobe/protocol';

const FOLDER = '/root/disturb';
const PROC = '/proc/rtprobe_disturb';
/** The CPU that is disturbed. */
const CPU = 1;
/** Far longer than most delays that an emulated guest causes by itself. */
const US = 15_000;
const THRESHOLD = '10ms';
const PERIOD_NS = 1_000_000;
/** All except thread_latency, whose thread would run before all other tasks. */
const MEASURES_ON = [
  ...[
    'hardirq_duration',
    'vector_duration',
    'softirq_latency',
    'softirq_duration',
    'timer_latency',
    'irqsoff',
  ],
  ...['irqline_off', 'irq_thread_latency', 'irq_thread_duration', 'wakeup_latency', 'irq_to_task'],
];

/** What was done; times in ns of the guest's CLOCK_MONOTONIC. */
export interface Truth {
  number: number;
  kind: string;
  startNs: bigint;
  endNs: bigint;
  /** Shortest and longest possible duration: from start to end, and from before the start to after the end. */
  leastNs: number;
  mostNs: number;
  irq: number;
  pid: number;
  comm: string;
  /** kind=irqthread: until when the IRQ thread was kept off the CPU, and what it did then. */
  hogEndNs: bigint;
  threadStartNs: bigint;
  threadEndNs: bigint;
  /** When the victim finally ran, if there is one. */
  ranNs: bigint;
}

/** A duration in the sentence must be between these. */
export type Bounds = readonly [leastNs: number, mostNs: number];

export interface Claim {
  readonly measure: Measure;
  /** The rule that makes it a spike, without measure and threshold; IRQ stands for the device's line. */
  readonly rule: string;
  /** Every capture group is a duration. */
  sentence(truth: Truth, spike: Spike): RegExp;
  /** Limits for each of those durations. */
  bounds(truth: Truth, spike: Spike): readonly Bounds[];
}

/** A disturbance by a program with a name of its own. For `kind` see kmod/tests/disturb.c. */
export interface Disturbance {
  readonly title: string;
  readonly kind: string;
  readonly program: string;
  /** CPU of the program; 0 if its victim is another task on CPU 1. */
  readonly on: number;
  readonly threshold?: string;
  readonly capture?: string;
  /** It is not in the recording of RECORDED_DISTURBANCES. */
  readonly liveOnly?: boolean;
  /** Kernels on which nothing is late because of it, or nothing records the reason. */
  readonly notOn?: readonly string[];
  readonly claims: readonly Claim[];
}

const D = String.raw`(\d+(?:\.\d+)? (?:ns|µs|ms|s))`;
/** Two durations; the first has no unit if both have the same. */
/** Modules before this sentence do not say that a stall would look the same. */
const DOUBT = String.raw`(?: A stall of the CPU would look the same\.)?`;
const RANGE = String.raw`(\d+(?:\.\d+)?(?: (?:ns|µs|ms|s))?)–${D}`;
const words = (text: string): RegExp => new RegExp(`^${text}`);
const ns = (later: bigint, earlier: bigint): number => Number(later - earlier);
/**
 * Returns the longest possible duration, from its start to the spike: the host may take the CPU away after the
 * disturbance.
 */
const untilSpike = (truth: Truth, spike: Spike): number => ns(BigInt(spike.monoNs), truth.startNs);
/** Reduces a minimum by the time that handlers take on an emulated CPU. */
const net = (leastNs: number): number => leastNs * 0.5;

export const DISTURBANCES: readonly Disturbance[] = [
  {
    ...{ title: 'a busy hard handler', kind: 'hardirq', program: 'camera-grab', on: CPU },
    claims: [
      {
        ...{ measure: 'hardirq_duration', rule: 'irq=IRQ' },
        sentence: ({ irq, comm, pid }) =>
          words(
            String.raw`Irq ${irq} rtprobe-edu ran on CPU 1 for ${D}\. ` +
              (pid === 0 ? 'The CPU was idle' : `It interrupted ${comm}/${pid} in `),
          ),
        bounds: ({ leastNs, mostNs }) => [[leastNs, mostNs]],
      },
      {
        ...{ measure: 'timer_latency', rule: 'cpus=1' },
        sentence: ({ irq }) =>
          words(String.raw`The timer on CPU 1 fired ${D} late: ${D} irq ${irq} \(rtprobe-edu\) handler`),
        bounds: (truth, spike) => [
          [spike.valueNs, spike.valueNs],
          [truth.leastNs - PERIOD_NS, truth.mostNs],
        ],
      },
    ],
  },
  {
    ...{ title: 'interrupts disabled', kind: 'irqsoff', program: 'modem-flash', on: CPU },
    claims: [
      {
        ...{ measure: 'irqsoff', rule: 'cpus=1' },
        sentence: ({ comm, pid }) =>
          words(
            `Interrupts were disabled on CPU 1 for ${RANGE} while ` +
              String.raw`${comm}/${pid} ran in the kernel \(hold_interrupts_off \[rtprobe_disturb\]\)\.${DOUBT}$`,
          ),
        bounds: (truth, spike) => [
          [0, untilSpike(truth, spike) + PERIOD_NS],
          [truth.leastNs, Number.POSITIVE_INFINITY],
        ],
      },
      {
        ...{ measure: 'timer_latency', rule: 'cpus=1' },
        sentence: ({ comm, pid }) =>
          words(
            `The timer on CPU 1 fired ${D} late: ` +
              String.raw`${D} interrupts disabled in ${comm}/${pid} \(hold_interrupts_off \[rtprobe_disturb\]\)`,
          ),
        bounds: (truth, spike) => [
          [spike.valueNs, spike.valueNs],
          [truth.leastNs - PERIOD_NS, untilSpike(truth, spike) + PERIOD_NS],
        ],
      },
    ],
  },
  {
    ...{ title: 'a task of a higher real-time priority', kind: 'fifo', program: 'arm-planner', on: 0 },
    claims: [
      {
        ...{ measure: 'wakeup_latency', rule: 'comm=rtprobe-victim' },
        sentence: ({ pid }) =>
          words(
            String.raw`rtprobe-victim/${pid} on CPU 1 ran ${D} late: ${D} rtprobe-hog/\d+ running.*\. ` +
              String.raw`It was woken while rtprobe-hog/\d+ was running\.$`,
          ),
        bounds: ({ leastNs, mostNs }) => [
          [leastNs, mostNs],
          [net(leastNs), mostNs],
        ],
      },
    ],
  },
  {
    ...{
      title: 'a busy threaded handler behind such a task',
      kind: 'irqthread',
      program: 'lidar-scan',
      on: 0,
    },
    claims: [
      {
        ...{ measure: 'irq_thread_latency', rule: 'irq=IRQ' },
        // Threads of other interrupts have the same priority; if the host took the CPU away, they may have used more of
        // it.
        sentence: ({ irq }) =>
          words(
            String.raw`The thread of irq ${irq} \(rtprobe-edu\) on CPU 1 ran ${D} after it was woken: ` +
              String.raw`(?:.*, )?${D} rtprobe-hog/\d+ running`,
          ),
        bounds: ({ hogEndNs, startNs, endNs, threadStartNs }) => [
          // The wakeup is later than the handler's last reading of the clock: ftrace saw 0.8 ms where the emulator
          // runs the instructions between them for the first time, 20 µs after that.
          [ns(hogEndNs, endNs) - PERIOD_NS, ns(threadStartNs, startNs)],
          [net(ns(hogEndNs, endNs)), ns(threadStartNs, startNs)],
        ],
      },
      {
        ...{ measure: 'irq_thread_duration', rule: 'irq=IRQ' },
        sentence: ({ irq }) =>
          words(String.raw`The thread of irq ${irq} \(rtprobe-edu\) ran on CPU 1 for ${D}\.$`),
        bounds: ({ threadStartNs, threadEndNs, hogEndNs, ranNs }) => [
          [net(ns(threadEndNs, threadStartNs)), ns(ranNs, hogEndNs)],
        ],
      },
      {
        ...{ measure: 'irq_to_task', rule: 'irq=IRQ comm=rtprobe-victim' },
        sentence: ({ irq, pid }) =>
          words(
            `rtprobe-victim/${pid} on CPU 1 ran ${D} after irq ${irq}: ` +
              String.raw`(?=.* rtprobe-hog/\d+ running)(?=.* thread of irq ${irq} \(rtprobe-edu\))`,
          ),
        bounds: ({ threadEndNs, startNs, mostNs }) => [[ns(threadEndNs, startNs) - 100_000, mostNs]],
      },
    ],
  },
  {
    ...{ title: 'a busy softirq', kind: 'softirq', program: 'packet-pump', on: CPU },
    claims: [
      {
        ...{ measure: 'softirq_duration', rule: 'name=TASKLET' },
        // Not every kernel reports the functions of tasklets.
        sentence: ({ comm, pid }, { parts }) =>
          words(
            `Softirq TASKLET ran on CPU 1 for ${D}` +
              (parts?.some(({ callback }) => callback)
                ? String.raw`: .*softirq TASKLET: tasklet run_softly \[rtprobe_disturb\].*`
                : '') +
              String.raw`\. It ran in the context of ${comm}/${pid} ` +
              String.raw`\(stall_softly \[rtprobe_disturb\]\)\.$`,
          ),
        bounds: ({ leastNs, mostNs }) => [[net(leastNs), mostNs]],
      },
    ],
  },
  {
    ...{ title: 'softirqs off', kind: 'softirqsoff', program: 'route-sync', on: CPU },
    // Without PREEMPT_RT_NEEDS_BH_LOCK, ksoftirqd runs softirqs although another task has turned them off.
    notOn: ['7.x-rt'],
    claims: [
      {
        ...{ measure: 'softirq_latency', rule: 'name=TASKLET' },
        sentence: ({ comm, pid }) =>
          words(
            String.raw`Softirq TASKLET on CPU 1 ran ${D} after it was raised: ${D} ${comm}/${pid} running.*\. ` +
              String.raw`It ran in the context of ${comm}/${pid} \(stall_softly \[rtprobe_disturb\]\)\.$`,
          ),
        bounds: ({ leastNs, mostNs }) => [
          [leastNs, mostNs],
          [net(leastNs), mostNs],
        ],
      },
    ],
  },
  {
    ...{ title: 'a disabled line', kind: 'line', program: 'sensor-reset', on: CPU },
    claims: [
      {
        ...{ measure: 'irqline_off', rule: 'irq=IRQ' },
        sentence: ({ irq, comm, pid }) =>
          words(
            String.raw`Irq ${irq} \(rtprobe-edu\) was disabled for ${D}\. ${comm}/${pid} was running when the line ` +
              String.raw`was enabled again \(stall_line \[rtprobe_disturb\]\)\.$`,
          ),
        bounds: ({ leastNs, mostNs }) => [[leastNs, mostNs]],
      },
    ],
  },
  {
    ...{ title: 'a lock held against a real-time task', kind: 'lock', program: 'lens-park', on: 0 },
    // They have no contention tracepoints.
    notOn: ['5.10', '5.10-rt'],
    // Any wakeup latency will do: the subject is the lock that the task waited for.
    ...{ threshold: '1ns', capture: 'stack,process,files,locks,trace' },
    claims: [
      {
        ...{ measure: 'wakeup_latency', rule: 'comm=rtprobe-victim' },
        sentence: ({ pid }) =>
          words(
            String.raw`rtprobe-victim/${pid} on CPU 1 ran .*\. It had waited ${D} in wait_for_lock ` +
              String.raw`\[rtprobe_disturb\] for a lock that lens-park/\d+ held when the wait began\.$`,
          ),
        bounds: ({ leastNs, mostNs }) => [[leastNs, mostNs]],
      },
    ],
  },
  {
    ...{ title: 'handlers inside handlers', kind: 'nested', program: 'gpio-bank', on: CPU, liveOnly: true },
    claims: [
      {
        ...{ measure: 'timer_latency', rule: 'cpus=1' },
        sentence: () =>
          words(
            String.raw`The timer on CPU 1 fired ${D} late: ${D} irq \d+ \(rtprobe-nest[012]\) handler` +
              String.raw`(?: ×2)?, ${D} irq \d+ \(rtprobe-nest[012]\) handler`,
          ),
        // Each of the three takes US before it calls the next, and US after it.
        bounds: ({ mostNs }, spike) => {
          const own: Bounds = [2 * US * 1000 - PERIOD_NS, mostNs - 4 * US * 1000];
          return [[spike.valueNs, spike.valueNs], own, own];
        },
      },
    ],
  },
];

/** Those of the stored recording, which other tests send through the bridge. */
export const RECORDED_DISTURBANCES: readonly Disturbance[] = DISTURBANCES.filter(({ liveOnly }) => !liveOnly);

/** Returns true if a spike can belong to a disturbance: it ended during or after it, and began before its end. */
export function isOf({ measure }: Claim, truth: Truth, spike: Spike): boolean {
  if (spike.measure !== measure || spike.cpu !== CPU) return false;
  const ended = Number(spike.monoNs);
  const last = Math.max(...[truth.endNs, truth.threadEndNs, truth.ranNs].map(Number));
  return ended >= Number(truth.endNs) && ended - spike.valueNs < last;
}

const UNITS: Readonly<Record<string, number>> = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 };
/** A sentence has three significant digits. */
const ROUNDING = 0.006;

/** Returns the durations in a sentence that matches the claim, in ns; undefined if it does not match. */
function durationsIn(sentence: string, pattern: RegExp): number[] | undefined {
  return pattern
    .exec(sentence)
    ?.slice(1)
    .map((text, i, all) => {
      const [value, unit = all[i + 1]!.split(' ')[1]!] = text.split(' ') as [string, string?];
      return Number(value) * UNITS[unit]!;
    });
}

/** Returns what is wrong with a sentence; undefined if it names the cause, with durations within the limits. */
export function faultOf(claim: Claim, truth: Truth, spike: Spike, sentence: string): string | undefined {
  const pattern = claim.sentence(truth, spike);
  const said = durationsIn(sentence, pattern);
  if (said === undefined) return `"${sentence}" does not match ${pattern}`;
  const outside = claim.bounds(truth, spike).flatMap(([least, most], i) => {
    const value = said[i]!;
    const within = value >= least * (1 - ROUNDING) && value <= most * (1 + ROUNDING);
    return within ? [] : [`duration ${i + 1}, ${value} ns, is not within ${least} to ${most} ns`];
  });
  return outside.length === 0 ? undefined : `"${sentence}": ${outside.join('; ')}`;
}

/** Reads a line of /proc/rtprobe_disturb. */
export function readTruth(line: string): Truth {
  const words = line.split(' ');
  const big = (at: number): bigint => BigInt(words[at]!);
  const number = (at: number): number => Number(words[at]);
  return {
    ...{
      number: number(0),
      kind: words[1]!,
      startNs: big(4),
      endNs: big(5),
      leastNs: number(6),
      mostNs: number(7),
    },
    ...{ irq: number(8), pid: number(10), comm: words[11]! },
    ...{ hogEndNs: big(12), threadStartNs: big(13), threadEndNs: big(14), ranNs: big(15) },
  };
}

export class DisturbedGuest {
  readonly guest: BootedGuest;
  readonly #irq: number;

  private constructor(guest: BootedGuest, irq: number) {
    this.guest = guest;
    this.#irq = irq;
  }

  /** Boots the guest with the module, the agent and everything else that is needed. @throws LabError */
  static async boot(kernel: KernelName, niceness = 0): Promise<DisturbedGuest> {
    const moduleParams = ['threshold=off', 'self_limit=off', `measures=${MEASURES_ON.join(',')}`];
    const equipment = await prepareEquipment({ kernel, moduleParams });
    const modules = await buildDisturbance(await prepareKernel(kernel));
    const guest = await boot({ kernel, cpus: 2, memoryMiB: 512, niceness });
    try {
      await equip(guest, equipment);
      const disturb = modules.filter((path) => path.endsWith('/rtprobe_disturb.ko'));
      await guest.copyIn(disturb, FOLDER);
      const programs = DISTURBANCES.map(({ program }) => program).join(' ');
      await guest.sh(
        `cd ${FOLDER} && insmod ./rtprobe_disturb.ko && for p in ${programs}; do cp "$(command -v sh)" $p; done`,
      );
      const irq = /irq=(\d+)/.exec(await guest.sh(`cat ${PROC}`))![1];
      return new DisturbedGuest(guest, Number(irq));
    } catch (error) {
      await guest.down();
      throw error;
    }
  }

  /**
   * Runs the disturbance once, under rules that allow only the claimed spikes, and returns what was done. @throws
   * LabError
   */
  async disturb({ kind, program, on, threshold = THRESHOLD, capture, claims }: Disturbance): Promise<Truth> {
    const how = `threshold=${threshold}${capture === undefined ? '' : ` capture=${capture}`}`;
    const rules = claims.map(({ measure, rule }) => `add measure=${measure} ${rule} ${how}`);
    const text = ['clear', ...rules].join('; ').replaceAll('IRQ', String(this.#irq));
    await this.guest.sh(`echo '${text}' >/proc/rtprobe/rules; echo clear >${PROC}`);
    // The program lives a little longer, so that its details can be read.
    const command = `echo kind=${kind} us=${US} cpu=${CPU} >${PROC}; sleep 0.1`;
    await this.guest.sh(`taskset -c ${on} ${FOLDER}/${program} -c '${command}'`);
    // Events from now on belong to no disturbance.
    const told = await this.guest.sh(`sleep 0.3; echo clear >/proc/rtprobe/rules; cat ${PROC}`);
    const truth = readTruth(told.split('\n').findLast((line) => /^\d/.test(line))!);
    return { ...truth, irq: this.#irq };
  }

  async down(): Promise<void> {
    await this.guest.down();
  }
}
