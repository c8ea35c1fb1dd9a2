// Spikes in the words of the protocol.
import { type Cause, type Spike as KernelSpike, ModeName } from '@rtprobe/abi';
import type { Device, Measure, SourceInfo, Spike, SpikePart } from '@rtprobe/protocol';
import { sourceLabel } from '@rtprobe/trace';
import type { KernelClock } from '../base/clock.ts';
import { causeOf, explain, type SpikeFacts } from '../explain/sentence.ts';
import { withHostDelay } from './host-delay.ts';
import { doubtsOf, measureOf } from './measure.ts';
import { type PlacesOfTask, toParts } from './part.ts';
import { toProcess } from './process.ts';
import { actionsOf } from './rule.ts';
import { toTask } from './task.ts';

function toCause(cause: Cause | undefined): Spike['cause'] {
  const measure = measureOf(cause?.measure);
  if (!cause || !measure || cause.durationNs === undefined) return undefined;
  const number = cause.number ?? 0;
  const name = cause.name ?? '';
  const durationNs = Number(cause.durationNs);
  return { measure, number, name, label: sourceLabel(measure, number, name), durationNs };
}

function toBounds({ lowerNs, upperNs, exact }: KernelSpike): Spike['bounds'] {
  if (lowerNs === undefined || upperNs === undefined) return undefined;
  return { lowerNs: Number(lowerNs), upperNs: Number(upperNs), exact: exact === 1 };
}

type Sources = ReadonlyMap<number, SourceInfo>;

/** Finds the device of an interrupt, or of the function of a module. */
export interface DeviceLookup {
  of(user: Pick<SpikePart, 'kind' | 'number' | 'name' | 'callback'>): Device | undefined;
}

/** Returns the devices of the parts and of the cause. */
function withDevices(spike: Spike, devices: DeviceLookup | undefined): Spike {
  if (!devices) return spike;
  const { number, name, measure } = spike;
  const cause =
    measure === 'irqline_off' ? ({ kind: 'hardirq', number, name } as const) : causeOf(spike).part;
  const device = cause && devices.of(cause);
  const parts = spike.parts?.map((part) => {
    const own = devices.of(part);
    return own ? { ...part, device: own } : part;
  });
  return { ...spike, ...(parts && { parts }), ...(device && { device }) };
}

/** Returns the spike with the devices that it had when it was listed: its lines can have other devices since. */
export function withDevicesOf(listed: Spike, spike: Spike): Spike {
  const { device, ...rest } = spike;
  const parts = spike.parts?.map(({ device: newer, ...part }) => {
    const same = listed.parts?.find(
      ({ kind, number, name, callback }) =>
        kind === part.kind &&
        number === part.number &&
        name === part.name &&
        callback?.function === part.callback?.function,
    );
    return same?.device ? { ...part, device: same.device } : part;
  });
  return { ...rest, ...(parts && { parts }), ...(listed.device && { device: listed.device }) };
}

/** What the conversion of a spike looks up. */
export interface SpikeContext {
  host: string;
  instance: bigint;
  clock: KernelClock;
  sources: Sources;
  devices?: DeviceLookup;
  /** For how long at least the host of a virtual machine did not run the CPU within the spike's window; 0: no evidence. */
  hostDelayNs?: number;
  /** Where samples found its tasks in user mode. */
  places?: readonly PlacesOfTask[];
}

/**
 * Values of these are not one stretch of time of a CPU: a softirq, an IRQ thread and their functions can be switched
 * out, which their durations leave out.
 */
const WITHOUT_WINDOW: readonly Measure[] = [
  ...(['irqline_off', 'stolen', 'softirq_duration', 'irq_thread_duration'] as const),
  ...(['hrtimer_duration', 'timer_duration', 'work_duration', 'tasklet_duration', 'napi_duration'] as const),
];

/** Optional fields of a spike. A field is present only if the message contains it. */
function toDetails(
  spike: KernelSpike,
  sources: Sources,
  places: readonly PlacesOfTask[],
): Partial<SpikeFacts> {
  const cause = toCause(spike.cause);
  const bounds = toBounds(spike);
  return {
    ...(cause && { cause }),
    ...(spike.rule && { rule: spike.rule }),
    ...(spike.acted && { acted: actionsOf(spike.acted) }),
    ...(bounds && { bounds }),
    ...(spike.couldBe !== undefined && { couldBe: doubtsOf(spike.couldBe) }),
    ...(spike.victim && { victim: toTask(spike.victim) }),
    ...(spike.waker && { waker: toTask(spike.waker) }),
    ...(spike.part && { parts: toParts(spike.part, sources, places) }),
    ...(spike.partsIncomplete === 1 && { partsIncomplete: true }),
    ...(spike.register && { registers: spike.register }),
    ...(spike.registersWithheld === 1 && { registersWithheld: true }),
    ...(spike.process && { process: toProcess(spike.process) }),
    ...(spike.victimProcess && { victimProcess: toProcess(spike.victimProcess) }),
    ...(spike.traced === 1 && { traced: true }),
  };
}

/** The id of a spike over all loads of the module. */
export const spikeId = (instance: bigint, id: bigint): string => `${instance.toString(16)}-${id}`;

/** A value that a double holds exactly: 104 days in nanoseconds. */
const isSafe = (value: bigint | undefined): boolean => Number.isSafeInteger(Number(value ?? 0n));

/** Returns undefined if the number, the time, the measure or the value is missing. */
export function toSpike(
  spike: KernelSpike,
  { host, instance, clock, sources, devices, hostDelayNs = 0, places = [] }: SpikeContext,
): Spike | undefined {
  const measure = measureOf(spike.measure);
  if (spike.id === undefined || spike.time === undefined || spike.valueNs === undefined || !measure) {
    return undefined;
  }
  if (!isSafe(spike.valueNs) || !isSafe(spike.thresholdNs)) return undefined;
  const mode = ModeName[spike.mode ?? -1];
  const number = spike.number ?? 0;
  const name = spike.name ?? '';
  const facts: SpikeFacts = {
    id: spikeId(instance, spike.id),
    host,
    time: clock.toUnix(spike.time),
    monoNs: String(spike.time),
    measure,
    valueNs: Number(spike.valueNs),
    thresholdNs: Number(spike.thresholdNs ?? 0n),
    cpu: spike.cpu ?? 0,
    ...{ number, name, label: sourceLabel(measure, number, name) },
    mode: mode === 'user' || mode === 'idle' ? mode : 'kernel',
    task: toTask(spike.task),
    stack: spike.frame ?? [],
    ...toDetails(spike, sources, places),
  };
  const whole =
    hostDelayNs > 0 && !WITHOUT_WINDOW.includes(measure) ? withHostDelay(facts, hostDelayNs) : facts;
  const explained: Spike = {
    ...whole,
    sentence: explain(whole),
    zh: { sentence: explain(whole, 'zh') },
    culprit: causeOf(whole).words,
  };
  return withDevices(explained, devices);
}
