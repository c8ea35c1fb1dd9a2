// The source of a host's bytes. Live sources and recordings have the same interface.
import type { Command, CommandMessages, StreamErrorCode } from '@rtprobe/abi';
import type { HostInfo, UnixMicros } from '@rtprobe/protocol';
import type { HostFaultCode } from '../base/errors.ts';
import type { MachineIdentity } from '../base/identity.ts';

/** Why a source is down, and what to do about it. */
export interface DownReason {
  code: string;
  message: string;
  todo: string;
}

export interface SourceSink {
  /** The transport is connected; nothing was received yet. */
  up(): void;
  /** The machine that the agent runs on, if the transport reports it; called before the agent's first frame. */
  identified(identity: MachineIdentity): void;
  /** One frame of the agent. The payload is valid during the call only. */
  frame(kind: number, payload: Uint8Array, at: UnixMicros): void;
  /** Invalid bytes, to be counted. */
  fault(code: StreamErrorCode | HostFaultCode, detail: string): void;
  down(reason: DownReason): void;
}

/** Callbacks that only a recording uses. */
export interface ReplaySink extends SourceSink {
  /** A request of the recorded bridge: the following answers belong to it. */
  request(payload: Uint8Array, at: UnixMicros): void;
  /** The position jumped: the whole state is invalid, and nothing may be shown until `landed`. */
  jump(): void;
  landed(): void;
}

/** Time limit for the answer to hello, counted from `up`, and what to do if there is none or the connection ends. */
export interface Patience {
  readonly withinMs: number;
  readonly advice: string;
}

export interface LiveSource {
  readonly kind: 'live';
  /** Name for display, such as "rtprobe-agent" or "unix socket /run/x". */
  readonly title: string;
  readonly patience: Patience;
  start(sink: SourceSink): void;
  /** Queues one frame for the agent. Returns false if it is not connected or does not read. */
  send(frame: Uint8Array): boolean;
  /** Drops the connection and reconnects, because the peer does not answer. */
  reconnect(reason: DownReason): void;
  close(): Promise<void>;
}

export type ReplayPosition = NonNullable<HostInfo['replay']>;

/** Spikes that arrived almost together. */
export interface SpikeMark {
  /** When the first of them arrived, unix µs. */
  readonly at: number;
  /** The largest value. */
  readonly valueNs: number;
  /** Numbers of the spikes, as the module counts them. */
  readonly ids: readonly bigint[];
}

export type SpikeStep = 'next' | 'previous';
/** Requests for the details of a spike. */
export type DetailCommand = typeof Command.getSpike | typeof Command.getTrace;

export interface ReplaySource {
  readonly kind: 'replay';
  readonly title: string;
  readonly position: ReplayPosition;
  start(sink: ReplaySink): void;
  /** Changes the given values; a new position is a jump. */
  control(change: { positionUs?: number; speed?: number; paused?: boolean }): Promise<void>;
  /** The spikes that arrived before `readTo`, unix µs. The file is read in the background. */
  readonly marks: { readonly marks: readonly SpikeMark[]; readonly readTo: UnixMicros };
  /** Pauses shortly after the next or previous spike. Returns the numbers of its spikes; none if there is no such spike. */
  step(direction: SpikeStep): Promise<readonly bigint[]>;
  /** Returns what the module answered to a request for details of a spike of that time, wherever it is in the recording. */
  answer<C extends DetailCommand>(command: C, id: bigint, time: UnixMicros): Promise<CommandMessages[C][]>;
  close(): Promise<void>;
}

export type Source = LiveSource | ReplaySource;
