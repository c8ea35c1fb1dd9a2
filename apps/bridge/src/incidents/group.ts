// Decides which spikes are one incident: a pure function of the spikes, independent of the order in which they arrived.
// docs/reference/incidents.md states the rule, docs/decisions/0021 the reasons.
import type { Spike } from '@rtprobe/protocol';
import { Sets } from './sets.ts';

/** Largest gap between windows that touch: the hooks themselves take that time. */
const SLACK_NS = 10_000;
/** A longer window is cut to this length before its end. */
const WINDOW_MAX_NS = 10e9;
/** Largest distance between the ends of an incident's windows. A longer chain is cut at multiples of it. */
const SPAN_NS = 10e9;
/**
 * The incident of a spike depends only on spikes within this time of it. A chain that is too long is detected within
 * SPAN_NS and one window, and its slice within another SPAN_NS.
 */
export const REACH_NS = 2 * SPAN_NS + WINDOW_MAX_NS + 1e9;

/** A spike and its window, in nanoseconds of CLOCK_MONOTONIC. */
export interface Windowed {
  readonly spike: Spike;
  readonly start: number;
  readonly end: number;
  /** Number of the spike in its load of the module. */
  readonly number: number;
}

export function windowOf(spike: Spike): Windowed {
  const end = Number(spike.monoNs);
  const number = Number(spike.id.slice(spike.id.lastIndexOf('-') + 1));
  return { spike, start: end - Math.min(spike.valueNs, WINDOW_MAX_NS), end, number };
}

/** Orders by the end of the window. */
export const inOrder = (a: Windowed, b: Windowed): number => a.end - b.end || a.number - b.number;

/**
 * Returns whether the window of a spike is time of its CPU. A disabled line uses no CPU time, and the window of
 * interrupt time is not recorded.
 */
const hasWindow = ({ measure }: Spike): boolean => measure !== 'irqline_off' && measure !== 'stolen';

const overlap = (a: Windowed, b: Windowed): number => Math.min(a.end, b.end) - Math.max(a.start, b.start);
const touch = (a: Windowed, b: Windowed): boolean => overlap(a, b) >= -SLACK_NS;

const taskKey = (task: Spike['victim']): string | undefined =>
  task === undefined || task.pid === 0 ? undefined : `${task.pid}/${task.startNs}`;

type Link = (a: Windowed, b: Windowed) => void;

/** Links the windows of a list that touch, directly or through others. */
function linkTouching(list: readonly Windowed[], link: Link): void {
  let last: Windowed | undefined;
  for (const next of list.toSorted((a, b) => a.start - b.start || inOrder(a, b))) {
    if (last && next.start <= last.end + SLACK_NS) link(last, next);
    if (!last || next.end > last.end) last = next;
  }
}

/** Links interrupt time to the spike of its interrupt: the newest on its CPU that took at least half of it. */
function linkStolen(all: readonly Windowed[], link: Link): void {
  for (const [at, stolen] of all.entries()) {
    if (stolen.spike.measure !== 'stolen') continue;
    for (let i = at - 1; i >= 0 && all[i]!.end >= stolen.end - WINDOW_MAX_NS; i--) {
      const { cpu, label, valueNs, measure } = all[i]!.spike;
      if (cpu !== stolen.spike.cpu || label !== stolen.spike.label || measure === 'stolen') continue;
      if (valueNs * 2 < stolen.spike.valueNs) continue;
      link(all[i]!, stolen);
      break;
    }
  }
}

const isOfIrq = ({ measure }: Spike): boolean =>
  measure === 'hardirq_duration' || measure === 'irq_thread_latency' || measure === 'irq_thread_duration';

/** Links spikes of one task or irq on any CPU: the same task waited, a late task woke another, an irq woke a task. */
function linkNamed(windows: readonly Windowed[], link: Link): void {
  const byVictim = Map.groupBy(windows, ({ spike }) => taskKey(spike.victim));
  byVictim.delete(undefined);
  for (const same of byVictim.values()) linkTouching(same, link);
  const byIrq = Map.groupBy(
    windows.filter(({ spike }) => isOfIrq(spike)),
    ({ spike }) => spike.number,
  );
  for (const late of windows) {
    const named = [
      ...(byVictim.get(taskKey(late.spike.waker) ?? '') ?? []),
      ...(late.spike.measure === 'irq_to_task' ? (byIrq.get(late.spike.number) ?? []) : []),
    ];
    for (const other of named) if (touch(other, late)) link(other, late);
  }
}

/** Returns the position of the first window that ends at or after a time. */
export function firstEndingAt(windows: readonly Windowed[], time: number): number {
  let low = 0;
  for (let high = windows.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (windows[middle]!.end < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Links windows on all CPUs at once: each other CPU has one that overlaps by at least half of the longer of the two.
 */
function linkEverywhere(windows: readonly Windowed[], link: Link): void {
  for (const one of windows) {
    const { onlineCpus = 0, cpu } = one.spike;
    if (onlineCpus < 2) continue;
    const length = one.end - one.start;
    const found = new Map<number, Windowed>();
    const from = firstEndingAt(windows, one.end - length);
    for (let i = from; i < windows.length && windows[i]!.end <= one.end + length; i++) {
      const other = windows[i]!;
      if (other.spike.cpu === cpu || found.has(other.spike.cpu)) continue;
      const longer = Math.max(length, other.end - other.start);
      if (overlap(one, other) * 2 >= longer) found.set(other.spike.cpu, other);
      if (found.size === onlineCpus - 1) break;
    }
    if (found.size === onlineCpus - 1) for (const other of found.values()) link(one, other);
  }
}

/** Returns the groups, each in order. `all`: the windows of one load of the module, in order. */
export function group(all: readonly Windowed[]): Windowed[][] {
  const sets = new Sets<Windowed>();
  const link: Link = (a, b) => sets.join(a, b);
  const windows = all.filter(({ spike }) => hasWindow(spike));
  for (const ofCpu of Map.groupBy(windows, ({ spike }) => spike.cpu).values()) linkTouching(ofCpu, link);
  linkStolen(all, link);
  linkNamed(windows, link);
  linkEverywhere(windows, link);

  const groups: Windowed[][] = [];
  const tooLong = new Map<number, Windowed[]>();
  for (const found of Map.groupBy(all, (one) => sets.of(one)).values()) {
    if (found.at(-1)!.end - found[0]!.end <= SPAN_NS) groups.push(found);
    else for (const one of found) push(tooLong, Math.floor(one.end / SPAN_NS), one);
  }
  for (const slice of tooLong.values()) groups.push(slice.sort(inOrder));
  return groups;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
