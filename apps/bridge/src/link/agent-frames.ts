import { AgentFrame, decodeText } from '@rtprobe/abi';
import { decodeHostDelays, decodeRunDelays, EvidenceFrame, type HostDelay } from '../evidence/frames.ts';
import type { RunDelay } from '../evidence/run-delays.ts';
import { decodeSpikePlaces, type SpikePlaces } from '../evidence/user-places.ts';

export interface AgentFrameSink {
  netlink(payload: Uint8Array): void;
  /** The agent refused a request. */
  refused(text: string): void;
  /** Id of the netlink family; 0 when the module is not loaded. */
  family(id: number): void;
  /** Receive overruns of the agent since it started. */
  overrun(total: bigint): void;
  /** One frame of an answer about interrupts and devices. */
  facts(payload: Uint8Array): void;
  /** Samples of how long the host of a virtual machine kept its CPUs from running. */
  runDelays(delays: readonly RunDelay[]): void;
  /** What was found for the spikes of a keyframe. */
  hostDelays(delays: readonly HostDelay[]): void;
  /** Where the samples of a spike found its tasks in user mode. */
  userPlaces(places: SpikePlaces): void;
  malformed(detail: string): void;
}

/** Reads one frame of an agent, other than its hello, into the sink. */
export function readAgentFrame(kind: number, payload: Uint8Array, sink: AgentFrameSink): void {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (kind === AgentFrame.netlink) sink.netlink(payload);
  else if (kind === AgentFrame.facts) sink.facts(payload);
  else if (kind === AgentFrame.refused) sink.refused(decodeText(payload));
  else if (kind === AgentFrame.family && payload.length === 2) sink.family(view.getUint16(0, true));
  else if (kind === AgentFrame.overrun && payload.length === 8) sink.overrun(view.getBigUint64(0, true));
  else if (!readEvidence(kind, payload, sink))
    sink.malformed(`frame of kind ${kind} with ${payload.length} bytes`);
}

/** Returns false if the frame does not contain valid evidence. */
function readEvidence(kind: number, payload: Uint8Array, sink: AgentFrameSink): boolean {
  if (kind === EvidenceFrame.runDelays) {
    const delays = decodeRunDelays(payload);
    if (delays) sink.runDelays(delays);
    return delays !== undefined;
  }
  if (kind === EvidenceFrame.userPlaces) {
    const places = decodeSpikePlaces(payload);
    if (places) sink.userPlaces(places);
    return places !== undefined;
  }
  if (kind !== EvidenceFrame.hostDelays) return false;
  const delays = decodeHostDelays(payload);
  if (delays) sink.hostDelays(delays);
  return delays !== undefined;
}
