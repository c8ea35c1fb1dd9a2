// Messages between the bridge's thread and the threads that write and read.
import type {
  Acknowledgement,
  Annotation,
  CauseList,
  ComparedMeasure,
  HistoryJson,
  HistoryQuery,
  HistorySelection,
  HistoryTotal,
  IncidentPage,
  Measure,
  RowInfo,
  RunInfo,
  SourceInfo,
  Spike,
  SpikePage,
  StoredIncident,
  StoredSpike,
  TestRun,
  TestRunInfo,
  Trace,
  UnixMicros,
  WhatIf,
} from '@rtprobe/protocol';
import type { BridgeErrorCode } from '../../base/errors.ts';
import type { CauseQuery } from '../store/causes.ts';
import type { StoredExpectations } from '../store/expectations.ts';
import type { IncidentQuery } from '../store/incidents.ts';
import type { RunStart } from '../store/runs.ts';
import type { SpikeQuery } from '../store/spikes.ts';
import type { NewTestRun } from '../store/test-runs.ts';

/** Messages about one host, in order. `host` is its name; `machine` identifies its history under any name. */
export type HostMessage = { host: string; machine?: string } & (
  | { kind: 'run'; run: RunStart }
  /** Numbers of rows in the following frames. */
  | { kind: 'sources'; sources: SourceInfo[]; rows: RowInfo[] }
  /** A delta frame of @rtprobe/protocol; `after` is the reason for a gap before it, if there is one. */
  | { kind: 'span'; frame: Uint8Array; after?: string }
  /** A keyframe: totals of the run. */
  | { kind: 'totals'; frame: Uint8Array }
  | { kind: 'spikes'; spikes: Spike[] }
  | { kind: 'trace'; trace: Trace }
);

/** Requests that are answered. */
export type WriteRequest =
  | { ask: 'change-run'; run: number; change: { name?: string; baseline?: boolean } }
  | { ask: 'annotate'; annotation: Omit<Annotation, 'id'> }
  | { ask: 'forget-annotation'; id: number }
  | { ask: 'acknowledge'; host: { name: string; machine?: string }; acknowledgements: Acknowledgement[] }
  | { ask: 'withdraw'; host: string; incident: string }
  | { ask: 'expect'; host: { name: string; machine?: string }; expectations: StoredExpectations }
  /** `id` replaces an earlier state of the run. */
  | { ask: 'store-test-run'; host: { name: string; machine?: string }; run: NewTestRun; id?: number }
  | { ask: 'forget-test-run'; id: number }
  | { ask: 'flush' };

export interface WriteAnswers {
  'change-run': boolean;
  annotate: number;
  'forget-annotation': boolean;
  acknowledge: null;
  withdraw: boolean;
  expect: null;
  'store-test-run': number;
  'forget-test-run': boolean;
  flush: null;
}

/** A time range of a host. */
export interface HostRange {
  host: string;
  from: UnixMicros;
  /** Not included. */
  to: UnixMicros;
}

/** Reads of one host, by its name. */
export type ReadRequest =
  | { ask: 'columns'; query: HistoryQuery & { host: string }; format: 'json' | 'binary' }
  | { ask: 'total'; query: HistorySelection & { host: string; from: UnixMicros; to: UnixMicros } }
  /** Compares the ranges after the first with it. */
  | { ask: 'compare'; ranges: HostRange[]; measures: Measure[] }
  | { ask: 'what-if'; range: HostRange; measure: Measure; without: string[] }
  | { ask: 'hosts' }
  | { ask: 'runs'; host?: string; limit: number }
  | { ask: 'spikes'; host: string; query: SpikeQuery }
  | { ask: 'incidents'; host: string; query: IncidentQuery }
  | { ask: 'incident'; id: string }
  | { ask: 'spike'; id: string }
  | { ask: 'trace'; spike: string }
  | { ask: 'causes'; host: string; query: CauseQuery }
  | { ask: 'expectations'; host: string }
  | { ask: 'test-runs'; host?: string; limit: number }
  | { ask: 'test-run'; id: number }
  | { ask: 'acknowledgements'; host: string; limit: number }
  | { ask: 'annotations'; host: string; from: UnixMicros; to: UnixMicros };

/** The request of one kind. */
export type Read<K extends ReadRequest['ask']> = Extract<ReadRequest, { ask: K }>;
export type Write<K extends WriteRequest['ask']> = Extract<WriteRequest, { ask: K }>;

export interface ReadAnswers {
  columns: HistoryJson | Uint8Array;
  total: HistoryTotal;
  /** Of each range after the first. */
  compare: ComparedMeasure[][];
  'what-if': WhatIf;
  hosts: { name: string; machine?: string }[];
  runs: RunInfo[];
  spikes: SpikePage;
  incidents: IncidentPage;
  incident: StoredIncident | undefined;
  spike: StoredSpike | undefined;
  trace: Trace | undefined;
  causes: CauseList;
  expectations: StoredExpectations | undefined;
  'test-runs': TestRunInfo[];
  'test-run': TestRun | undefined;
  acknowledgements: Acknowledgement[];
  annotations: Annotation[];
}

export type ToWriter =
  | { type: 'message'; message: HostMessage }
  | { type: 'request'; id: number; request: WriteRequest }
  | { type: 'close' };

export type ToReader = { type: 'request'; id: number; request: ReadRequest } | { type: 'close' };

/** Sent after every commit. Counters since the store was opened. */
export interface Committed {
  type: 'committed';
  /** Messages processed so far. */
  processed: number;
  /** By host: everything up to this time is on disk. */
  storedTo: Record<string, UnixMicros>;
  bytes: number;
  pruned: number;
  prunedSpikes: number;
  /** By host: messages that could not be written. */
  dropped: Record<string, number>;
  /** By host: rows whose values are not stored. */
  leftOut: Record<string, number>;
  error?: string;
}

export type Answer = { type: 'answer'; id: number } & ({ value: unknown } | { failed: Failure });

/** A BridgeError in the form that is sent between threads. */
export interface Failure {
  code: BridgeErrorCode;
  what: string;
  todo: string;
  word?: string;
}

export type FromThread =
  | { type: 'open' }
  | { type: 'refused'; failure: Failure }
  | Answer
  | Committed
  | { type: 'closed' };
