// Finds the entries of the knowledge files that fit the cause of a spike, and puts the most specific one first.
import {
  type Advice,
  type Callback,
  type DoctorCheck,
  functionOf,
  type Measure,
  type Spike,
} from '@rtprobe/protocol';
import { type CausePart, type CauseProof, causeOf } from '../explain/sentence.ts';
import { type Entry, INVERSION, type Match } from './entry.ts';

/** Maximum entries for one cause. */
const ADVICE_MAX = 3;

/** What the record says about the cause of a spike. */
interface Subject {
  spike: Spike;
  proof: CauseProof;
  part: CausePart | undefined;
  callback: Callback | undefined;
  /** "symbol" of the function that ran, without compiler suffixes, and its module. */
  function: string | undefined;
  module: string | undefined;
  /** Functions of the stack, if it is that of the task in the part. */
  stack: readonly string[];
  policy: string | undefined;
}

/**
 * Returns "symbol" of a frame or function, also without the suffix that clang's link-time optimisation adds. The poll of a
 * network device begins with its name: "eth0: symbol".
 */
const symbolOf = (frame: string): string =>
  functionOf(frame)
    .replace(/^\S*: /, '')
    .replace(/ .*$/, '')
    .replace(/\.llvm\.\d+$/, '');

const moduleOf = (frame: string): string | undefined => / \[([^\]]+)\]$/.exec(frame)?.[1];

const isOfTask = (part: CausePart | undefined): boolean => part?.kind === 'task' || part?.kind === 'irqs_off';

/** Measures whose values are the time of a function, which is the name of the source. */
const FUNCTION_MEASURES: Readonly<Partial<Record<Measure, Callback>>> = {
  hrtimer_duration: 'hrtimer',
  timer_duration: 'timer',
  work_duration: 'work',
  tasklet_duration: 'tasklet',
  csd_duration: 'call',
  napi_duration: 'napi',
};

function subjectOf(spike: Spike): Subject {
  const { part, proof } = causeOf(spike);
  const itself = FUNCTION_MEASURES[spike.measure];
  const ran = itself === undefined ? part?.callback?.function : spike.name;
  // The stack is that of the interrupted task. It says nothing about a handler, or about another task.
  const isTasks = isOfTask(part) && part?.pid === spike.task.pid;
  return {
    ...{ spike, proof, part },
    callback: itself ?? part?.callback?.kind,
    function: ran && symbolOf(ran),
    module: ran && moduleOf(ran),
    stack: isTasks && spike.mode === 'kernel' ? spike.stack.map(symbolOf) : [],
    policy: isTasks ? spike.task.policy : undefined,
  };
}

const hasIrq = ({ part, spike }: Subject): boolean =>
  part?.kind === 'hardirq' || part?.kind === 'irq_thread' || spike.measure === 'irqline_off';

/** What the conditions of an entry are compared with. */
const values: { readonly [Key in keyof Match]-?: (subject: Subject) => readonly (string | undefined)[] } = {
  measure: ({ spike }) => [spike.measure],
  kind: ({ part }) => [part?.kind],
  vector: ({ part }) => [part?.kind === 'vector' ? part.label : undefined],
  softirq: ({ part }) => [part?.kind === 'softirq' ? part.label : undefined],
  irq: (subject) => [hasIrq(subject) ? (subject.part ?? subject.spike).name : undefined],
  task: ({ part }) => [isOfTask(part) ? part?.name : undefined],
  policy: ({ policy }) => [policy],
  victimPolicy: ({ spike }) => [spike.victim?.policy],
  callback: (subject) => [subject.callback],
  function: (subject) => [subject.function],
  module: ({ module }) => [module],
  stack: ({ stack }) => stack,
  idleState: ({ part }) => [part?.kind === 'idle_exit' ? part.name : undefined],
  wait: ({ part }) => [part?.wait?.kind, ...(part?.wait?.waker?.displaced?.inverted ? [INVERSION] : [])],
  couldBe: ({ part, spike }) => part?.couldBe ?? spike.couldBe ?? [],
  // For the doctor: no cause of a spike.
  finding: () => [],
};

