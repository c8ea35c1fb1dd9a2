// Compares what rtprobe reports of a window with what was done in it.
import type { Kind } from './kinds.ts';
import { overlap, type Part, type Spike, type Window, type Windows } from './windows.ts';

export interface Verdict {
  /** A spike is of the window and has the right length. */
  readonly found: boolean;
  /** The largest part of such a spike names the true function. */
  readonly named: boolean;
  /** That part names the task that asked and its CPU. */
  readonly sent: boolean;
  /** It names the function that asked, too. */
  readonly placed: boolean;
  /** Parts that state another function or another sender, as rtprobe shows them. */
  readonly wrong: readonly string[];
  /** The part that decided, as rtprobe shows it. */
  readonly shown?: string;
}

const CPU = 1;
const SENDER_CPU = 0;

/** Returns a function's name without its device and module, and without what the compiler appended. */
const nameOf = (word: string | undefined): string => /^(?:.*:\\x20)?(\w+)/.exec(word ?? '')?.[1] ?? '';

/** Returns the function that most samples found; undefined without such a function. One sample is no profile. */
function sampled({ words }: Part): string | undefined {
  const [inside = 0, all = 0] = (words.samples ?? '').split('/').map(Number);
  return all > 1 && inside * 2 > all ? nameOf(words.in) : undefined;
}

/** Returns whether the function that a part states is the true one; undefined if it states none, or what runs it. */
function isTrue(kind: Kind, part: Part): boolean | undefined {
  const { callback, function: stated } = part.words;
  if (stated !== undefined) return callback === kind.callback && kind.function.test(nameOf(stated));
  const found = sampled(part);
  if (found === undefined || kind.around?.test(found)) return undefined;
  return kind.function.test(found) || (kind.inside?.test(found) ?? false);
}

/** Returns whether the task, CPU and function that a part states as the sender are the true ones. */
function isSenderTrue(kind: Kind, pid: number, { words }: Part): boolean {
  const { sender_cpu: cpu, sender_pid: sender, sender_function: stated } = words;
  if (cpu !== undefined && Number(cpu) !== (kind.sender?.cpu ?? SENDER_CPU)) return false;
  if (sender !== undefined && Number(sender) !== pid) return false;
  return stated === undefined || (kind.sender?.function?.test(nameOf(stated)) ?? false);
}

const hasSender = ({ words }: Part): boolean =>
  words.sender_cpu !== undefined && words.sender_pid !== undefined;

/** Interrupts divide the time of what they interrupt. */
const INTERRUPTS = /^(vector|hardirq|nmi|probe) /;

/** Returns the time that a spike states for its largest part, with the interrupts in it. */
function lengthOf(kind: Kind, { parts, from, to }: Spike): number {
  const [largest, ...others] = parts;
  if (!largest) return to - from;
  const interrupts = kind.inside ? others.filter(({ text }) => INTERRUPTS.test(text)) : [];
  return interrupts.reduce((sum, { ns }) => sum + ns, largest.ns);
}

/** The host can pause the CPU between a function's clock and the hooks around it. */
const isClose = (ns: number, to: number, pausedNs: number): boolean =>
  Math.abs(ns - to) <= Math.max(100_000, to * 0.05) + pausedNs;

const isOfInterrupt = ({ measure, cpu }: Spike): boolean => cpu === CPU && measure === 'vector_duration';

const isNet = (kind: Kind, { measure }: Spike): boolean => kind.net === true && measure.endsWith('_duration');

/** Returns the time of long interrupts in a window that a spike is without. */
const interruptedNs = (kind: Kind, spike: Spike, window: Window): number =>
  isNet(kind, spike)
    ? window.spikes.filter(isOfInterrupt).reduce((sum, each) => sum + overlap(each, window), 0)
    : 0;

function fits(kind: Kind, spike: Spike, window: Window): boolean {
  if (!kind.whole) return true;
  const long = window.to - window.from;
  const { from, to, upperNs } = spike;
  // The function's clock and the end of the section are some microseconds apart.
  if (upperNs !== undefined) return to - from <= long + 100_000 + window.pausedNs && upperNs >= long;
  const ns = lengthOf(kind, spike);
  const least = long * 0.8 - window.pausedNs;
  // When the function began is not known, as short interrupts are not.
  if (isNet(kind, spike))
    return ns + interruptedNs(kind, spike, window) >= least && ns <= to - window.from + 100_000;
  const common = kind.continues ? to - Math.max(from, window.from) : overlap(spike, window);
  return isClose(ns, common, window.pausedNs) && common >= least;
}

