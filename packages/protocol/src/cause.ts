// Decides whether two spikes have the same cause: the same source, the same innermost functions, and the same kind of
// interrupted task. The bridge's history store and every reader use it.
import type { Measure } from './measures.ts';
import type { Spike } from './spike.ts';
import type { TaskInfo } from './tasks.ts';

/** Incremented when causeKey changes; stores then compute their keys again. */
export const CAUSE_KEY_VERSION = 1;
/** Number of innermost frames that count; outer frames vary. */
const CAUSE_FRAMES = 3;

export interface CauseParts {
  measure: Measure;
  /** Label and name of the largest accounted part, else of the longest handler, else of the source itself. */
  source: string;
  frames: string[];
  victim: string;
}

/** Returns "symbol" of a frame "symbol+offset/size [module]", without compiler suffixes such as ".isra.0". */
function functionOf(frame: string): string {
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

export function causeParts(spike: CauseFacts): CauseParts {
  const largest = spike.parts?.find((part) => part.kind !== 'unaccounted');
  const { label, name } = largest ?? spike.cause ?? spike;
  const victim = spike.victim ?? (spike.mode === 'idle' ? undefined : spike.task);
  return {
    measure: spike.measure,
    source: name && name !== label ? `${label} ${name}` : label,
    frames: spike.stack.slice(0, CAUSE_FRAMES).map(functionOf),
    victim: victim === undefined ? 'idle' : kindOf(victim),
  };
}

/** Returns a key that is equal for spikes of the same cause, whatever their CPU, time and length. */
export function causeKey(spike: CauseFacts): string {
  const { measure, source, frames, victim } = causeParts(spike);
  return [measure, source, frames.join('<'), victim].join('|');
}
