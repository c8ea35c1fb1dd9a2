// Sends malicious data of a module or an agent. The bridge must reject them with a specific code, or survive by
// dropping the connection. Everything after the host takes part: browsers, the history on disk, a recording.
import { EventEmitter } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ABI_VERSION,
  AgentFrame,
  type AttributeDescriptor,
  type AttributeSetName,
  attributeSets,
  BUCKET_COUNT,
  Command,
  commandSets,
  encodeAck,
  encodeDone,
  encodeMessage,
  NLM_F_MULTI,
  packBuckets,
  streamErrors,
} from '@rtprobe/abi';
import { measures, ProtocolError } from '@rtprobe/protocol';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BridgeError, hostFaults } from '../src/base/errors.ts';
import { EvidenceFrame } from '../src/evidence/frames.ts';
import { HistoryFeed } from '../src/history/feed.ts';
import { Reader } from '../src/history/read/host-reader.ts';
import { listCauses, refreshCauses } from '../src/history/store/causes.ts';
import { openStore } from '../src/history/store/database.ts';
import { packFrames, unpackFrames } from '../src/history/store/raw-second.ts';
import { listRuns } from '../src/history/store/runs.ts';
import { packSlice, readSlice } from '../src/history/store/slice.ts';
import { findSpike, pageOfSpikes, traceOf } from '../src/history/store/spikes.ts';
import { HostWriter } from '../src/history/write/host-writer.ts';
import { Host } from '../src/host/host.ts';
import { HostRegistry } from '../src/host/registry.ts';
import { Client } from '../src/live/client.ts';
import { Hub } from '../src/live/hub.ts';
import { decodeBlockHeader, decodeEntries, encodeBlockHeader } from '../src/recording/format.ts';
import { keyframe } from '../src/recording/keyframe.ts';
import { Recording } from '../src/recording/reader.ts';
import { FileReplay } from '../src/recording/replay.ts';
import { RecordingWriter } from '../src/recording/writer.ts';
import type { DownReason, LiveSource, ReplaySink, SourceSink } from '../src/sources/source.ts';
import { silent, temporaryFolder, until } from './harness.ts';
import { FAMILY } from './simulated-agent.ts';

const dir = temporaryFolder();
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const FIXTURE = join(import.meta.dirname, 'fixtures/6.12-rt.rec.bin');

// Values that a descriptor allows, at the limits where numbers stop being exact, signed or small.
const u64 = fc.oneof(
  fc.constantFrom(
    0n,
    1n,
    2n ** 31n,
    2n ** 32n,
    2n ** 53n - 1n,
    2n ** 53n,
    2n ** 62n,
    2n ** 63n,
    2n ** 64n - 1n,
  ),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: 0n, max: 10_000_000_000n }),
);
const u32 = fc.oneof(fc.constantFrom(0, 1, 2, 3, 2 ** 31, 2 ** 32 - 1), fc.nat(20), fc.nat());
const text = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    '__proto__',
    'toString',
    '<b>',
    '=1+1',
    '\u202e',
    'x'.repeat(2000),
    '0-4294967295',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

function fieldOf(d: AttributeDescriptor, depth: number): fc.Arbitrary<unknown> {
  switch (d.type) {
    case 'u8':
      return fc.nat(255);
    case 'u32':
      return u32;
    case 's32':
      return fc.oneof(fc.constantFrom(-(2 ** 31), -1, 0, 2 ** 31 - 1), fc.integer());
    case 'u64':
      return u64;
    case 's64':
      return fc.oneof(
        u64.map((n) => BigInt.asIntN(64, n)),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      );
    case 'string':
      return text;
    case 'nest':
      return depth > 0 ? objectOf(d.nested!, depth - 1) : fc.constant({});
    default:
      return fc.uint8Array({ maxLength: 96 });
  }
}

/** An object of one attribute set: each attribute may be missing; most are present. */
function objectOf(set: AttributeSetName, depth = 3): fc.Arbitrary<object> {
  const fields: Record<string, fc.Arbitrary<unknown>> = {};
  for (const d of Object.values(attributeSets[set]) as AttributeDescriptor[]) {
    if (d.type === 'pad') continue;
    const one = fieldOf(d, depth);
    fields[d.name] = fc.option(d.multi ? fc.array(one, { maxLength: 3 }) : one, { nil: undefined, freq: 6 });
  }
  return fc
    .record(fields)
    .map((object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)));
}

