// Names as sentences use them. Names of tasks and actions are hostile: control and format characters are shown as escapes.
import { formatExactDuration, visibleText } from '@rtprobe/metrics';
import {
  descriptorOf,
  type Measure,
  measureOfPart,
  partWords,
  type SpikePart,
  type TaskInfo,
} from '@rtprobe/protocol';
import { idleWords, irqLabel, vectorTitle } from '@rtprobe/trace';

/** A source of values, or the source of a part. */
export interface Named {
  number: number;
  name: string;
  label: string;
}

/** Returns "cyclictest/412"; for a task of rtprobe "rtprobe itself (rtprobe/77)". */
export function taskName({ comm, pid, own }: Pick<TaskInfo, 'comm' | 'pid' | 'own'>): string {
  if (pid === 0) return 'the idle task';
  const name = comm === '' ? `task ${pid}` : `${visibleText(comm)}/${pid}`;
  return own ? `${partWords.probe.title} (${name})` : name;
}

const vectorTitleOf = (measure: Measure, { number }: Named): string | undefined =>
  descriptorOf(measure).source === 'vector' ? vectorTitle(number) : undefined;

/** Returns the title of a source; empty for softirqs and for the one source of a CPU, which their label names. */
function titleOf(measure: Measure, named: Named): string {
  const { source } = descriptorOf(measure);
  if (source === 'cpu' || source === 'softirq') return '';
  return vectorTitleOf(measure, named) ?? visibleText(named.name);
}

/** Returns a name for tables: "irq 24 rtprobe-edu", "LOC local timer". */
export function inShort(measure: Measure, named: Named): string {
  const title = titleOf(measure, named);
  const label = visibleText(named.label);
  return title && title !== label ? `${label} ${title}` : label;
}

/** Returns a name for a sentence: "irq 24 rtprobe-edu", "the local timer interrupt (LOC)". */
export function spoken(measure: Measure, named: Named): string {
  const title = vectorTitleOf(measure, named);
  return title === undefined ? inShort(measure, named) : `the ${title} interrupt (${named.label})`;
}

/** Returns "irq 36 (virtio1-req.0)". */
export const irqName = (number: number, name: string): string =>
  name ? `${irqLabel(number)} (${visibleText(name)})` : irqLabel(number);

const partTask = ({ name, pid }: SpikePart): string =>
  pid === undefined ? visibleText(name) : taskName({ comm: name, pid });

/** Returns the source of a part, for a sentence. `place`: where the part had interrupts disabled. */
function partName(part: SpikePart, place: string | undefined): string {
  switch (part.kind) {
    case 'nmi':
      return 'NMI handlers';
    case 'hardirq':
      return `${irqName(part.number, part.name)} handler`;
    case 'vector':
      return `${vectorTitle(part.number) ?? visibleText(part.name)} interrupt (${part.label})`;
    case 'softirq':
      return `softirq ${part.label}`;
    case 'irq_thread':
      return `thread of ${irqName(part.number, part.name)}`;
    case 'task':
      return `${partTask(part)} running`;
    case 'irqs_off':
      return `${part.label} in ${partTask(part)}${place ? ` (${place})` : ''}`;
    case 'switch':
      return 'context switch to it';
    case 'idle_exit':
      return part.idleState ? `${part.label} (${idleWords(part.idleState, part.name)})` : part.label;
    case 'firmware':
      return `at most in firmware (${part.number} SMI${part.number === 1 ? '' : 's'})`;
    case 'host':
      return 'while the host did not run this CPU';
    default:
      return part.label;
  }
}

/** Returns "301 µs irq 36 (virtio1-req.0) handler ×3". */
export function spokenPart(part: SpikePart, place?: string): string {
  const times = part.count > 1 ? ` ×${part.count}` : '';
  return `${formatExactDuration(part.durationNs)} ${partName(part, place)}${times}`;
}

/** Returns the source of a part in a few words. A task is named without its pid: all its processes are one cause. */
export function partInShort(part: SpikePart): string {
  const measure = measureOfPart(part.kind);
  if (measure !== undefined) return inShort(measure, part);
  switch (part.kind) {
    case 'task':
      return visibleText(part.name) || 'a task without a name';
    case 'irqs_off':
      return `${part.label} in ${visibleText(part.name)}`;
    case 'idle_exit':
      return part.name ? `${part.label} ${visibleText(part.name)}` : part.label;
    default:
      return part.label;
  }
}
