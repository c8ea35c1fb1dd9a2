// A recording as a source: the same frames at the same intervals, faster or slower, from any position.
import { basename } from 'node:path';
import { AgentFrame, type CommandMessages, type NetlinkMessage, readNetlink } from '@rtprobe/abi';
import { reasonOf } from '../base/errors.ts';
import type {
  DetailCommand,
  ReplayPosition,
  ReplaySink,
  ReplaySource,
  SpikeMark,
  SpikeStep,
} from '../sources/source.ts';
import { Direction, type Entry } from './format.ts';
import { Recording } from './reader.ts';
import { SpikeIndex } from './spike-index.ts';

/** Entries that are due within one step are delivered together. */
const STEP_MS = 10;
/** A step to a spike stops this long after it: its trace and the evidence from outside the machine arrive after it. */
const AFTER_SPIKE_US = 2_000_000;

export interface ReplayChange {
  positionUs?: number;
  speed?: number;
  paused?: boolean;
}

export class FileReplay implements ReplaySource {
  readonly kind = 'replay';
  readonly title: string;
  readonly #recording: Recording;
  readonly #index: SpikeIndex;
  readonly #file: string;
  #sink: ReplaySink | undefined;
  #speed: number;
  #paused = false;
  #block = 0;
  #entries: Entry[] = [];
  #next = 0;
  /** Recorded time that was reached at `#wall` of this process's clock. */
  #time: number;
  #wall = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Jumps and steps, one after the other. Never rejects. */
  #work: Promise<void> = Promise.resolve();
  #stepWaits = false;
  /** A jump that has not started: the next jump changes its target. */
  #jumpWaits: { time: number; done: Promise<void> } | undefined;
  /** The spike that was stepped to, and the time at which that stopped; outdated at any other time. */
  #stepped: { at: number; time: number } | undefined;
  /** Everything was delivered. */
  #ended = false;
  #closed = false;

  private constructor(recording: Recording, path: string, speed: number, startAtUs: number) {
    this.#recording = recording;
    this.#index = new SpikeIndex(recording);
    this.#file = basename(path);
    this.title = `recording ${this.#file}`;
    this.#speed = speed;
    this.#time = recording.first + startAtUs;
  }

  /** Throws the errors of Recording.open. */
  static async open(path: string, speed = 1, startAtUs = 0): Promise<FileReplay> {
    return new FileReplay(await Recording.open(path), path, speed, startAtUs);
  }

  get host(): string {
    return this.#recording.description.host;
  }

  get truncatedBytes(): number {
    return this.#recording.truncatedBytes;
  }