const events = [8, 9, 10, 11, 15] as const;
const commands = Object.keys(commandSets).map(Number) as Command[];

/** A dump of histograms whose rows add up; sums and maxima need not be plausible. */
const hists = fc
  .record({
    generation: u32,
    now: u64,
    epoch: fc.nat(3),
    rows: fc.array(
      fc.record({
        ...{ source: fc.nat(4), cpu: fc.nat(3), sum: u64, min: u64, max: u64, none: u64 },
        counts: fc.array(fc.oneof(fc.nat(9), fc.constant(2 ** 51)), { maxLength: 3 }),
        intervals: fc.array(u64, { maxLength: 6 }),
      }),
      { maxLength: 4 },
    ),
  })
  .map(({ generation, now, epoch, rows }) => [
    { generation, generationStart: now, now, epoch },
    ...rows.map(({ counts, intervals, ...row }) => ({
      ...row,
      count: BigInt(counts.reduce((sum, n) => sum + n, 0)),
      buckets: packBuckets({
        index: Uint16Array.from(counts, (_, i) => (i === 2 ? BUCKET_COUNT - 1 : i * 40)),
        count: Float64Array.from(counts),
      }),
      intervals: new Uint8Array(new BigUint64Array(intervals.slice(0, intervals.length & ~1)).buffer),
    })),
  ]);

type Action =
  | { kind: 'answer'; values: object[]; command?: Command; errno: number }
  | { kind: 'hists'; values: object[] }
  | { kind: 'event'; command: Command; value: object }
  | { kind: 'frame'; frame: number; payload: Uint8Array }
  | { kind: 'damage'; at: number; value: number; command: Command; object: object }
  | { kind: 'wait'; ms: number };

const objects = fc
  .constantFrom(...commands)
  .chain((command) => objectOf(commandSets[command]!).map((object) => ({ command, object })));

/** The content of an answer depends on the request, so values are generated for every command. */
const answersFor = (command: Command) =>
  fc.record({
    kind: fc.constant('answer' as const),
    command: fc.constant(command),
    values: fc.array(objectOf(commandSets[command]!), { maxLength: 4 }),
    errno: fc.constantFrom(0, 0, 0, 0, 1, 11, 22, 2 ** 31 - 1),
  });

/** Samples of CPUs and delays of spikes; the numbers of spikes are often those of events. */
const evidence = fc
  .record({
    frame: fc.constantFrom(...Object.values(EvidenceFrame)),
    numbers: fc.array(u64, { maxLength: 12 }),
  })
  .map(({ frame, numbers }) => ({
    ...{ kind: 'frame' as const, frame },
    payload: new Uint8Array(new BigUint64Array(numbers).buffer),
  }));

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...commands).chain(answersFor) },
  { weight: 6, arbitrary: hists.map((values) => ({ kind: 'hists' as const, values })) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(...events)
      .chain((command) =>
        objectOf(commandSets[command]!).map((value) => ({ kind: 'event' as const, command, value })),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ kind: fc.constant('frame' as const), frame: fc.nat(6) },
      payload: fc.uint8Array({ maxLength: 64 }),
    }),
  },
  // Only a damaged recording sends these.
  { weight: 2, arbitrary: evidence },
  {
    weight: 2,
    arbitrary: fc
      .tuple(objects, fc.nat(500), fc.nat(255))
      .map(([{ command, object }, at, value]) => ({ kind: 'damage' as const, command, object, at, value })),
  },
  { weight: 2, arbitrary: fc.constantFrom(1, 60, 300, 3000).map((ms) => ({ kind: 'wait' as const, ms })) },
);

/** An agent in this process: it stores the newest request and sends what a test says. */
class Puppet implements LiveSource {
  readonly kind = 'live';
  readonly title = 'puppet';
  readonly patience = { withinMs: 3000, advice: 'none' };
  reconnects = 0;
  asked: { seq: number; command: Command } | undefined;
  sink!: SourceSink;

  start(sink: SourceSink): void {
    this.sink = sink;
    this.#connect();
  }