/** Returns whether a text fits a pattern, in which * stands for any characters. */
function fits(pattern: string, text: string): boolean {
  const [first, ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  const last = rest.pop()!;
  if (!text.startsWith(first!) || text.length < first!.length + last.length || !text.endsWith(last))
    return false;
  let at = first!.length;
  const end = text.length - last.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}

/** Conditions on a name; the others are on a class, such as the kind of the part. */
const NAMES: ReadonlySet<string> = new Set<keyof Match>([
  ...(['vector', 'softirq', 'irq', 'task', 'function', 'module', 'stack', 'idleState'] as const),
]);

/** How specific a match is: conditions on names, all conditions, and characters of the names. The first that differs decides. */
type Rank = readonly [names: number, conditions: number, characters: number];

/** Sorts the most specific first. */
const bySpecificity = (a: Rank, b: Rank): number => b[0] - a[0] || b[1] - a[1] || b[2] - a[2];

/** Returns the number of characters of the longest pattern that fits any of the texts; undefined if none does. */
function longestFit(wanted: readonly string[], texts: readonly (string | undefined)[]): number | undefined {
  const known = texts.filter((text) => text !== undefined);
  const fitting = wanted.filter((pattern) => known.some((text) => fits(pattern, text)));
  if (fitting.length === 0) return undefined;
  return Math.max(...fitting.map((pattern) => pattern.replaceAll('*', '').length));
}

/** Returns undefined if a condition is not met. */
function rankOf(match: Match, subject: Subject): Rank | undefined {
  // Time that the record does not explain matches only entries about such time.
  const isUnknown = subject.proof === 'none' && subject.part?.kind !== 'probe';
  if (isUnknown && !match.kind?.some((kind) => kind === subject.part?.kind)) return undefined;
  const conditions = Object.keys(match) as (keyof Match)[];
  let names = 0;
  let characters = 0;
  for (const condition of conditions) {
    const fit = longestFit(match[condition] ?? [], values[condition](subject));
    if (fit === undefined) return undefined;
    if (!NAMES.has(condition)) continue;
    names++;
    characters += fit;
  }
  return [names, conditions.length, characters];
}

interface Found {
  entry: Entry;
  match: Match;
  rank: Rank;
}

/** Returns the best alternative of an entry; undefined if none fits. */
function bestOf(entry: Entry, subject: Subject): Found | undefined {
  let best: Found | undefined;
  for (const match of entry.match) {
    const rank = rankOf(match, subject);
    if (rank && !(best && bySpecificity(best.rank, rank) <= 0)) best = { entry, match, rank };
  }
  return best;
}

/**
 * Returns whether the record leaves open that the entry is the cause. A stack is one moment of the time that a task ran;
 * disabled interrupts end where it was captured.
 */
function isPossible({ entry, match }: Found, { proof, part, spike }: Subject): boolean {
  if (entry.possible === true) return true;
  if (proof !== 'proven' && part?.kind !== 'probe') return true;
  if ((part?.couldBe ?? spike.couldBe ?? []).length > 0) return true;
  return match.stack !== undefined && part?.kind !== 'irqs_off';
}

/** Returns what a reader sees of an entry. */
export function toAdvice({ id, title, what, try: remedies, risk, docs, zh }: Entry, file?: string): Advice {
  return {
    ...{ id, title, what, try: remedies, risk, docs },
    ...(zh && { zh }),
    ...(file !== undefined && { file }),
  };
}

/** Returns effect and remedies of each check of the doctor: those of a user first, then in the order of the files. */
export function remediesOf(
  entries: readonly Entry[],
  files: ReadonlyMap<string, string> = new Map(),
): Map<DoctorCheck, Advice> {
  const remedies = new Map<DoctorCheck, Advice>();
  const own = entries.filter(({ id }) => files.has(id));
  for (const entry of [...own, ...entries])
    for (const check of entry.match.flatMap(({ finding }) => finding ?? []))
      if (!remedies.has(check)) remedies.set(check, toAdvice(entry, files.get(entry.id)));
  return remedies;
}

/** Returns what to try against the cause of a spike, the best first. `files`: where entries of users are, by id. */
export function adviceFor(
  spike: Spike,
  entries: readonly Entry[],
  files: ReadonlyMap<string, string> = new Map(),
): Advice[] {
  const subject = subjectOf(spike);
  return entries
    .map((entry) => bestOf(entry, subject))
    .filter((found) => found !== undefined)
    .sort((a, b) => bySpecificity(a.rank, b.rank) || (a.entry.id < b.entry.id ? -1 : 1))
    .slice(0, ADVICE_MAX)
    .map((found) => ({
      ...toAdvice(found.entry, files.get(found.entry.id)),
      ...(isPossible(found, subject) && { possible: true as const }),
    }));
}
