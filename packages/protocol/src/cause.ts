// When two spikes have the same cause: the same source did it, the same functions stood innermost, and the same
// kind of task was interrupted. The one place that decides it, for the bridge's store and for every reader.
import type { Measure } from './generated.ts';
import type { Spike } from './spike.ts';
import type { TaskInfo } from './tasks.ts';

/** Grows when causeKey changes: stores then work their keys out anew. */
export const CAUSE_KEY_VERSION = 1;
/** Innermost frames that count; those further out are the way there, and vary. */
const CAUSE_FRAMES = 3;

export interface CauseParts {
  measure: Measure;
  /** Label and name of the largest known part, else of the longest handler, else of the source itself. */
  source: string;
  frames: string[];
  victim: string;
}

/** "symbol" of a frame "symbol+offset/size [module]"; compilers' suffixes such as ".isra.0" go, too. */
function functionOf(frame: string): string {
  return frame.replace(/\+0x.*$/, '').replace(/\.(isra|constprop|part|cold)(\.\d+)?/g, '');
}

/** A comm without what tells the kernel's workers of one kind apart: "kworker/1:2-events" is "kworker/*-events". */
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

/** Equal for spikes of the same cause, whatever CPU, time and length. */
export function causeKey(spike: CauseFacts): string {
  const { measure, source, frames, victim } = causeParts(spike);
  return [measure, source, frames.join('<'), victim].join('|');
}