  #connect(): void {
    this.sink.up();
    this.frame(AgentFrame.hello, Buffer.from('puppet'));
    this.frame(AgentFrame.family, Uint8Array.of(FAMILY, 0));
  }

  send(frame: Uint8Array): boolean {
    const view = new DataView(frame.buffer, frame.byteOffset);
    if (view.getUint16(4, true) !== AgentFrame.netlink) return true;
    this.asked = { seq: view.getUint32(12 + 8, true), command: frame[12 + 16]! as Command };
    return true;
  }

  reconnect(reason: DownReason): void {
    this.reconnects++;
    queueMicrotask(() => {
      this.sink.down(reason);
      this.#connect();
    });
  }

  frame(kind: number, payload: Uint8Array): void {
    this.sink.frame(kind, payload, Date.now() * 1000);
  }

  message(command: Command, seq: number, flags: number, value: object): void {
    const bytes = encode(command, seq, flags, value);
    if (bytes) this.frame(AgentFrame.netlink, bytes);
  }

  async close(): Promise<void> {}

  answer(values: readonly object[], errno = 0): void {
    const { asked } = this;
    if (!asked) return;
    this.asked = undefined;
    const dump = [4, 5, 6, 12, 16, 17].includes(asked.command) || values.length > 1;
    for (const value of values) this.message(asked.command, asked.seq, dump ? NLM_F_MULTI : 0, value);
    this.frame(AgentFrame.netlink, encodeDone(asked.seq, errno));
    const request = encode(asked.command, asked.seq, 5, {});
    if (request) this.frame(AgentFrame.netlink, encodeAck(request, errno));
  }
}