/** Returns the parts that can name the function: the largest one, or all if an interrupt takes longer than its function. */
function partsOf(kind: Kind, { measure, name, from, to, parts }: Spike): readonly Part[] {
  if (measure !== kind.measure) return kind.whole ? parts.slice(0, 1) : parts;
  const words = { ...(kind.callback && { callback: kind.callback }), function: name };
  return [{ text: `${measure} ${to - from} ${name}`, ns: to - from, words }];
}

/** Returns the spikes that are of a window: of one long disturbance those with half of it. */
function spikesOf(kind: Kind, window: Window): readonly Spike[] {
  const least = kind.whole ? (window.to - window.from) / 2 : 0;
  const isOf = (spike: Spike): boolean =>
    spike.cpu === CPU && overlap(spike, window) + interruptedNs(kind, spike, window) >= least;
  return window.spikes.filter((spike) => isOf(spike) && !(kind.net && isOfInterrupt(spike)));
}

export function judge(kind: Kind, window: Window): Verdict {
  const spikes = spikesOf(kind, window);
  const parts = spikes.flatMap((spike) => partsOf(kind, spike));
  const right = parts.filter((part) => isTrue(kind, part));
  const isRight = (part: Part): boolean => isSenderTrue(kind, window.pid, part);
  const sent = right.filter((part) => hasSender(part) && isRight(part));
  const placed = sent.filter(({ words }) => words.sender_function !== undefined);
  const decided = placed[0] ?? sent[0] ?? right[0] ?? parts[0];
  // Other short calls can run in the window of a kind with many.
  const isOther = ({ words }: Part): boolean => !kind.whole && words.callback !== kind.callback;
  const others = kind.whole || right.length === 0 ? parts.filter((part) => !isOther(part)) : [];
  const wrong = [
    ...others.filter((part) => isTrue(kind, part) === false),
    ...right.filter((part) => !isRight(part)),
  ];
  return {
    found: spikes.some((spike) => fits(kind, spike, window)),
    named: right.length > 0,
    sent: sent.length > 0,
    placed: placed.length > 0,
    wrong: wrong.map(({ text }) => text),
    ...(decided && { shown: decided.text }),
  };
}

export interface Row {
  readonly kind: string;
  readonly windows: number;
  /** Those in which the host did not run the CPU for more than a tenth of the time. */
  readonly paused: number;
  readonly found: number;
  /** Null: this kernel does not report it. */
  readonly named: number | null;
  readonly sent: number | null;
  readonly placed: number | null;
  readonly wrong: number;
  /** The part that decided the first window, as rtprobe shows it. */
  readonly shown: string;
  /** Up to three of the wrong parts. */
  readonly complaints: readonly string[];
}

export function rowOf(
  kind: Kind,
  { callbacks, senders }: Omit<Windows, 'windows'>,
  windows: readonly Window[],
): Row {
  const verdicts = windows.map((window) => judge(kind, window));
  const count = (is: (verdict: Verdict) => boolean): number => verdicts.filter(is).length;
  const can = (list: readonly string[]): boolean =>
    kind.callback === undefined || list.includes(kind.callback);
  return {
    kind: kind.name,
    windows: windows.length,
    paused: windows.filter(({ from, to, pausedNs }) => pausedNs > (to - from) / 10).length,
    found: count(({ found }) => found),
    named: can(callbacks) ? count(({ named }) => named) : null,
    sent: kind.sender && can(senders) ? count(({ sent }) => sent) : null,
    placed: kind.sender?.function && can(senders) ? count(({ placed }) => placed) : null,
    wrong: count(({ wrong }) => wrong.length > 0),
    shown: verdicts[0]?.shown ?? '',
    complaints: verdicts.flatMap(({ wrong }) => wrong).slice(0, 3),
  };
}

/** Found: all. Named and sender: 99 %. A wrong name is worse than none. */
export function isMet({ windows, found, named, sent, wrong }: Row): boolean {
  const enough = (n: number | null): boolean => n === null || n >= windows * 0.99;
  return windows > 0 && found === windows && enough(named) && enough(sent) && wrong === 0;
}
