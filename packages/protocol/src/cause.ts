// Decides whether two spikes have the same cause: the same source, the same innermost functions, and the same kind of
// interrupted task. The bridge's history store and every reader use it.
import type { Measure } from './generated.ts';
import { descriptorOf, measureOfPart } from './measures.ts';
import type { Spike, SpikePart } from './spike.ts';
import type { TaskInfo } from './tasks.ts';

/** Incremented when causeKey changes; stores then compute their keys again. */
export const CAUSE_KEY_VERSION = 2;
/** Number of innermost frames that count; outer frames vary. */
const CAUSE_FRAMES = 3;

export interface CauseParts {
  measure: Measure;
  /** The largest known part, else the longest handler, else the source itself. */
  source: string;
  frames: string[];
  victim: string;
}

/**
 * Returns "symbol" of a frame "symbol+offset/size [module]", without compiler suffixes such as ".isra.0". A function
 * "symbol [module]" keeps its module.
 */
export function functionOf(frame: string): string {
  return frame.replace(/\+0x.*$/, '').replace(/\.(isra|constprop|part|cold)(\.\d+)?/g, '');
}

/**
 * Returns a comm without what distinguishes kernel workers of one kind: "kworker/1:2-events" becomes
 * "kworker/*-events".
 */
function kindOf({ comm, kthread }: Pick<TaskInfo, 'comm' | 'kthread'>): string {
  if (!kthread) return comm;
  return comm.replace(/^kworker\/u?\d+:\d+H?/, 'kworker/*').replace(/\/\d+$/, '/*');
}

type CauseFacts = Pick<
  Spike,
  'measure' | 'label' | 'name' | 'cause' | 'parts' | 'stack' | 'task' | 'mode' | 'victim'
>;

/** Sources and tasks by what they are called: "irq 36 virtio1-req.0". */
const byLabel = ({ label, name }: Pick<SpikePart, 'label' | 'name'>): string =>
  name && name !== label ? `${label} ${name}` : label;

/** Any worker can run a work item. The others are of threads of each CPU. */
function isOfAnyThread({ kind, callback }: SpikePart): boolean {
  const isInThread = kind === 'task' || kind === 'irqs_off';
  return (
    callback?.kind === 'work' ||
    callback?.kind === 'stop' ||
    (isInThread && (callback?.kind === 'rcu' || callback?.kind === 'irq_work'))
  );
}

/**
 * Other parts by their kind, and the one source of a CPU by its measure: stored spikes keep the words of the release
 * that stored them, and words change.
 */
function partWord(part: SpikePart): string {
  const { callback } = part;
  if (callback === undefined) return sourceOfPart(part);
  const source = isOfAnyThread(part) ? part.kind : sourceOfPart(part);
  return `${source} ${callback.kind} ${functionOf(callback.function)}`;
}

function sourceOfPart(part: SpikePart): string {
  if (part.kind === 'task' || measureOfPart(part.kind) !== undefined) return byLabel(part);
  return part.name ? `${part.kind} ${part.name}` : part.kind;
}

function sourceWord(source: Pick<Spike, 'measure' | 'label' | 'name'>): string {
  return descriptorOf(source.measure).label === undefined ? byLabel(source) : source.measure;
}

export function causeParts(spike: CauseFacts): CauseParts {
  const largest = spike.parts?.find((part) => part.kind !== 'unaccounted');
  const victim = spike.victim ?? (spike.mode === 'idle' ? undefined : spike.task);
  return {
    measure: spike.measure,
    source: largest ? partWord(largest) : sourceWord(spike.cause ?? spike),
    frames: spike.stack.slice(0, CAUSE_FRAMES).map(functionOf),
    victim: victim === undefined ? 'idle' : kindOf(victim),
  };
}

/** Returns a key that is equal for spikes of the same cause, whatever their CPU, time and length. */
export function causeKey(spike: CauseFacts): string {
  const { measure, source, frames, victim } = causeParts(spike);
  return [measure, source, frames.join('<'), victim].join('|');
}