/** Returns undefined for an object that is too large for a netlink message: nobody can send that. */
function encode(command: Command, seq: number, flags: number, value: object): Uint8Array | undefined {
  try {
    return encodeMessage(FAMILY, command, seq, flags, value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

class Socket extends EventEmitter {
  readonly bufferedAmount = 0;
  send(data: string | Uint8Array): void {
    if (typeof data === 'string') JSON.parse(data);
  }
  close(): void {}
  terminate(): void {}
  ping(): void {}
}

let stores = 0;

/** Returns a host with all its listeners, in one thread so that exceptions are seen. */
function stage() {
  const puppet = new Puppet();
  const hosts: Host[] = [];
  const hub = new Hub(hosts, { version: '0', startedAt: 0 });
  const db = openStore(join(dir, `store-${stores++}`));
  const writers = new Map<string, HostWriter>();
  const feed = new HistoryFeed((message) => {
    let writer = writers.get(message.host);
    if (!writer) {
      writer = new HostWriter(db, message.host, undefined, 'none');
      writers.set(message.host, writer);
    }
    // As between threads.
    writer.apply(structuredClone(message));
    return true;
  });
  const caught: string[] = [];
  const log = {
    ...silent,
    warn: (fields: object, message: string) => {
      if ('code' in fields && fields.code === 'E_FRAME') caught.push(message);
    },
  };
  const host = new Host(
    { index: 0, name: 'h', nameIsGiven: false, source: puppet, log, registry: new HostRegistry() },
    [hub, feed],
  );
  hosts.push(host);
  const written: Uint8Array[] = [];
  const target = {
    ...{ name: 'rec', host: () => host.name, createdAt: 0 },
    file: { write: async (bytes: Uint8Array) => written.push(bytes), close: async () => {} },
  };
  const recording = new RecordingWriter(
    target,
    (at) => keyframe(host.state, host.family, at),
    () => {},
    silent,
  );
  host.record(recording, recording.state);
  host.start();
  const socket = new Socket();
  const client = new Client(socket as never, hub);
  hub.join(client);
  const follow = () =>
    socket.emit(
      'message',
      Buffer.from(JSON.stringify({ type: 'subscribe', host: host.name, rate: 20 })),
      false,
    );
  follow();
  return { puppet, host, db, writers, recording, follow, caught };
}

type Stage = ReturnType<typeof stage>;

function perform({ puppet, follow }: Stage, act: Action): void {
  switch (act.kind) {
    case 'answer':
      if (act.command === puppet.asked?.command) puppet.answer(act.values, act.errno);
      else puppet.message(act.command!, 0, 0, act.values[0] ?? {});
      break;
    case 'hists':
      if (puppet.asked?.command === Command.getHists) puppet.answer(act.values);
      else puppet.answer(truth(puppet.asked?.command));
      break;
    case 'event':
      puppet.message(act.command, 0, 0, act.value);
      break;
    case 'frame':
      puppet.frame(act.frame, act.payload);
      break;
    case 'damage': {
      const bytes = encode(act.command, puppet.asked?.seq ?? 0, 0, act.object);
      if (!bytes) break;
      bytes[act.at % bytes.length] = act.value;
      puppet.frame(AgentFrame.netlink, bytes);
      break;
    }
    case 'wait':
      follow();
      vi.advanceTimersByTime(act.ms);
  }
}

/** Returns a plausible answer, so that a host proceeds to its histograms. */
function truth(command: Command | undefined): object[] {
  if (command === Command.getInfo) {
    const info = { abiVersion: ABI_VERSION, instance: 7n, realtimeOffset: 1_760_000_000_000_000_000n };
    return [{ ...info, now: 5n, generation: 1, epoch: 1, hostname: 'h' }];
  }
  if (command === Command.getSources)
    return [1, 2, 3, 4].map((id) => ({ id, measure: id % 3, number: id, name: `s${id}` }));
  return command === Command.getConfig ? [{ measures: 7, intervalNs: 100_000_000n }] : [];
}

/** Answers as a correct module until the bridge requests histograms. */
function warmUp({ puppet }: Stage): void {
  for (let i = 0; i < 20 && puppet.asked?.command !== Command.getHists; i++)
    puppet.answer(truth(puppet.asked?.command));
}

/** The year 2100. */
const END = 4_102_444_800e6;

/** Reads back everything that was stored. */
function readBack({ db, writers }: Stage): void {
  for (const writer of writers.values()) {
    writer.closeSecond();
    writer.rollUp();
    refreshCauses(db);
    const reader = new Reader(db, writer.host);
    for (const { name } of measures) {
      reader.total({ measure: name }, 0, END);
    }
    reader.gaps(0, END);
    listCauses(db, writer.host, { from: 0, to: END, limit: 100 });
    for (const spike of pageOfSpikes(db, writer.host, { from: 0, to: END, limit: 100 }).spikes) {
      JSON.stringify([findSpike(db, spike.id), traceOf(db, spike.id)]);
    }
  }
  JSON.stringify(listRuns(db, undefined, 100));
}

describe('a module that sends any values', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is rejected by code, value by value, and never reaches listeners, the store or the process', () => {
    const known = new Set([...Object.keys(hostFaults), ...Object.keys(streamErrors)]);
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 40 }), (actions) => {
        const set = stage();
        try {
          warmUp(set);
          for (const act of actions) perform(set, act);
          vi.advanceTimersByTime(15_000);
          const faults = (set.host as unknown as { stats?: { lost: { protocolErrors: object } } }).stats?.lost
            .protocolErrors;
          for (const code of Object.keys(faults ?? {})) expect(known).toContain(code);
          JSON.stringify([set.host.info, set.host.stats, set.host.state.spikes.all, set.host.state.rules]);
          readBack(set);
          // Each rejection has a code of its own: the last line of defence caught nothing.
          expect(rejected(set)).toEqual([]);
          expect(set.recording.state.error).toBeUndefined();
        } finally {
          void set.host.close();
          vi.clearAllTimers();
          set.db.close();
        }
      }),
      { numRuns: 60 },
    );
  });

  /** Returns a dump of one row on each CPU: one value in a bucket, with the test's changes. */
  const dump = (now: bigint, count: number, change: object, cpus = [0], bucket = 5) => [
    { generation: 1, generationStart: now, now, epoch: 1 },
    ...cpus.map((cpu) => ({
      ...{ source: 1, cpu, count: BigInt(count), sum: 5n * BigInt(count), min: 5n, max: 5n, none: 0n },
      buckets: packBuckets({ index: Uint16Array.of(bucket), count: Float64Array.of(count) }),
      ...change,
    })),
  ];

  it.each([
    ['an interval', { intervals: new Uint8Array(new BigUint64Array([1n, 2n ** 60n]).buffer) }, 1n],
    ['a largest value', { max: 2n ** 60n }, 1n],
    ['a sum', { sum: 2n ** 63n }, 1n],
    ['a count of calls without work', { none: 2n ** 54n }, 1n],
    ['a time', {}, 2n ** 63n],
  ])('with %s over 2^53 is counted, and the next good dump is accepted', (_name, change, plus) => {
    const set = stage();
    warmUp(set);
    const last = BUCKET_COUNT - 1;
    const next = (now: bigint, count: number, lie: object) => {
      if (set.puppet.asked?.command !== Command.getHists) warmUp(set);
      set.puppet.answer(dump(now, count, lie, [0], last));
      vi.advanceTimersByTime(300);
    };
    next(1_000_000n, 1, {});
    next(2_000_000n * plus, 2, change);
    vi.advanceTimersByTime(2000);
    expect(rejected(set)).toEqual([]);
    next(3_000_000n, 3, {});
    expect(set.host.state.rows.all[0]).toMatchObject({ count: 3, max: 5 });
    readBack(set);
    set.db.close();
    vi.clearAllTimers();
  });

  it('whose sums are plausible one by one but over 2^53 together is stored up to what a double can represent', () => {
    const set = stage();
    warmUp(set);
    const big = { sum: BigInt(Number.MAX_SAFE_INTEGER), none: BigInt(Number.MAX_SAFE_INTEGER) };
    set.puppet.answer(dump(1_000_000n, 1, {}, [0, 1, 2]));
    vi.advanceTimersByTime(300);
    set.puppet.answer(dump(101_000_000n, 2, big, [0, 1, 2]));
    vi.advanceTimersByTime(3000);
    expect(rejected(set)).toEqual([]);
    readBack(set);
    const [writer] = set.writers.values();
    const total = new Reader(set.db, writer!.host).total(
      { measure: set.host.state.sources.get(1)!.measure },
      0,
      END,
    );
    expect(total.sum).toBe(Number.MAX_SAFE_INTEGER);
    set.db.close();
    vi.clearAllTimers();
  });

  it('that a listener cannot process ends its connection, is counted, and the bridge reconnects', async () => {
    const set = stage();
    warmUp(set);
    vi.useRealTimers();
    const planted = new TypeError('planted');
    vi.spyOn(set.host.state, 'applyConfig').mockImplementationOnce(() => {
      throw planted;
    });
    set.puppet.message(Command.configEvent, 0, 0, { measures: 1, eventSeq: 1 });
    await until('a new connection', () => set.puppet.reconnects === 1);
    expect(rejected(set)).toEqual([expect.stringContaining('planted')]);
    expect(set.host.info.state).not.toBe('live');
    await set.host.close();
    set.db.close();
  });

  it('without end is not stored without limit: sources and the text of a dump are bounded', () => {
    const set = stage();
    warmUp(set);
    for (let id = 0; id < 70_000; id++) {
      set.puppet.message(Command.sourceEvent, 0, 0, { id, measure: 0, number: id, name: 'x' });
    }
    expect(set.host.state.sources.size).toBeLessThanOrEqual(65_536);
    set.db.close();
    vi.clearAllTimers();
  });
});

