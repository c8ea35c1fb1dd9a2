// The parts a spike's value is split into.
import {
  CallbackName,
  PartKind as KernelPartKind,
  type Part,
  PartKindName,
  type Task,
  WaitName,
} from '@rtprobe/abi';
import {
  CALLBACKS,
  PART_KINDS,
  type PartKind,
  partWords,
  type SenderInfo,
  type SourceInfo,
  type SpikePart,
  type UserPlace,
  WAITS,
  type WaitInfo,
  type WakerInfo,
} from '@rtprobe/protocol';
import { irqLabel, softirqLabel, vectorLabel } from '@rtprobe/trace';
import { doubtsOf } from './measure.ts';
import { toTask } from './task.ts';

function partLabel(kind: PartKind, number: number, name: string): string {
  switch (kind) {
    case 'hardirq':
      return irqLabel(number);
    case 'vector':
      return vectorLabel(number);
    case 'softirq':
      return softirqLabel(number);
    case 'irq_thread':
      return `${irqLabel(number)} thread`;
    case 'task':
      return name;
    default:
      return partWords[kind].title;
  }
}

type Sources = ReadonlyMap<number, Pick<SourceInfo, 'measure' | 'number' | 'name'>>;

/** Bytes of a task's name; a longer one is cut off. */
const COMM_BYTES = 15;

/**
 * Returns the name of the action that an IRQ thread such as "irq/36-virtio1-r" runs for. The source has the whole name.
 * If the names of several actions of a shared line match, returns the prefix that the thread's name contains.
 */
function actionOf(comm: string, number: number, sources: Sources): string {
  const part = comm.replace(/^irq\/\d+-(s-)?/, '');
  const isCut = Buffer.byteLength(comm) >= COMM_BYTES;
  const names = new Set<string>();
  for (const { measure, number: irq, name } of sources.values()) {
    if (measure !== 'hardirq_duration' || irq !== number) continue;
    if (isCut ? name.startsWith(part) : name === part) names.add(name);
  }
  const [only] = names;
  return names.size === 1 && only !== undefined ? only : part;
}

function toIdleState({ idleState, exitLatencyNs, frequencyKhz }: Part): Pick<SpikePart, 'idleState'> {
  if (idleState === undefined) return {};
  return {
    idleState: {
      index: idleState,
      ...(exitLatencyNs !== undefined && { exitLatencyNs: Number(exitLatencyNs) }),
      ...(frequencyKhz !== undefined && { frequencyKhz }),
    },
  };
}

/** A callback of an unknown kind is left out: the part then has the name of its source. */
function toCallback({ callback, function: name }: Part): Pick<SpikePart, 'callback'> {
  const kind = CALLBACKS.find((known) => known === CallbackName[callback ?? 0]);
  return kind === undefined || name === undefined ? {} : { callback: { kind, function: name } };
}

/** Where samples found a task in user mode. */
export interface PlacesOfTask {
  readonly pid: number;
  /** Empty if the task had ended. */
  readonly places: readonly UserPlace[];
}

/** Returns where the samples of a part that most found in user mode were. */
function toUserPlaces({ kind, pid, sampledFunction }: Part, places: readonly PlacesOfTask[]) {
  if (kind !== KernelPartKind.task || sampledFunction !== undefined) return {};
  const found = places.find((task) => task.pid === pid);
  return found ? { user: [...found.places] } : {};
}

function toProfile(part: Part, places: readonly PlacesOfTask[]): Pick<SpikePart, 'profile'> {
  const { samples, samplesInside, sampledFunction, samplesPreemptOff, samplesBhOff } = part;
  if (samples === undefined || samplesInside === undefined) return {};
  return {
    profile: {
      ...{ samples, inside: samplesInside },
      ...(sampledFunction !== undefined && { function: sampledFunction }),
      ...toUserPlaces(part, places),
      ...(samplesPreemptOff !== undefined && { preemptOff: samplesPreemptOff }),
      ...(samplesBhOff !== undefined && { bhOff: samplesBhOff }),
    },
  };
}

function toSender({ sender }: Part): Pick<SpikePart, 'sender'> {
  if (sender === undefined) return {};
  const { cpu, task, inInterrupt, armed, function: name } = sender;
  return {
    sender: {
      ...(cpu !== undefined && { cpu }),
      ...(task !== undefined && { task: toSenderTask(task) }),
      ...(inInterrupt === 1 && { inInterrupt: true }),
      ...(armed === 1 && { armed: true }),
      ...(name !== undefined && { function: name }),
    },
  };
}

function toSenderTask(task: Task): NonNullable<SenderInfo['task']> {
  const { comm, pid, own } = toTask(task);
  return { comm, pid, ...(own !== undefined && { own }) };
}

const kindOf = (kind: number | undefined): PartKind | undefined =>
  PART_KINDS.find((known) => known === PartKindName[kind ?? -1]);

type KernelWaker = NonNullable<Part['waker']>;

function toInterrupt({ kind: kernelKind, number = 0, name = '' }: KernelWaker): Pick<WakerInfo, 'interrupt'> {
  const kind = kernelKind === undefined ? undefined : kindOf(kernelKind);
  return kind ? { interrupt: { kind, number, name, label: partLabel(kind, number, name) } } : {};
}

function toDisplaced({ displacedNs, displacedBy, displacedByNs, inverted }: KernelWaker) {
  if (displacedNs === undefined || displacedBy === undefined) return {};
  return {
    displaced: {
      ...{
        durationNs: Number(displacedNs),
        by: toSenderTask(displacedBy),
        byNs: Number(displacedByNs ?? 0n),
      },
      ...(inverted === 1 && { inverted: true }),
    },
  };
}

function toWaker(waker: KernelWaker): WakerInfo {
  const { cpu = 0, task, released } = waker;
  return {
    cpu,
    ...(task !== undefined && { task: toSenderTask(task) }),
    ...toInterrupt(waker),
    ...(released === 1 && { released: true }),
    ...toDisplaced(waker),
  };
}

/** A wait that this release does not know is one without evidence. */
function toWait({ wait, waker, meanwhile, meanwhileNs }: Part): { wait?: WaitInfo } {
  if (wait === undefined) return {};
  return {
    wait: {
      kind: WAITS.find((known) => known === WaitName[wait]) ?? 'unknown',
      ...(waker && { waker: toWaker(waker) }),
      ...(meanwhile && { meanwhile: { ...toSenderTask(meanwhile), durationNs: Number(meanwhileNs ?? 0n) } }),
    },
  };
}

/** Converts parts. One of an unknown kind becomes unaccounted, so that the parts still add up to the value. */
export function toParts(
  parts: readonly Part[],
  sources: Sources = new Map(),
  places: readonly PlacesOfTask[] = [],
): SpikePart[] {
  return parts
    .map((part) => {
      const kind = kindOf(part.kind) ?? 'unaccounted';
      const number = part.number ?? 0;
      const name = kind === 'irq_thread' ? actionOf(part.name ?? '', number, sources) : (part.name ?? '');
      return {
        ...{ kind, number, name, label: partLabel(kind, number, name) },
        ...(part.pid !== undefined && { pid: part.pid }),
        durationNs: Number(part.durationNs ?? 0n),
        count: part.count ?? 0,
        ...toIdleState(part),
        ...toCallback(part),
        ...toProfile(part, places),
        ...toSender(part),
        ...toWait(part),
        ...(part.couldBe !== undefined && { couldBe: doubtsOf(part.couldBe) }),
      };
    })
    .sort((a, b) => b.durationNs - a.durationNs);
}
