// Where a host's bytes come from. Live sources and recordings look the same from here on.
import type { StreamErrorCode } from '@rtprobe/abi';
import type { HostInfo, UnixMicros } from '@rtprobe/protocol';
import type { HostFaultCode } from '../base/errors.ts';
import type { MachineIdentity } from '../base/identity.ts';

/** Why a source is down, with what to do about it. */
export interface DownReason {
  code: string;
  message: string;
}

export interface SourceSink {
  /** The transport stands; nothing was said yet. */
  up(): void;
  /** Which machine the agent runs on, where the way to it tells; before the agent's first frame. */
  identified(identity: MachineIdentity): void;
  /** One frame of the agent. The payload is valid during the call only. */
  frame(kind: number, payload: Uint8Array, at: UnixMicros): void;
  /** Bytes that made no sense, to be counted. */
  fault(code: StreamErrorCode | HostFaultCode, detail: string): void;
  down(reason: DownReason): void;
}

/** What a recording does beyond a live source. */
export interface ReplaySink extends SourceSink {
  /** A request of the recorded bridge: says what the answers after it belong to. */
  request(payload: Uint8Array, at: UnixMicros): void;
  /** Position changed by a jump: everything known is void, and until `landed` nothing is to be shown. */
  jump(): void;
  landed(): void;
}

/** How long an agent may take to answer hello, counted from `up`, and what to do when it does not. */
export interface Patience {
  readonly withinMs: number;
  readonly advice: string;
}

export interface LiveSource {
  readonly kind: 'live';
  /** What a person calls it, such as "rtprobe-agent" or "unix socket /run/x". */
  readonly title: string;
  readonly patience: Patience;
  start(sink: SourceSink): void;
  /** Queues one frame to the agent. False when it is not connected or does not read. */
  send(frame: Uint8Array): boolean;
  /** Drops the connection and connects again: what is there does not answer. */
  reconnect(reason: DownReason): void;
  close(): Promise<void>;
}

export type ReplayPosition = NonNullable<HostInfo['replay']>;

export interface ReplaySource {
  readonly kind: 'replay';
  readonly title: string;
  readonly position: ReplayPosition;
  start(sink: ReplaySink): void;
  /** Changes what is named; a position jumps. */
  control(change: { positionUs?: number; speed?: number; paused?: boolean }): Promise<void>;
  close(): Promise<void>;
}

export type Source = LiveSource | ReplaySource;
