// The families of metrics. docs/reference/metrics.md has the same table; a test compares them.
import type { Family } from './exposition.ts';

export const families = {
  build: { name: 'rtprobe_build_info', type: 'gauge', help: 'Version of the bridge; always 1.' },
  hostUp: { name: 'rtprobe_host_up', type: 'gauge', help: 'Whether data of the host arrive.' },
  lastData: {
    ...{ name: 'rtprobe_last_data_timestamp_seconds', type: 'gauge', unit: 'seconds' },
    help: 'Time of the newest data, by the clock of the host.',
  },
  runStart: {
    ...{ name: 'rtprobe_run_start_timestamp_seconds', type: 'gauge', unit: 'seconds' },
    help: 'Start of the run: when all counts were last zero.',
  },
  events: {
    name: 'rtprobe_events',
    type: 'counter',
    help: 'Events that the module recorded since it was loaded.',
  },
  spikes: {
    name: 'rtprobe_spikes',
    type: 'counter',
    help: 'Values over their threshold since the module was loaded.',
  },
  memory: {
    ...{ name: 'rtprobe_module_memory_bytes', type: 'gauge', unit: 'bytes' },
    help: 'Memory of the module.',
  },
  probeCpu: {
    ...{ name: 'rtprobe_probe_cpu_ratio', type: 'gauge', unit: 'ratio' },
    help: "The module's share of all CPUs over the last second.",
  },
  historyBytes: {
    ...{ name: 'rtprobe_history_bytes', type: 'gauge', unit: 'bytes' },
    help: 'Size of the history store.',
  },
  host: { name: 'rtprobe_host_info', type: 'gauge', help: 'Kernel and module of the host; always 1.' },
  losses: {
    ...{ name: 'rtprobe_losses', type: 'counter' },
    help: 'Values, events and details that were dropped, missed or not captured, by counter.',
  },
  threshold: {
    ...{ name: 'rtprobe_threshold_seconds', type: 'gauge', unit: 'seconds' },
    help: 'Threshold of a measure that is on.',
  },
  breaches: {
    ...{ name: 'rtprobe_expectation_breaches', type: 'counter' },
    help: 'Interruptions that broke an expectation, since it was added.',
  },
  incidents: {
    ...{ name: 'rtprobe_incidents', type: 'counter' },
    help: 'Incidents since the bridge started, by origin of the cause.',
  },
  causes: {
    ...{ name: 'rtprobe_cause_incidents', type: 'counter' },
    help: 'Incidents since the bridge started, by cause.',
  },
  windowEnd: {
    ...{ name: 'rtprobe_window_end_timestamp_seconds', type: 'gauge', unit: 'seconds' },
    help: 'End of the newest complete window.',
  },
  windowCovered: {
    ...{ name: 'rtprobe_window_covered_seconds', type: 'gauge', unit: 'seconds' },
    help: 'Part of the newest complete window from which data arrived.',
  },
  measure: {
    ...{ name: 'rtprobe_measure_seconds', type: 'histogram', unit: 'seconds' },
    help: 'Values of a measure since the start of the run.',
  },
  windowMax: {
    ...{ name: 'rtprobe_measure_max_seconds', type: 'gauge', unit: 'seconds' },
    help: 'Largest value of the newest complete window.',
  },
  runMax: {
    ...{ name: 'rtprobe_measure_run_max_seconds', type: 'gauge', unit: 'seconds' },
    help: 'Largest value since the start of the run.',
  },
} as const satisfies Record<string, Family>;
