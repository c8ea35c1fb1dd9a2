// Describes a host in the form that browsers and REST receive.
import { Clock, ClockChange, type Info } from '@rtprobe/abi';
import { CALLBACKS, type Callback, type HostInfo } from '@rtprobe/protocol';
import type { Source } from '../sources/source.ts';
import type { HostState } from '../state/host-state.ts';
import { measuresOf } from '../translate/measure.ts';
import type { LivenessTracker } from './liveness.ts';

function clockChangeOf({ clockChange, clockSince = 0n, realtimeOffset = 0n }: Info): Partial<HostInfo> {
  if (!clockChange) return {};
  const why = clockChange === ClockChange.unstable ? 'unstable' : 'refined';
  return { clockChange: { why, at: Number((clockSince + realtimeOffset) / 1000n) } };
}

/** Counters; every other clock is CLOCK_MONOTONIC. */
const CLOCKS: ReadonlyMap<number | undefined, 'tsc' | 'cntvct'> = new Map([
  [Clock.tsc, 'tsc'],
  [Clock.cntvct, 'cntvct'],
]);

/** Returns the callbacks of a mask. Their numbers begin at 1. */
const callbacksOf = (mask: number): Callback[] => CALLBACKS.filter((_, i) => mask & (2 << i));

/** Returns what get-info reports about the machine and its kernel. Some of it changes, such as the online CPUs. */
export function kernelFacts(info: Info) {
  return {
    kernel: {
      release: info.kernelRelease ?? '',
      version: info.kernelVersion ?? '',
      machine: info.machine ?? '',
      preemptRt: info.preemptRt === 1,
    },
    cpuModel: info.cpuModel ?? '',
    cpusOnline: info.cpusOnline ?? '',
    cpusPossible: info.cpusPossible ?? 0,
    clock: CLOCKS.get(info.clock) ?? 'mono',
    ...(info.clockResolution !== undefined && { clockResolution: info.clockResolution }),
    moduleVersion: info.moduleVersion ?? '',
    ...(info.measuresAvailable !== undefined && { measuresAvailable: measuresOf(info.measuresAvailable) }),
    ...(info.callbacksAvailable !== undefined && {
      callbacksAvailable: callbacksOf(info.callbacksAvailable),
    }),
    ...(info.sendersAvailable !== undefined && { sendersAvailable: callbacksOf(info.sendersAvailable) }),
    ...(info.irqsoffExact !== undefined && { irqsoffExact: info.irqsoffExact === 1 }),
    ...(info.lockdep !== undefined && { lockdep: info.lockdep === 1 }),
    ...clockChangeOf(info),
    ...(info.kprobes !== undefined && { kprobes: info.kprobes === 1 }),
    ...(info.suspends !== undefined && { suspends: info.suspends }),
    ...(info.recorderEvents !== undefined && { recorderEvents: info.recorderEvents }),
  } satisfies Partial<HostInfo>;
}

interface Described {
  readonly name: string;
  readonly index: number;
  readonly state: HostState;
  readonly source: Source;
  readonly isOpened: boolean;
}

export function describeHost(
  { name, index, state, source, isOpened }: Described,
  liveness: LivenessTracker,
): Omit<HostInfo, 'history'> {
  const { info } = state;
  return {
    host: name,
    index,
    state: liveness.state,
    since: liveness.since,
    ...(liveness.reason !== undefined && { reason: liveness.reason }),
    ...(state.lastDataAt !== undefined && { lastDataAt: state.lastDataAt }),
    ...(info && kernelFacts(info)),
    ...(state.config && { config: state.config }),
    ...(state.runStartedAt !== undefined && { runStartedAt: state.runStartedAt }),
    ...(source.kind === 'replay' && {
      replay: { ...source.position, ...(isOpened && { opened: true }) },
    }),
  };
}
