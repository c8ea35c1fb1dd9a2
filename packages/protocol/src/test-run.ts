// Test runs: a program that ran on a host, or the result file of an earlier one, with the time range and the settings of
// the host. What rtprobe measured meanwhile is read with this time range.
import type { Measure } from './generated.ts';
import type { Nanoseconds, UnixMicros } from './units.ts';

/** Programs whose results can be read. */
export const TOOLS = ['cyclictest', 'oslat', 'timerlat', 'osnoise', 'hwlatdetect', 'jitterdebugger'] as const;
export type Tool = (typeof TOOLS)[number];

/**
 * What is unusual about a result. truncated: it ends before its summary. sum: its buckets do not add up to its total.
 * summary_column: the file does not say whether the last column is the sum of the others; it is. unit: the file does not
 * state its unit; microseconds were assumed.
 */
export const RESULT_NOTES = ['truncated', 'sum', 'summary_column', 'unit'] as const;
export type ResultNote = (typeof RESULT_NOTES)[number];

/** One value that a tool reported by itself. */
export interface ToolSample {
  /** Number of the cycle of the thread, from 0. */
  cycle?: number;
  valueNs?: Nanoseconds;
  /** CLOCK_MONOTONIC of the tool when it had the value, ns, decimal digits. */
  monoNs?: string;
  /** The same time of the host, if the tool reported that instead. */
  time?: UnixMicros;
}

/** The figures of one thread or CPU. What the tool did not report is missing. */
export interface ToolRow {
  /** As the tool counts: number of the thread or of the CPU. */
  number: number;
  /** timerlat: the interrupt, the thread, or the return to user space. */
  context?: 'irq' | 'thread' | 'user';
  cpu?: number;
  /** Thread id on the host. */
  tid?: number;
  intervalNs?: Nanoseconds;
  /** All samples, those outside of the histogram included. */
  count?: number;
  minNs?: Nanoseconds;
  avgNs?: Nanoseconds;
  maxNs?: Nanoseconds;
  /** Ascending pairs of a bucket's lower edge in ns and its count. */
  buckets: [ns: Nanoseconds, count: number][];
  /** Samples beyond the last bucket. */
  over?: number;
  /** The last bucket also has all larger values. */
  lastIsOpen?: boolean;
  /** Samples that the tool listed: beyond its limit, or all. At most SAMPLES_MAX. */
  samples?: ToolSample[];
  /** Number of listed samples that are missing here. */
  samplesLeftOut?: number;
}

export interface ToolResult {
  tool: Tool;
  version?: string;
  /** Its command line, if the file has it; hostile text. */
  command?: string;
  kernel?: string;
  startedAt?: UnixMicros;
  endedAt?: UnixMicros;
  exitCode?: number;
  /** Upper end of the histogram; a value from here on is over its limit. */
  limitNs?: Nanoseconds;
  rows: ToolRow[];
  notes: ResultNote[];
  /** Lines that belong to no known part of the tool's output. */
  ignoredLines: number;
}

/**
 * Names of settings that decide whether two runs can be compared. Several CPUs with different values are one text, such
 * as "0-2: performance; 3: powersave".
 */
export const SETTING_NAMES = [
  ...[
    'kernel',
    'kernel_build',
    'kernel_config',
    'cmdline',
    'cpu_model',
    'microcode',
    'clocksource',
    'governor',
  ],
  ...[
    'boost',
    'smt',
    'cpus_online',
    'isolcpus',
    'nohz_full',
    'rt_runtime',
    'module',
    'probe_clock',
    'measures',
  ],
  ...['period', 'interval', 'thread_priority', 'probe_cpus', 'thresholds', 'capture', 'recorder', 'rules'],
] as const;
export type SettingName = (typeof SETTING_NAMES)[number];

/**
 * Settings by name. A name is one of SETTING_NAMES, or "affinity/" and the number of an interrupt line. Values are
 * hostile texts. What could not be read is missing.
 */
export type RunSettings = Record<string, string>;

export interface SettingChange {
  time: UnixMicros;
  name: string;
  /** Missing: the setting did not exist. */
  before?: string;
  after?: string;
}