/** Returns what only the last line of defence caught. */
function rejected({ caught }: Stage): string[] {
  return caught;
}

/** Runs a decoder on malicious bytes; only typed errors are accepted. */
function survives(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ProtocolError) && !(error instanceof BridgeError)) throw error;
  }
}

describe('rows of the history', () => {
  const values = {
    ...{ count: 3, sum: 30, min: 1, max: 20, none: 0, buckets: 2 },
    ...{ bucketIndex: Uint16Array.of(1, 20), bucketCount: Float64Array.of(1, 2) },
  };
  const slice = packSlice(new Map([1, 7, 900].map((id) => [id, values])));
  const second = packFrames(5, [
    { time: 5_000_001, spanUs: 100, slice },
    { time: 5_200_000, spanUs: 100, slice },
  ]);
  const all = fc.uint8Array({ maxLength: 200 });

  it('of any bytes, truncated anywhere, or with any byte changed, are read or rejected by code', () => {
    const read = (bytes: Uint8Array) => {
      survives(() => readSlice(bytes, undefined, () => {}));
      survives(() => readSlice(bytes, new Set([7]), () => {}));
      survives(() => unpackFrames(5, bytes));
    };
    fc.assert(fc.property(all, read), { numRuns: 500 });
    for (const good of [slice, second]) {
      for (let length = 0; length < good.length; length++) read(good.subarray(0, length));
      for (let at = 0; at < good.length; at++) {
        for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
          const changed = good.slice();
          changed[at] = value;
          read(changed);
        }
      }
    }
  });

  it('that promise more than they contain reserve no memory for it', () => {
    // 2^53 - 1 frames are promised, none follow.
    const lying = Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 15);
    expect(() => unpackFrames(5, lying)).toThrow(ProtocolError);
    expect(() => unpackFrames(5, Uint8Array.of(0xff, 0xff, 0xff, 0x7f))).toThrow(ProtocolError);
    expect(() => readSlice(lying, undefined, () => {})).toThrow(ProtocolError);
  });
});

