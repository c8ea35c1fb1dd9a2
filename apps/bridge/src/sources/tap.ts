import type { UnixMicros } from '@rtprobe/protocol';

/** Receives a copy of every frame in both directions, for a recording. Payloads are valid during the call only. */
export interface FrameTap {
  received(kind: number, payload: Uint8Array, at: UnixMicros): void;
  requested(request: Uint8Array, at: UnixMicros): void;
  /** No dump is in flight: a recording can start a new block here. */
  settled(at: UnixMicros): void;
}