  get position(): ReplayPosition {
    const { first, last } = this.#recording;
    return {
      file: this.#file,
      recordedHost: this.host,
      startedAt: first,
      positionUs: Math.round(Math.min(this.#reached(), last) - first),
      lengthUs: last - first,
      speed: this.#speed,
      paused: this.#paused || this.#ended,
      ...(this.#ended && { ended: true }),
      ...(this.truncatedBytes > 0 && { truncated: true }),
    };
  }

  start(sink: ReplaySink): void {
    this.#sink = sink;
    this.#requestJump(this.#time).catch((error: unknown) => this.#failed(error));
    this.#index.start((error) => this.#failed(error));
    const { damagedBytes } = this.#recording;
    if (damagedBytes > 0) {
      const what = `${damagedBytes} bytes of ${this.#file} are not a block`;
      sink.fault('E_RECORD_BLOCK', what);
    }
    this.#timer = setInterval(() => this.#requestStep(), STEP_MS);
  }

  async control(change: ReplayChange): Promise<void> {
    this.#time = this.#reached();
    this.#wall = performance.now();
    if (change.speed !== undefined) this.#speed = change.speed;
    if (change.paused !== undefined) this.#paused = change.paused;
    // Playing on from the end starts over.
    const positionUs = change.positionUs ?? (change.paused === false && this.#ended ? 0 : undefined);
    if (positionUs === undefined) return;
    const { first, last } = this.#recording;
    await this.#requestJump(Math.min(first + positionUs, last));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#index.stop();
    await this.#work;
    await this.#recording.close();
  }

  get marks(): { marks: readonly SpikeMark[]; readTo: number } {
    return { marks: this.#index.marks, readTo: this.#index.readTo };
  }

  async step(direction: SpikeStep): Promise<readonly bigint[]> {
    const now = Math.min(this.#reached(), this.#recording.last);
    const shown = this.#stepped?.time === now ? this.#stepped.at : undefined;
    const previous = () => (shown === undefined ? this.#before(now) : this.#index.previous(shown));
    const mark = direction === 'next' ? await this.#index.next(shown ?? now) : await previous();
    if (!mark) return [];
    const time = Math.min(mark.at + AFTER_SPIKE_US, this.#recording.last);
    await this.control({ positionUs: time - this.#recording.first, paused: true });
    this.#stepped = { at: mark.at, time };
    return mark.ids;
  }

  /** Returns the spike before that on screen, or before the position if there is none. */
  async #before(now: number): Promise<SpikeMark | undefined> {
    const newest = await this.#index.previous(now + 1);
    return newest && now - newest.at <= AFTER_SPIKE_US ? this.#index.previous(newest.at) : newest;
  }

  async answer<C extends DetailCommand>(command: C, id: bigint, time: number): Promise<CommandMessages[C][]> {
    const block = await this.#index.answerOf(command, id, time);
    const entries = block === undefined ? undefined : await this.#recording.read(block);
    return entries ? answerIn(entries, command, id) : [];
  }

  /** Returns the recorded time that should have been reached by now. */
  #reached(): number {
    if (this.#paused || this.#ended || this.#wall === 0) return this.#time;
    return this.#time + (performance.now() - this.#wall) * 1000 * this.#speed;
  }

  /** Runs a task after the earlier ones, whether they failed or not. Rejects if this task fails. */
  #enqueue(task: () => Promise<void>): Promise<void> {
    const done = this.#work.then(task);
    this.#work = done.catch(() => {});
    return done;
  }

  /** Requests a step unless one is waiting: `#reached` catches up after a slow one. */
  #requestStep(): void {
    if (this.#stepWaits) return;
    this.#stepWaits = true;
    this.#enqueue(() => {
      this.#stepWaits = false;
      return this.#step();
    }).catch((error: unknown) => this.#failed(error));
  }

  /** Requests a jump. Consecutive jumps wait as one, to the newest target. */
  #requestJump(time: number): Promise<void> {
    if (this.#jumpWaits) {
      this.#jumpWaits.time = time;
      return this.#jumpWaits.done;
    }
    const waiting = { time, done: Promise.resolve() };
    this.#jumpWaits = waiting;
    waiting.done = this.#enqueue(() => {
      this.#jumpWaits = undefined;
      return this.#jump(waiting.time);
    });
    return waiting.done;
  }

  #failed(error: unknown): void {
    this.#sink?.fault('E_RECORD_READ', `${this.#file}: ${reasonOf(error)}`);
  }

  async #jump(time: number): Promise<void> {
    const sink = this.#sink!;
    this.#entries = await this.#load(this.#recording.blockAt(time));
    sink.jump();
    this.#ended = false;
    this.#next = 0;
    try {
      this.#deliver(time, true);
    } finally {
      this.#time = time;
      this.#wall = performance.now();
      this.#ended = time >= this.#recording.last;
      sink.landed();
    }
  }

  async #step(): Promise<void> {
    if (this.#closed || this.#paused || this.#ended || this.#wall === 0) return;
    const time = this.#reached();
    this.#deliver(time, false);
    while (this.#next >= this.#entries.length && this.#block + 1 < this.#recording.blocks.length) {
      if (this.#recording.blocks[this.#block + 1]!.first > time) return;
      await this.#enter(this.#block + 1);
      this.#deliver(time, false);
    }
    if (time < this.#recording.last) return;
    this.#ended = true;
    this.#time = this.#recording.last;
    this.#wall = performance.now();
  }

  /** Continues with the next block. Its keyframe contains nothing new, unless a damaged block was skipped. */
  async #enter(index: number): Promise<void> {
    const wasDamaged = this.#entries.length === 0 || this.#recording.blocks[index]!.isAfterDamage;
    this.#entries = await this.#load(index);
    this.#next = 0;
    const { keyframeEntries, first } = this.#recording.blocks[index]!;
    if (!wasDamaged) {
      this.#next = Math.min(keyframeEntries, this.#entries.length);
      return;
    }
    this.#sink!.jump();
    try {
      this.#deliver(first, true);
    } finally {
      this.#sink!.landed();
    }
  }

  async #load(index: number): Promise<Entry[]> {
    this.#block = index;
    const entries = await this.#recording.read(index);
    if (entries) return entries;
    this.#sink!.fault('E_RECORD_BLOCK', `block ${index} of ${this.#file} is damaged`);
    return [];
  }

  /** Delivers every entry up to a time; with `whole`, also the keyframe. */
  #deliver(time: number, whole: boolean): void {
    const keyframe = whole ? this.#recording.blocks[this.#block]!.keyframeEntries : 0;
    for (; this.#next < this.#entries.length; this.#next++) {
      const entry = this.#entries[this.#next]!;
      if (entry.at > time && this.#next >= keyframe) return;
      if (entry.direction === Direction.requested) this.#sink!.request(entry.payload, entry.at);
      else this.#sink!.frame(entry.kind, entry.payload, entry.at);
    }
  }
}

/** Returns the messages that answer a request for the details of a spike. A block contains a request with its answer. */
function answerIn<C extends DetailCommand>(
  entries: readonly Entry[],
  command: C,
  id: bigint,
): CommandMessages[C][] {
  const found: CommandMessages[C][] = [];
  let family = 0;
  let seq: number | undefined;
  for (const { kind, direction, payload } of entries) {
    if (kind === AgentFrame.family && payload.length >= 2) family = payload[0]! | (payload[1]! << 8);
    if (kind !== AgentFrame.netlink) continue;
    const take = (message: NetlinkMessage) => {
      if (message.kind !== 'message' || message.command !== command) return;
      const value = message.value as CommandMessages[C];
      if (direction === Direction.requested) {
        // The newest answer has the most.
        if (value.id === id) found.length = 0;
        seq = value.id === id ? message.seq : undefined;
      } else if (message.seq === seq) found.push(value);
    };
    readNetlink(payload, family, take, () => {});
  }
  return found;
}