describe('a recording', () => {
  const whole = readFileSync(FIXTURE);
  const path = join(dir, 'damaged.rec');

  /** Opens and reads everything, as a replay would. */
  async function readAll(bytes: Uint8Array): Promise<void> {
    writeFileSync(path, bytes);
    let recording: Recording;
    try {
      recording = await Recording.open(path);
    } catch (error) {
      expect(error).toBeInstanceOf(BridgeError);
      return;
    }
    for (let i = 0; i < recording.blocks.length; i++) await recording.read(i);
    await recording.close();
  }

  it('that is truncated anywhere, or has flipped bits, opens as far as it is complete or is rejected by code', async () => {
    for (const length of [0, 1, 8, 12, 15, 16, 17, 40, 100, 200, 1000, whole.length >> 1, whole.length - 1]) {
      await readAll(whole.subarray(0, length));
    }
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.oneof(fc.nat(300), fc.nat(whole.length - 1)), bit: fc.nat(7) }), {
          minLength: 1,
          maxLength: 6,
        }),
        async (flips) => {
          const bytes = Buffer.from(whole);
          for (const { at, bit } of flips) bytes[at]! ^= 1 << bit;
          await readAll(bytes);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('with any headers and entries behind correct checksums is decoded or rejected', () => {
    const number = fc.oneof(fc.nat(100), fc.constantFrom(2 ** 31, 2 ** 32 - 1));
    const header = fc.record({
      ...{ first: fc.maxSafeNat(), last: fc.maxSafeNat(), storedLength: number, rawLength: number },
      ...{ entries: number, keyframeEntries: number, checksum: number },
    });
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 200 }), (block, raw) => {
        const decoded = decodeBlockHeader(encodeBlockHeader(block));
        if (!decoded) return;
        expect(decoded.entries * 12).toBeLessThanOrEqual(decoded.rawLength);
        const entries = decodeEntries(Buffer.from(raw), decoded);
        expect(entries?.length ?? 0).toBeLessThanOrEqual(decoded.entries);
      }),
      { numRuns: 500 },
    );
  });

  /** Returns a sink that counts. */
  function listener() {
    const seen = { frames: 0, landed: 0, faults: [] as string[] };
    const sink: ReplaySink = {
      ...{ up: () => {}, identified: () => {}, down: () => {}, request: () => {}, jump: () => {} },
      frame: () => void seen.frames++,
      landed: () => void seen.landed++,
      fault: (code) => void seen.faults.push(code),
    };
    return { seen, sink };
  }

  it('accepts a hundred jumps at once: the last one counts, and playback continues', async () => {
    const replay = await FileReplay.open(FIXTURE, 50);
    const { seen, sink } = listener();
    replay.start(sink);
    await until('the beginning', () => seen.landed > 0);
    await replay.control({ paused: true });
    const jumps = Array.from({ length: 100 }, (_, i) => replay.control({ positionUs: i * 50_000 }));
    await Promise.all(jumps);
    expect(replay.position.positionUs).toBe(99 * 50_000);
    const { frames } = seen;
    await replay.control({ paused: false });
    await until('more frames', () => seen.frames > frames);
    await replay.close();
  });

  it('that can no longer be read reports so by code, and neither a jump nor a step ends the process', async () => {
    const replay = await FileReplay.open(FIXTURE);
    const { seen, sink } = listener();
    const read = vi.spyOn(Recording.prototype, 'read').mockRejectedValue(new Error('EIO: i/o error, read'));
    replay.start(sink);
    await until('a fault', () => seen.faults.includes('E_RECORD_READ'));
    await expect(
      Promise.all(Array.from({ length: 20 }, () => replay.control({ positionUs: 1 }))),
    ).rejects.toThrow('EIO');
    read.mockRestore();
    await replay.control({ positionUs: 1_000_000 });
    expect(seen.landed).toBeGreaterThan(0);
    expect(seen.frames).toBeGreaterThan(0);
    await replay.close();
  });

  it('with unreadable blocks on disk continues with the others', async () => {
    const recording = await Recording.open(FIXTURE);
    await recording.close();
    // The handle is closed: every read fails, as on a broken disk.
    expect(await recording.read(0)).toBeUndefined();
  });
});
