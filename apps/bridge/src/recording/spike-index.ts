// Where the spikes of a recording are. Reads the file once in the background, from its beginning; what was read so far
// can be used at once.
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

export class SpikeIndex {
  /** In the order of their arrival. */
  readonly marks: GrowingMark[] = [];
  readonly #recording: Recording;
  /** Block with the recorded answer, by "command number". */
  readonly #answers = new Map<string, number>();
  /** Marks of spikes whose events contained only the number. */
  readonly #unknown = new Map<bigint, GrowingMark>();
  #family = 0;
  #blocksRead = 0;
  #stopped = false;
  #done: Promise<void> = Promise.resolve();
  /** Called after each block. */
  #waiting: (() => void)[] = [];

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  start(): void {
    this.#done = this.#scan();
  }

  /** Resolves when the file is no longer read. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  /** Every spike that arrived before this time is in the list, unix µs. */
  get readTo(): number {
    const { blocks, last } = this.#recording;
    return this.#isDone ? last : blocks[this.#blocksRead]!.first;
  }

  get #isDone(): boolean {
    return this.#stopped || this.#blocksRead >= this.#recording.blocks.length;
  }

  /** Returns the first mark after a time, once the file was read that far; undefined if there is none. */
  async next(time: number): Promise<SpikeMark | undefined> {
    for (;;) {
      const mark = this.marks.find(({ at }) => at > time);
      // A mark grows while spikes arrive.
      if (this.#isDone || (mark && this.readTo > mark.at + MARK_US)) return mark;
      await this.#nextBlock();
    }
  }

  /** Returns the last mark before a time, once the file was read that far; undefined if there is none. */
  async previous(time: number): Promise<SpikeMark | undefined> {
    while (!this.#isDone && this.readTo <= time + MARK_US) await this.#nextBlock();
    return this.marks.findLast(({ at }) => at < time);
  }

  /** Returns the block with the recorded answer; undefined if the recorded bridge did not request it. */
  async answerOf(command: DetailCommand, id: bigint): Promise<number | undefined> {
    const key = `${command} ${id}`;
    while (!this.#isDone && !this.#answers.has(key)) await this.#nextBlock();
    return this.#answers.get(key);
  }

  #nextBlock(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async #scan(): Promise<void> {
    const { blocks } = this.#recording;
    while (!this.#isDone) {
      // A damaged block has no spikes; replay counts it.
      const entries = (await this.#recording.read(this.#blocksRead)) ?? [];
      const keyframe = blocks[this.#blocksRead]!.keyframeEntries;
      for (const [i, entry] of entries.entries()) this.#add(entry, i < keyframe);
      this.#blocksRead++;
      this.#wake();
    }
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #add(entry: Entry, inKeyframe: boolean): void {
    const { payload, kind, direction } = entry;
    if (kind === AgentFrame.family && payload.length >= 2) this.#family = payload[0]! | (payload[1]! << 8);
    if (kind !== AgentFrame.netlink || inKeyframe || !mentionsSpike(payload)) return;
    const take = (message: NetlinkMessage) => {
      if (message.kind !== 'message') return;
      if (direction === Direction.requested) this.#requested(message.command, message.value as KernelSpike);
      else if (message.command === Command.spikeEvent) this.#occurred(message.value, entry.at);
      else if (message.command === Command.getSpike) this.#complete(message.value);
    };
    readNetlink(payload, this.#family, take, () => {});
  }

  #requested(command: Command, { id }: KernelSpike): void {
    if (id !== undefined && this.#answers.size < 2 * MARKS_MAX)
      this.#answers.set(`${command} ${id}`, this.#blocksRead);
  }

  #occurred({ id, valueNs }: KernelSpike, at: number): void {
    if (id === undefined) return;
    const last = this.marks.at(-1);
    const mark = last && at - last.at <= MARK_US ? last : { at, valueNs: 0, ids: [] };
    if (mark !== last) {
      if (this.marks.length >= MARKS_MAX) return;
      this.marks.push(mark);
    }
    mark.ids.push(id);
    if (valueNs === undefined) this.#unknown.set(id, mark);
    else mark.valueNs = Math.max(mark.valueNs, Number(valueNs));
  }

  #complete({ id, valueNs }: KernelSpike): void {
    if (id === undefined || valueNs === undefined) return;
    const mark = this.#unknown.get(id);
    if (mark) mark.valueNs = Math.max(mark.valueNs, Number(valueNs));
    this.#unknown.delete(id);
  }
}

const spikeCommands: ReadonlySet<number> = new Set([Command.spikeEvent, Command.getSpike, Command.getTrace]);

/** Returns whether a frame has messages about single spikes, without decoding them: most frames have none. */
function mentionsSpike(payload: Uint8Array): boolean {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  for (let at = 0; payload.length - at > NETLINK_HEADER_LEN; ) {
    if (spikeCommands.has(payload[at + NETLINK_HEADER_LEN]!)) return true;
    const length = view.getUint32(at, true);
    if (length < NETLINK_HEADER_LEN) return false;
    at += (length + 3) & ~3;
  }
  return false;
}
