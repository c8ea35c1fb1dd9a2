// Frames that the bridge adds to those of the agent, so that a recording contains the evidence from outside the
// machine. The agent's kinds are below 32; the bridge refuses higher ones from an agent, because a machine has no
// evidence about its own host. Layouts: docs/reference/recordings.md.
import type { RunDelay } from '../evidence/run-delays.ts';

export const EvidenceFrame = { runDelays: 32, hostDelays: 33, userPlaces: 34 } as const;

/** Time in which the host of a virtual machine did not run the CPU of a spike. */
export interface HostDelay {
  /** Number of the spike in the module. */
  readonly id: bigint;
  readonly ns: bigint;
}

const RUN_DELAY_LEN = 24;
const HOST_DELAY_LEN = 16;
/** Maximum entries of a frame. The bridge writes far fewer, but a damaged recording can contain millions. */
const ENTRIES_MAX = 65_536;

const fits = (payload: Uint8Array, length: number): boolean =>
  payload.length % length === 0 && payload.length <= ENTRIES_MAX * length;

export function encodeRunDelays(delays: readonly RunDelay[]): Uint8Array {
  const bytes = Buffer.alloc(delays.length * RUN_DELAY_LEN);
  delays.forEach(({ cpu, untilUs, spanUs, delayUs, asleep }, i) => {
    const at = i * RUN_DELAY_LEN;
    bytes.writeBigUInt64LE(BigInt(Math.round(untilUs)), at);
    bytes.writeUInt32LE(Math.min(Math.round(spanUs), 0xffff_ffff), at + 8);
    bytes.writeUInt32LE(Math.min(Math.round(delayUs), 0xffff_ffff), at + 12);
    bytes.writeUInt32LE(cpu, at + 16);
    bytes.writeUInt32LE(asleep ? 1 : 0, at + 20);
  });
  return bytes;
}

/** Returns undefined if the length is not a whole number of samples, or if there are too many. */
export function decodeRunDelays(payload: Uint8Array): RunDelay[] | undefined {
  if (!fits(payload, RUN_DELAY_LEN)) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return Array.from({ length: payload.length / RUN_DELAY_LEN }, (_, i) => {
    const at = i * RUN_DELAY_LEN;
    return {
      untilUs: Number(view.getBigUint64(at, true)),
      spanUs: view.getUint32(at + 8, true),
      delayUs: view.getUint32(at + 12, true),
      cpu: view.getUint32(at + 16, true),
      ...(view.getUint32(at + 20, true) === 1 && { asleep: true }),
    };
  });
}

export function encodeHostDelays(delays: readonly HostDelay[]): Uint8Array {
  const bytes = Buffer.alloc(delays.length * HOST_DELAY_LEN);
  delays.forEach(({ id, ns }, i) => {
    bytes.writeBigUInt64LE(id, i * HOST_DELAY_LEN);
    bytes.writeBigUInt64LE(ns, i * HOST_DELAY_LEN + 8);
  });
  return bytes;
}

/** Returns undefined if the length is not a whole number of spikes, or if there are too many. */
export function decodeHostDelays(payload: Uint8Array): HostDelay[] | undefined {
  if (!fits(payload, HOST_DELAY_LEN)) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return Array.from({ length: payload.length / HOST_DELAY_LEN }, (_, i) => ({
    id: view.getBigUint64(i * HOST_DELAY_LEN, true),
    ns: view.getBigUint64(i * HOST_DELAY_LEN + 8, true),
  }));
}