/**
 * running: its end was not reported yet. ended. lost: neither its end nor that it still runs was reported for
 * TEST_RUN_LOST_US. imported: made from a file.
 */
export const TEST_RUN_STATES = ['running', 'ended', 'lost', 'imported'] as const;
export type TestRunState = (typeof TEST_RUN_STATES)[number];

/** A test run in a list. */
export interface TestRunInfo {
  id: number;
  host: string;
  /** Given by a person; hostile text. */
  name?: string;
  state: TestRunState;
  /** Words of the command; missing for a file. Hostile texts. */
  command?: string[];
  /** Name of the imported file; hostile text. */
  file?: string;
  /** Time of the host. Missing if the file does not say. */
  startedAt?: UnixMicros;
  /** Of a run that has not ended: when it was last reported. */
  endedAt?: UnixMicros;
  /** When the bridge last received something about it; the clock of the bridge. */
  reportedAt: UnixMicros;
  exitCode?: number;
  /** The signal that ended the command. */
  signal?: string;
  /** Missing if the output has no result of a known tool. */
  tool?: Tool;
  /** Of all rows of the result. */
  count?: number;
  maxNs?: Nanoseconds;
  /** Number of changes of settings during the run. */
  changes: number;
}

/** `GET /api/v1/test-runs/:id` */
export interface TestRun extends Omit<TestRunInfo, 'changes'> {
  result?: ToolResult;
  /** Why the output or the file could not be read as a result. */
  resultError?: { code: string; message: string; word?: string };
  /** Output of the command, or the text of the file: at most TEST_OUTPUT_MAX characters from its end. Hostile text. */
  output: string;
  /** Characters before `output` that are not stored. */
  outputLeftOut: number;
  /** When the run began, or when the file was imported. Empty for a file of another machine. */
  settings: RunSettings;
  changes: SettingChange[];
}

/** A spike that belongs to a sample of a tool. */
export interface MatchedSpike {
  id: string;
  measure: Measure;
  valueNs: Nanoseconds;
  cpu: number;
  /** Cause in a few words; hostile text. */
  culprit: string;
}

/**
 * Why a sample has no spike. no_time: the tool did not state when it took it. no_thread: it did not state the thread id.
 * none: no spike of the thread is stored for this time.
 */
export const UNMATCHED = ['no_time', 'no_thread', 'none'] as const;
export type Unmatched = (typeof UNMATCHED)[number];

/** A listed sample of a tool, with the spike of the same wakeup of the same thread, or why there is none. */
export interface MatchedSample extends ToolSample {
  /** Number of the row of the result. */
  row: number;
  spike?: MatchedSpike;
  why?: Unmatched;
  /** Without a spike of the thread: the largest other spike at the same time, on any CPU. */
  meanwhile?: MatchedSpike;
}

/** `GET /api/v1/test-runs/:id/samples` */
export interface MatchedSamples {
  /** Largest first, at most MATCHES_MAX. */
  samples: MatchedSample[];
  /** Number of all listed samples. */
  listed: number;
  matched: number;
  /** Spikes of the threads of the run that belong to no listed sample. */
  otherSpikes: number;
}

export const MATCHES_MAX = 1000;

/** Longest text that is read as a result, in characters. */
export const RESULT_TEXT_MAX = 4 * 1024 * 1024;
/** Longest output that is stored, in characters. */
export const TEST_OUTPUT_MAX = 64 * 1024;
/** Listed samples of a row. */
export const SAMPLES_MAX = 10_000;
/** Rows of a result. */
export const RESULT_ROWS_MAX = 4096;
/** Time after which a run counts as lost. */
export const TEST_RUN_LOST_US = 180e6;
/** Time between two reports that a command still runs. */
export const TEST_RUN_REPORT_MS = 60_000;
/** Changes of settings of a run. */
export const SETTING_CHANGES_MAX = 1000;
/** Words of a command, and characters of each. */
export const COMMAND_WORDS_MAX = 256;
export const COMMAND_WORD_MAX = 1024;
