// Where the spikes of a recording are. Reads the file once in the background; what is needed earlier is read at once.
import {
  AgentFrame,
  Command,
  type Spike as KernelSpike,
  NETLINK_HEADER_LEN,
  type NetlinkMessage,
  readNetlink,
} from '@rtprobe/abi';
import type { DetailCommand, SpikeMark } from '../sources/source.ts';
import { Direction, type Entry } from './format.ts';
import type { Recording } from './reader.ts';

/** Spikes that arrive within this time of the first are one mark: a person cannot tell them apart on the timeline. */
const MARK_US = 100_000;
/** Maximum marks; spikes after the last one are not indexed. */
const MARKS_MAX = 100_000;

interface GrowingMark extends SpikeMark {
  valueNs: number;
  readonly ids: bigint[];
}

/** How far after a spike its details are searched before the rest of the file: they are requested at once. */
const DETAILS_BLOCKS = 12;

export class SpikeIndex {
  readonly #recording: Recording;
  /** Marks by block; undefined while the block was not read. */
  readonly #marks: (readonly SpikeMark[] | undefined)[];
  /** Block with the recorded answer, by "command number". */
  readonly #answers = new Map<string, number>();
  #count = 0;
  /** The first block that was not read. */
  #unread = 0;
  #stopped = false;
  #done: Promise<void> = Promise.resolve();

  constructor(recording: Recording) {
    this.#recording = recording;
    this.#marks = recording.blocks.map(() => undefined);
  }

  /** Begins to read the file. @param failed receives why it ends before the last block; `readTo` stays there. */
  start(failed: (error: unknown) => void): void {
    this.#done = this.#readAll().catch(failed);
  }

  /** Resolves when the file is no longer read. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  /** In the order of their arrival, up to `readTo`. */
  get marks(): SpikeMark[] {
    return this.#marks.slice(0, this.#unread).flatMap((marks) => marks ?? []);
  }

  /** Every spike that arrived before this time is in the list, unix µs. */
  get readTo(): number {
    const { blocks, last } = this.#recording;
    return blocks[this.#unread]?.first ?? last;
  }

  /** Returns the first mark after a time; undefined if there is none. */
  async next(time: number): Promise<SpikeMark | undefined> {
    for (let i = this.#recording.blockAt(time); i < this.#marks.length && !this.#stopped; i++) {
      const mark = (await this.#read(i)).find(({ at }) => at > time);
      if (mark) return mark;
    }
    return undefined;
  }

  /** Returns the last mark before a time; undefined if there is none. */
  async previous(time: number): Promise<SpikeMark | undefined> {
    for (let i = this.#recording.blockAt(time); i >= 0 && !this.#stopped; i--) {
      const mark = (await this.#read(i)).findLast(({ at }) => at < time);
      if (mark) return mark;
    }
    return undefined;
  }

  /**
   * Returns the block with the recorded answer about a spike of that time; undefined if the recorded bridge did not
   * request it.
   */
  async answerOf(command: DetailCommand, id: bigint, time: number): Promise<number | undefined> {
    const key = `${command} ${id}`;
    const near = this.#recording.blockAt(time);
    for (let i = near; i < Math.min(near + DETAILS_BLOCKS, this.#marks.length); i++) {
      if (this.#stopped || this.#answers.has(key)) break;
      await this.#read(i);
    }
    if (!this.#answers.has(key)) await this.#done;
    return this.#answers.get(key);
  }

  async #readAll(): Promise<void> {
    for (; this.#unread < this.#marks.length && !this.#stopped; this.#unread++)
      await this.#read(this.#unread);
  }

  /** Returns the marks of a block. A damaged one has none; replay counts it. */
  async #read(index: number): Promise<readonly SpikeMark[]> {
    const known = this.#marks[index];
    if (known) return known;
    const entries = (await this.#recording.read(index)) ?? [];
    const { marks, requests } = spikesIn(entries, this.#recording.blocks[index]!.keyframeEntries);
    for (const key of requests) if (this.#answers.size < 2 * MARKS_MAX) this.#answers.set(key, index);
    this.#marks[index] ??= marks.slice(0, Math.max(0, MARKS_MAX - this.#count));
    this.#count += marks.length;
    return this.#marks[index];
  }
}

/** Returns the marks of a block, and the requests for details whose answers it has, as "command number". */
function spikesIn(entries: readonly Entry[], keyframeEntries: number) {
  const marks: GrowingMark[] = [];
  const requests: string[] = [];
  const byId = new Map<bigint, GrowingMark>();
  let family = 0;
  const occurred = ({ id, valueNs = 0n }: KernelSpike, at: number) => {
    if (id === undefined) return;
    const last = marks.at(-1);
    const mark = last && at - last.at <= MARK_US ? last : { at, valueNs: 0, ids: [] };
    if (mark !== last) marks.push(mark);
    mark.ids.push(id);
    mark.valueNs = Math.max(mark.valueNs, Number(valueNs));
    byId.set(id, mark);
  };
  for (const [i, { payload, kind, direction, at }] of entries.entries()) {
    if (kind === AgentFrame.family && payload.length >= 2) family = payload[0]! | (payload[1]! << 8);
    if (kind !== AgentFrame.netlink || i < keyframeEntries || !mentionsSpike(payload)) continue;
    const take = (message: NetlinkMessage) => {
      if (message.kind !== 'message') return;
      const { command, value } = message;
      if (direction === Direction.requested) requests.push(`${command} ${(value as KernelSpike).id}`);
      else if (command === Command.spikeEvent) occurred(value, at);
      else if (command === Command.getSpike) {
        // The event may have had the number only.
        const mark = byId.get(value.id ?? 0n);
        if (mark) mark.valueNs = Math.max(mark.valueNs, Number(value.valueNs ?? 0n));
      }
    };
    readNetlink(payload, family, take, () => {});
  }
  return { marks, requests };
}

const spikeCommands: ReadonlySet<number> = new Set([Command.spikeEvent, Command.getSpike, Command.getTrace]);

/** Returns whether a frame has messages about single spikes, without decoding them: most frames have none. */
function mentionsSpike(payload: Uint8Array): boolean {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  for (let at = 0; payload.length - at > NETLINK_HEADER_LEN; ) {
    if (spikeCommands.has(payload[at + NETLINK_HEADER_LEN]!)) return true;
    const length = view.getUint32(at, true);
    if (length < NETLINK_HEADER_LEN || length > payload.length - at) return false;
    at += (length + 3) & ~3;
  }
  return false;
}
