// Encodes a host's whole state as kernel messages. Playback can therefore start at every block, and a reader needs to
// decode one format only.
import {
  AgentFrame,
  Command,
  type CommandMessages,
  encodeDone,
  encodeDump,
  encodeMessage,
  type Hist,
  NLM_F_MULTI,
  packBuckets,
  packIntervals,
  type RequestCommand,
} from '@rtprobe/abi';
import { EvidenceFrame, encodeHostDelays } from '../evidence/frames.ts';
import { encodeSpikePlaces } from '../evidence/user-places.ts';
import type { HostState } from '../state/host-state.ts';
import type { Row } from '../state/row-table.ts';
import { Direction, type Entry } from './format.ts';

function histOf(row: Row): Hist {
  const open = { generation: row.openGeneration, ns: row.openMax };
  return {
    source: row.source,
    cpu: row.cpu,
    count: BigInt(row.count),
    sum: BigInt(row.sum),
    min: BigInt(row.min),
    max: BigInt(row.max),
    none: BigInt(row.none),
    // Without the maximum, the first span after the keyframe could report the interval's older maximum as a new one.
    intervals: packIntervals(row.openMax > 0 ? [open] : []),
    buckets: packBuckets(row.buckets),
  };
}

/**
 * Returns undefined if the message does not fit. Text that was not UTF-8 becomes three times as long when it is encoded
 * again, and an attribute is limited to 65,535 bytes. Only a malicious module sends that.
 */
function encodeWhole<C extends Command>(
  ...message: Parameters<typeof encodeMessage<C>>
): Uint8Array | undefined {
  try {
    return encodeMessage(...message);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Returns frames that bring an empty reader to this state; `family` is 0 if the module is not loaded. */
export function keyframe(state: HostState, family: number, at: number): Entry[] {
  const entries: Entry[] = [];
  const add = (direction: number, kind: number, payload: Uint8Array) =>
    entries.push({ at, direction, kind, payload });
  const id = Buffer.alloc(2);
  id.writeUInt16LE(family);
  add(Direction.received, AgentFrame.family, id);
  const { info, kernelConfig, lastDump, kernelEpoch } = state;
  for (const frame of state.devices.frames) add(Direction.received, AgentFrame.facts, frame);
  if (family === 0 || !info) return entries;

  const reply = (bytes: Uint8Array | undefined) => {
    if (bytes) add(Direction.received, AgentFrame.netlink, bytes);
  };
  const dump = <C extends RequestCommand>(command: C, messages: readonly CommandMessages[C][]) => {
    const request = encodeDump<RequestCommand>(family, command, command, {});
    add(Direction.requested, AgentFrame.netlink, request);
    for (const message of messages) reply(encodeWhole(family, command, command, NLM_F_MULTI, message));
    reply(encodeDone(command));
  };
  reply(encodeWhole(family, Command.getInfo, 0, 0, info));
  if (kernelConfig) reply(encodeWhole(family, Command.getConfig, 0, 0, kernelConfig));
  dump(Command.getSources, [...state.kernelSources.values()]);
  const { hostDelays } = state;
  if (hostDelays.length > 0) add(Direction.received, EvidenceFrame.hostDelays, encodeHostDelays(hostDelays));
  for (const places of state.places)
    add(Direction.received, EvidenceFrame.userPlaces, encodeSpikePlaces(places));
  dump(Command.getSpikes, state.spikes.light);
  dump(Command.getRules, state.kernelRules);
  if (lastDump !== undefined && kernelEpoch !== undefined) {
    const { generation } = state;
    const header: Hist = { generation, generationStart: lastDump, now: lastDump, epoch: kernelEpoch };
    dump(Command.getHists, [header, ...state.rows.all.map(histOf)]);
  }
  return entries;
}
