// The tracks of a timeline that can be pinned: its CPUs, and the tasks that ran.
import { visibleText } from '@rtprobe/metrics';
import type { Trace } from '@rtprobe/protocol';
import { type Slice, taskLabel } from '@rtprobe/trace';
import { t } from '../../i18n/translate.ts';
import type { Pin } from '../../store/address/pin.ts';

export interface Track {
  readonly pin: Pin;
  /** "CPU 3", "fio/812". */
  readonly name: string;
}

const cpuTrack = (cpu: number): Track => ({
  pin: { track: 'cpu', number: cpu },
  name: t('pages.cpu', { cpu }),
});
const taskTrack = ({ tasks }: Trace, pid: number): Track => ({
  pin: { track: 'task', number: pid },
  name: visibleText(taskLabel(pid, tasks[pid])),
});

/** Returns the CPU of a slice, and its task if it is one. */
export function tracksOfSlice(trace: Trace, { cpu, kind, pid }: Slice): Track[] {
  const isTask = kind === 'task' && pid !== undefined && pid !== 0;
  return [cpuTrack(cpu), ...(isTask ? [taskTrack(trace, pid)] : [])];
}

/** Returns all tracks: CPUs by number, then tasks by name. */
export function tracksOf(trace: Trace, slices: readonly Slice[]): Track[] {
  const cpus = trace.cpus.map(({ cpu }) => cpu).sort((a, b) => a - b);
  const pids = new Set(slices.flatMap(({ kind, pid }) => (kind === 'task' && pid ? [pid] : [])));
  const tasks = [...pids].map((pid) => taskTrack(trace, pid));
  return [...cpus.map(cpuTrack), ...tasks.sort((a, b) => a.name.localeCompare(b.name, 'en'))];
}
