// Compares what rtprobe reports of a cycle with what the control loop itself saw.
import { overlap, type Part, parseSpikes, type Spike } from '../truth/windows.ts';
import type { Kind } from './kinds.ts';

/** Times are nanoseconds of the guest's CLOCK_MONOTONIC. */
export interface Cycle {
  readonly due: number;
  readonly end: number;
  /** When the program did what makes the cycle too long. */
  readonly from: number;
  readonly to: number;
  /** The spike of this cycle. */
  readonly spike?: Spike;
}

export interface Verdict {
  readonly found: boolean;
  /** The value is that of the program, and the parts add up to it. */
  readonly summed: boolean;
  readonly right: boolean;
  /** Another cause than the true one is a large part, or the true one is longer than it was. */
  readonly wrong: boolean;
  /** How much longer rtprobe's value is. */
  readonly longerNs: number;
  /** How much of the true time the cause lacks. */
  readonly lacksNs: number;
  readonly unaccountedNs: number;
  readonly valueNs: number;
  /** The parts that decided, as rtprobe shows them. */
  readonly shown: readonly string[];
}

/** How much of a cycle its spike has at least: a host can stop the guest's CPU before a clock is read. */
const OVERLAP = 0.5;
/** From the program's last reading of the clock to its sleep. */
const END_NS = 500_000;
/** System calls around what the program did, on an emulated CPU. */
const MARGIN_NS = 300_000;
const SHARE = 0.1;
/** Parts that say what kept the task from running. What else the guest ran meanwhile takes less than OTHER_NS. */
const CAUSES = /^(late_timer|task|blocked|throttled|fair_server|irqs_off) /;
const OTHER_NS = 1_000_000;

const sum = (parts: readonly Part[]): number => parts.reduce((all, { ns }) => all + ns, 0);

/** Returns begin and end of the lines of a word. */
const timesOf = (word: string, output: string): number[][] =>
  [...output.matchAll(new RegExp(`^${word} (\\d+) (\\d+)$`, 'gm'))].map(([, from, to]) => [
    Number(from),
    Number(to),
  ]);

/** Returns the cycles of a kind in the output of kmod/tests/truth/cycles.sh, each with its spike. */
export function parseCycles(kind: Kind, output: string): Cycle[] {
  const spikes = parseSpikes(output).filter(({ measure }) => measure === 'response_time');
  const wakes = timesOf('woke', output);
  const runs = timesOf('ran', output);
  return [...output.matchAll(/^cycle (\d+) \d+ (\d+) (\S+) (\d+) (\d+)$/gm)]
    .filter(([, , , what]) => what === kind.request)
    .map(([, ...words]) => {
      const [due, end, , from, to] = words.map(Number) as [number, number, number, number, number];
      const spike = spikes.find((each) => overlap(each, { from: due, to: end }) > (end - due) * OVERLAP);
      // The task was woken then; that it runs again can take longer.
      const woke = wakes.find(([begin]) => begin! > from && begin! < to)?.[1];
      // The other task ran then; the call that woke it took longer.
      const ran = runs.find(([begin, until]) => begin! > from && until! < to);
      const [begin, until] = ran ?? [from, woke === undefined ? to : Math.min(to, woke)];
      return { due, end, from: begin!, to: until!, ...(spike && { spike }) };
    });
}

