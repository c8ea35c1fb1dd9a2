// General thresholds: those of the values that no rule matches. Presets for common uses.
import type { HostConfig, MeasureThreshold } from './config.ts';
import { MEASURES, type Measure } from './generated.ts';
import { descriptorOf } from './measures.ts';
import type { Nanoseconds } from './units.ts';

/** Kind of task that a value of a measure by task belongs to. */
export type TaskKind = 'user' | 'kthread';

/** Measures of watched tasks. */
const BY_RULE: readonly Measure[] = ['response_time', 'start_jitter'];

/** Returns whether a measure has a threshold of its own. Only rules make spikes of the others. */
export function hasThreshold(measure: Measure): boolean {
  return descriptorOf(measure).source !== 'interrupt' && !BY_RULE.includes(measure);
}

/** Returns whether a measure has a second threshold, for kernel threads. */
export function hasKthreadThreshold(measure: Measure): boolean {
  const { source } = descriptorOf(measure);
  return source === 'task' || source === 'irq-task';
}

/** Returns the threshold of a measure; that of all measures if the module has only one. 0: none. */
export function thresholdOf(
  config: HostConfig | undefined,
  measure: Measure,
  kind: TaskKind = 'user',
): Nanoseconds {
  if (config === undefined || !hasThreshold(measure)) return 0;
  if (config.thresholds === undefined) return config.thresholdNs;
  const entry = config.thresholds.find((threshold) => threshold.measure === measure);
  return (kind === 'kthread' ? (entry?.kthreadsNs ?? entry?.thresholdNs) : entry?.thresholdNs) ?? 0;
}

export const PRESETS = ['first-look', 'control-loop', 'audio', 'everything'] as const;
export type PresetName = (typeof PRESETS)[number];

export interface Preset {
  name: PresetName;
  /** Period of the work that the preset is for, and the shares of it that its thresholds are, before rounding. */
  deadline?: { periodNs: Nanoseconds; waits: number; holds: number };
  /** Threshold of the time until a task of the user or an IRQ thread runs. */
  waitsNs: Nanoseconds;
  /** Threshold of what delays every task of a CPU: interrupts, disabled interrupts or preemption, a late timer. */
  holdsNs: Nanoseconds;
  /** Threshold of all else: kernel threads, softirqs, durations of IRQ threads, disabled lines. */
  restNs: Nanoseconds;
}

const WAITS: readonly Measure[] = [
  'thread_latency',
  'wakeup_latency',
  'preemption_latency',
  'irq_to_task',
  'irq_thread_latency',
];
const HOLDS: readonly Measure[] = [
  ...(['timer_latency', 'irqsoff', 'preemptoff', 'hardirq_duration', 'vector_duration'] as const),
];

/** Returns the largest of 1, 2 and 5 times a power of ten that is at most `ns`, from 1 ns. */
export function stepAtMost(ns: number): Nanoseconds {
  let step = 1;
  for (let next = 1; next <= ns; next = stepAfter(next)) step = next;
  return step;
}

/** Returns the next step of the series 1, 2, 5, 10 … */
export function stepAfter(step: Nanoseconds): Nanoseconds {
  return String(step).startsWith('2') ? (step / 2) * 5 : step * 2;
}

function forDeadline(name: PresetName, periodNs: Nanoseconds, waits: number, holds: number): Preset {
  return {
    ...{ name, deadline: { periodNs, waits, holds } },
    ...{ waitsNs: stepAtMost(periodNs * waits), holdsNs: stepAtMost(periodNs * holds), restNs: 0 },
  };
}

/**
 * A control loop reads sensors and writes outputs at a fixed phase, so a small share of its period is already too much.
 * An audio engine has a buffer that hides delays, as long as they and its own work end within the period.
 */
export const presets: Readonly<Record<PresetName, Preset>> = {
  'first-look': { name: 'first-look', waitsNs: 100_000, holdsNs: 100_000, restNs: 0 },
  'control-loop': forDeadline('control-loop', 1_000_000, 0.1, 0.05),
  /** 64 frames at 48 kHz. */
  audio: forDeadline('audio', Math.round((64 / 48_000) * 1e9), 0.2, 0.1),
  everything: { name: 'everything', waitsNs: 100_000, holdsNs: 100_000, restNs: 100_000 },
};

/** Returns the threshold of every measure that has one, as the preset sets it. */
export function presetThresholds({ waitsNs, holdsNs, restNs }: Preset): MeasureThreshold[] {
  return MEASURES.filter(hasThreshold).map((measure) => ({
    measure,
    thresholdNs: WAITS.includes(measure) ? waitsNs : HOLDS.includes(measure) ? holdsNs : restNs,
    ...(hasKthreadThreshold(measure) && { kthreadsNs: restNs }),
  }));
}

/** Returns whether the settings are those of a preset. */
export function hasPreset(config: HostConfig, preset: Preset): boolean {
  return presetThresholds(preset).every(
    ({ measure, thresholdNs, kthreadsNs }) =>
      thresholdOf(config, measure) === thresholdNs &&
      (kthreadsNs === undefined || thresholdOf(config, measure, 'kthread') === kthreadsNs),
  );
}

/** Values an hour and measure that a suggested threshold would have made spikes of, at most. */
export const SUGGESTED_SPIKES_PER_HOUR = 10;
/** Seconds of data that a suggestion needs. */
export const SUGGESTION_SECONDS = 60;

/** What the values of a measure suggest as its threshold. */
export interface SuggestedThreshold {
  measure: Measure;
  kind: TaskKind;
  /** Number of values seen, and their largest. */
  count: number;
  maxNs: Nanoseconds;
  thresholdNs: Nanoseconds;
}

/** Suggestions for a host, from the values of its current run. */
export interface ThresholdSuggestion {
  host: string;
  /** Length of the run so far. */
  seconds: number;
  /** Seconds until the run is long enough; 0: it is. */
  waitSeconds: number;
  /** Empty while the run is too short. Measures without values have none. */
  thresholds: SuggestedThreshold[];
}