/** @param pausedNs how long the host did not run the guest's CPU meanwhile, at most */
export function judge(kind: Kind, { due, end, from, to, spike }: Cycle, pausedNs: number): Verdict {
  const nothing = { found: false, summed: false, right: false, wrong: false, longerNs: 0, lacksNs: 0 };
  if (!spike?.parts[0]) return { ...nothing, unaccountedNs: 0, valueNs: 0, shown: [] };
  const { parts } = spike;
  const valueNs = spike.to - spike.from;
  const longerNs = valueNs - (end - due);
  const causes = parts.filter(({ text }) => kind.cause.test(text));
  const isCause = causes.length > 0;
  // Interrupts divide the time of what they interrupt.
  const interrupts = parts.filter(({ text }) => /^(vector|hardirq|softirq|nmi|probe) /.test(text));
  const others = parts.filter(({ text }) => CAUSES.test(text) && !kind.cause.test(text));
  const lacksNs = to - from - sum(causes);
  const margin = MARGIN_NS + (to - from) * SHARE + pausedNs;
  const isTooLong = isCause && !kind.isLonger && -lacksNs > margin;
  return {
    found: true,
    summed: Math.abs(sum(parts) - valueNs) < 1 && longerNs >= 0 && longerNs <= END_NS + pausedNs,
    right: isCause && (kind.isShorter || lacksNs <= margin + sum(interrupts)) && !isTooLong,
    wrong: isTooLong || others.some(({ ns }) => ns > OTHER_NS + pausedNs),
    longerNs,
    lacksNs,
    unaccountedNs: sum(parts.filter(({ text }) => text.startsWith('unaccounted '))),
    valueNs,
    shown: (isCause ? causes : parts).map(({ text }) => text),
  };
}

export interface Row {
  readonly kind: string;
  readonly windows: number;
  readonly found: number;
  readonly summed: number;
  readonly right: number;
  readonly wrong: number;
  /** Windows in which the host did not run the guest's CPU for more than a tenth of the time. */
  readonly paused: number;
  /** Medians. */
  readonly longerNs: number;
  readonly lacksNs: number;
  readonly unaccounted: Quantiles;
  /** Of the first window that is right. */
  readonly shown?: string;
  readonly complaints: readonly string[];
}

interface Quantiles {
  readonly p99Ns: number;
  /** In percent of the value. */
  readonly p99Percent: number;
  readonly maxNs: number;
}

/** Returns the smallest value that at least this share of the values does not exceed; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

export function rowOf(kind: Kind, cycles: readonly Cycle[], pausedNs: (cycle: Cycle) => number): Row {
  const verdicts = cycles.map((cycle) => ({ cycle, ...judge(kind, cycle, pausedNs(cycle)) }));
  const found = verdicts.filter((each) => each.found);
  const count = (key: 'summed' | 'right' | 'wrong'): number => verdicts.filter((each) => each[key]).length;
  const shown = verdicts.find(({ right }) => right)?.shown[0];
  return {
    kind: kind.name,
    windows: cycles.length,
    found: found.length,
    summed: count('summed'),
    right: count('right'),
    wrong: count('wrong'),
    paused: cycles.filter((cycle) => pausedNs(cycle) * 10 > cycle.end - cycle.due).length,
    longerNs: quantile(
      found.map(({ longerNs }) => longerNs),
      0.5,
    ),
    lacksNs: quantile(
      found.map(({ lacksNs }) => lacksNs),
      0.5,
    ),
    unaccounted: {
      p99Ns: quantile(
        found.map(({ unaccountedNs }) => unaccountedNs),
        0.99,
      ),
      p99Percent: quantile(
        found.map(({ unaccountedNs, valueNs }) => (unaccountedNs * 100) / valueNs),
        0.99,
      ),
      maxNs: Math.max(0, ...found.map(({ unaccountedNs }) => unaccountedNs)),
    },
    ...(shown !== undefined && { shown }),
    complaints: verdicts
      .filter(({ right, summed }) => !right || !summed)
      .map(
        ({ cycle, shown, lacksNs, longerNs, found }) =>
          `${found ? '' : 'not found, '}from ${cycle.from} to ${cycle.to}, cycle ${cycle.due} to ${cycle.end}, paused ${pausedNs(cycle)}, value ${longerNs} longer, cause lacks ${lacksNs}: ${shown.join('; ')}`,
      ),
  };
}

/** The goals: all found, with the right cause and parts that add up to what the program saw; and little unaccounted. */
export const isMet = ({ windows, found, summed, right, wrong, unaccounted }: Row): boolean =>
  windows > 0 &&
  found === windows &&
  summed === windows &&
  right === windows &&
  wrong === 0 &&
  (unaccounted.p99Ns < 5000 || unaccounted.p99Percent < 1);
