// Simulates an agent and a kernel module on a unix socket, for tests that need to control what a kernel does. It sends
// and receives the ABI's bytes, counts the values that a test records, and fails in the ways a test requests.
import { createServer, type Server, type Socket } from 'node:net';
import {
  AgentFrame,
  AgentStream,
  Clear,
  Command,
  type Config,
  encodeAck,
  encodeAgentFrame,
  encodeDone,
  encodeMessage,
  type FamilyMessage,
  type Hist,
  type Info,
  type Lost,
  Measure,
  NLM_F_MULTI,
  packBuckets,
  packIntervals,
  type Rule,
  readNetlink,
  type Source,
  type Spike,
  type TaskStat,
  type Trace,
  type UserSamples,
} from '@rtprobe/abi';
import { bucketOf } from '@rtprobe/metrics';
import { fromNewerModule } from '../../../packages/abi/src/testing.ts';

export const FAMILY = 31;
export const EPERM = 1;
export const ENOENT = 2;
export const EPROTONOSUPPORT = 93;
const EAGAIN = 11;
const EINVAL = 22;
const EOPNOTSUPP = 95;

interface SimulatedRow {
  source: number;
  cpu: number;
  sum: number;
  min: number;
  max: number;
  none: number;
  buckets: Map<number, number>;
  intervals: Map<number, number>;
}

const emptyRow = (source: number, cpu: number): SimulatedRow => ({
  ...{ source, cpu, sum: 0, min: 0, max: 0, none: 0 },
  buckets: new Map(),
  intervals: new Map(),
});

export class SimulatedAgent {
  readonly path: string;
  /** Family id that it announces; 0: no module. */
  family = FAMILY;
  sources: Source[] = [
    { id: 1, measure: Measure.timerLatency, number: 0, name: 'timer' },
    { id: 2, measure: Measure.hardirqDuration, number: 24, name: 'rtprobe-edu', chip: 'IO-APIC' },
    { id: 3, measure: Measure.vectorDuration, number: 0, name: 'Local timer interrupts' },
  ];
  spikes: Spike[] = [];
  rules: Rule[] = [];
  /** Returns whether a new rule is refused, as one with invalid CPUs is. */
  refuses = ({ cpus }: Rule): boolean => cpus === '9-1';
  tasks: TaskStat[] = [];
  /** By number of the spike. */
  readonly traces = new Map<bigint, Trace[]>();
  /** Additional fields of get-info. */
  moreInfo: Info = {};
  /** Events contain only numbers, as if unprivileged listeners could receive them. */
  numbersOnly = false;
  /** Commands that it does not support, as a module of an earlier release. */
  unknown: readonly Command[] = [];
  config: Config = { measures: 7, periodNs: 1_000_000n, thresholdNs: 500_000n, intervalNs: 100_000_000n };
  lost: Lost = {};
  instance = 7n;
  epoch = 1;
  eventSeq = 0;
  hostname = 'simulated';
  /** The end of its hello: " machine-id=… boot-id=…". */
  helloWords = '';
  /** Frames of its answer about interrupts and devices; undefined: an agent without such answers. */
  facts: string[] | undefined;
  /** Addresses at which samples found tasks in user mode, by number of the spike; undefined: an earlier module. */
  userSamples: Map<bigint, UserSamples> | undefined;
  /** Returns its answer about addresses; undefined: an agent without such answers. */
  places: ((number: number, pid: number, addresses: readonly bigint[]) => string | undefined) | undefined;
  /** Number of requests for them. */
  factsRequests = 0;
  /** Frames of the answer to a doctor frame, the last one empty; undefined: not supported. */
  doctor: readonly string[] | undefined;
  doctorRequests = 0;
  /** It answers no request. */
  deaf = false;
  /** The agent refuses every request with this text. */
  turnsAway: string | undefined;
  /** Its kernel answers every request with this errno; 0: as it should. */
  errno = 0;
  abiVersion = 1;
  /** Its module is of a later release: all messages have attributes that this release does not know. */
  newer = false;
  /** Number of the next histogram dumps that end early, as if they were cleared during the dump. */
  cutDumps = 0;
  /** Number of dumps of spikes that contain none of them and say that they were interrupted. */
  interruptedDumps = 0;
  /** The first row of every dump claims one value more than its buckets contain. */
  spoilRow = false;
  readonly requests: FamilyMessage[] = [];
  readonly #rows = new Map<string, SimulatedRow>();
  readonly #server: Server;
  #socket: Socket | undefined;
  /** Families of the module before it was unloaded. */
  readonly #earlier = new Set<number>();
  #started = process.hrtime.bigint();

  constructor(path: string) {
    this.path = path;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(this.path, resolve));
  }

  async close(): Promise<void> {
    this.#socket?.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  hangUp(): void {
    this.#socket?.destroy();
  }

  get now(): bigint {
    return process.hrtime.bigint();
  }

  get generation(): number {
    return 1 + Number((this.now - this.#started) / (this.config.intervalNs ?? 1n));
  }

  /** Counts one value. */
  record(source: number, cpu: number, ns: number): void {
    const key = `${source}/${cpu}`;
    let row = this.#rows.get(key);
    if (!row) {
      row = emptyRow(source, cpu);
      this.#rows.set(key, row);
    }
    const bucket = bucketOf(ns);
    row.min = row.buckets.size === 0 ? ns : Math.min(row.min, ns);
    row.max = Math.max(row.max, ns);
    row.sum += ns;
    row.buckets.set(bucket, (row.buckets.get(bucket) ?? 0) + 1);
    const { generation } = this;
    row.intervals.set(generation, Math.max(row.intervals.get(generation) ?? 0, ns));
    if (row.intervals.size > 16) row.intervals.delete(row.intervals.keys().next().value!);
  }

  /** Sends a spike as an event, without lists, and stores it. */
  spike(spike: Omit<Spike, 'id'>, trace?: Trace[]): bigint {
    const id = BigInt(this.spikes.length + 1);
    const whole = { time: this.now, ...spike, id, ...(trace && { traced: 1 }) };
    this.spikes.push(whole);
    if (trace)
      this.traces.set(
        id,
        trace.map((message) => ({ ...message, id })),
      );
    this.event(Command.spikeEvent, {
      ...(this.numbersOnly ? { id } : withoutLists(whole)),
      eventSeq: ++this.eventSeq,
    });
    return id;
  }

  event(command: 8 | 9 | 10 | 11 | 15, value: object): void {
    this.netlink(encodeMessage(this.family, command, 0, 0, value));
  }

  netlink(bytes: Uint8Array): void {
    const isOfFamily = new DataView(bytes.buffer, bytes.byteOffset).getUint16(4, true) === this.family;
    this.frame(AgentFrame.netlink, this.newer && isOfFamily ? fromNewerModule(bytes) : bytes);
  }

  frame(kind: number, payload: Uint8Array): void {
    this.raw(encodeAgentFrame(kind, payload));
  }

  raw(bytes: Uint8Array): void {
    this.#socket?.write(bytes);
  }

  /** Announces that the module was unloaded (0) or loaded again as another instance. */
  announce(family: number): void {
    this.#earlier.add(this.family);
    this.family = family;
    if (family !== 0) {
      this.instance++;
      this.#rows.clear();
      this.#started = this.now;
      this.eventSeq = 0;
    }
    const id = new Uint8Array(2);
    new DataView(id.buffer).setUint16(0, family, true);
    this.frame(AgentFrame.family, id);
  }

  clearHistograms(): void {
    this.epoch++;
    this.#rows.clear();
  }

  #accept(socket: Socket): void {
    this.#socket = socket;
    const stream = new AgentStream({
      frame: (kind, payload) => this.#take(kind, payload),
      error: (code, detail) => {
        throw new Error(`the bridge sent ${code}: ${detail}`);
      },
    });
    socket.on('data', (chunk) => stream.push(chunk));
    socket.on('error', () => {});
  }

  #take(kind: number, payload: Uint8Array): void {
    if (kind === AgentFrame.hello) {
      this.frame(
        AgentFrame.hello,
        new TextEncoder().encode(
          `simulated 1${this.facts ? ' facts' : ''}${this.places ? ' places' : ''}${this.doctor === undefined ? '' : ' doctor'}${this.helloWords}`,
        ),
      );
      const id = new Uint8Array(2);
      new DataView(id.buffer).setUint16(0, this.family, true);
      this.frame(AgentFrame.family, id);
      return;
    }
    if (this.deaf) return;
    if (kind === AgentFrame.facts) {
      this.factsRequests++;
      for (const text of this.facts ?? []) this.frame(AgentFrame.facts, new TextEncoder().encode(text));
      return;
    }
    if (kind === AgentFrame.doctor) {
      this.doctorRequests++;
      for (const text of this.doctor ?? []) this.frame(AgentFrame.doctor, new TextEncoder().encode(text));
      return;
    }
    if (kind === AgentFrame.places) {
      this.#places(payload);
      return;
    }
    if (this.turnsAway !== undefined) {
      this.frame(AgentFrame.refused, Buffer.from(this.turnsAway));
      return;
    }
    const request = payload.slice();
    readNetlink(
      request,
      this.family,
      (message) => {
        if (message.kind !== 'message') throw new Error(`the bridge sent ${message.kind}`);
        this.requests.push(message);
        this.#answer(message, request);
      },
      (code, detail) => {
        // A request can be on its way when the module is unloaded.
        if (code === 'E_NL_FAMILY' && this.#earlier.has(new DataView(request.buffer).getUint16(4, true)))
          return;
        throw new Error(`the bridge sent ${code}: ${detail}`);
      },
    );
  }

  #places(payload: Uint8Array): void {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const addresses = Array.from({ length: (payload.length - 16) / 8 }, (_, i) =>
      view.getBigUint64(16 + 8 * i, true),
    );
    const text = this.places?.(view.getUint32(0, true), view.getUint32(4, true), addresses);
    if (text !== undefined) this.frame(AgentFrame.places, Buffer.from(text));
  }

  #answer(message: FamilyMessage, request: Uint8Array): void {
    const { command, value } = message;
    if (this.errno !== 0) {
      this.netlink(encodeAck(request, this.errno));
      return;
    }
    if (this.unknown.includes(command)) {
      this.netlink(encodeAck(request, EOPNOTSUPP));
      return;
    }
    if (command === Command.getSources) this.#dump(message, this.sources);
    else if (command === Command.getSpikes) this.#dump(message, this.spikes.map(withoutLists));
    else if (command === Command.getHists) this.#dump(message, this.hists(value.since ?? 0));
    else if (command === Command.getRules) this.#dump(message, this.rules);
    else if (command === Command.getTasks) this.#dump(message, this.tasks);
    else if (command === Command.getTrace) this.#trace(message, value.id ?? 0n, request);
    else if (command === Command.setConfig) this.#setConfig(value, request);
    else if (command === Command.addRule) this.#addRule(message, value, request);
    else this.netlink(encodeAck(request, this.#do(message)));
  }

  /** Performs what is answered at once; returns the errno. */
  #do(message: FamilyMessage): number {
    const { command, value } = message;
    if (command === Command.getInfo) this.#reply(message, this.info);
    else if (command === Command.getConfig) this.#reply(message, this.config);
    else if (command === Command.clear) this.#clear(value.what ?? 0);
    else if (command === Command.getSpike) {
      const spike = this.spikes.find((s) => s.id === value.id);
      if (!spike) return ENOENT;
      this.#reply(message, spike);
    } else if (command === Command.getUserSamples) {
      const samples = this.userSamples?.get(value.id ?? 0n);
      if (!samples) return ENOENT;
      this.#reply(message, { ...samples, id: value.id });
    } else if (command === Command.armRule) {
      const rule = this.rules.find(({ id }) => id === value.id);
      if (rule === undefined) return ENOENT;
      if (!rule.action) return EINVAL;
      rule.armed = 1;
      this.event(Command.rulesEvent, { eventSeq: ++this.eventSeq });
    } else if (command === Command.delRule) {
      const left = this.rules.filter((rule) => value.id !== undefined && rule.id !== value.id);
      if (left.length === this.rules.length) return ENOENT;
      this.rules = left;
      this.event(Command.rulesEvent, { eventSeq: ++this.eventSeq });
    }
    return 0;
  }

  #trace(message: FamilyMessage, id: bigint, request: Uint8Array): void {
    const trace = this.traces.get(id);
    if (trace) this.#dump(message, trace);
    else this.netlink(encodeAck(request, ENOENT));
  }

  /** Names what is refused, as the kernel does. */
  #addRule(message: FamilyMessage, rule: Rule, request: Uint8Array): void {
    if (this.refuses(rule)) {
      this.netlink(encodeAck(request, EINVAL, { text: 'not a list of CPUs', offset: offsetOf(request, 6) }));
      return;
    }
    const id = 1 + this.rules.reduce((max, { id: used = 0 }) => Math.max(max, used), 0);
    const armed = rule.action && { armed: 1, acted: 0n, unarmed: 0n };
    this.rules.push({ ...rule, ...armed, id, hits: 0n, limited: 0n });
    this.#reply(message, { id });
    this.netlink(encodeAck(request, 0));
    this.event(Command.rulesEvent, { eventSeq: ++this.eventSeq });
  }

  #clear(what: number): void {
    if (what & Clear.spikes) this.spikes = [];
    if (what & Clear.histograms) this.clearHistograms();
  }

  /** Rejects one setting on purpose, as the kernel would, with text and the attribute. */
  #setConfig(change: Config, request: Uint8Array): void {
    if (change.periodNs === 66_666n) {
      this.netlink(encodeAck(request, EINVAL, { text: 'period not possible here', offset: 20 }));
      return;
    }
    this.config = { ...this.config, ...change };
    this.netlink(encodeAck(request, 0));
  }

  #reply(message: FamilyMessage, value: object): void {
    this.netlink(encodeMessage(this.family, message.command, message.seq, 0, value));
  }

  #dump(message: FamilyMessage, values: readonly object[]): void {
    if (message.command === Command.getHists && this.cutDumps > 0) {
      this.cutDumps--;
      this.netlink(encodeMessage(this.family, message.command, message.seq, NLM_F_MULTI, values[0]!));
      this.netlink(encodeDone(message.seq, EAGAIN));
      return;
    }
    if (message.command === Command.getSpikes && this.interruptedDumps > 0) {
      this.interruptedDumps--;
      this.netlink(encodeDone(message.seq, 0, true));
      return;
    }
    for (const value of values) {
      this.netlink(encodeMessage(this.family, message.command, message.seq, NLM_F_MULTI, value));
    }
    this.netlink(encodeDone(message.seq));
  }

  get info(): Info {
    const { now } = this;
    return {
      ...{
        abiVersion: this.abiVersion,
        moduleVersion: '0.1.0',
        instance: this.instance,
        hostname: this.hostname,
      },
      ...{ kernelRelease: '6.12.0-rt-amd64', kernelVersion: '#1 SMP PREEMPT_RT', machine: 'x86_64' },
      ...{ cpuModel: 'Simulated', preemptRt: 1, cpusOnline: '0-1', cpusPossible: 2, clock: 1 },
      now,
      realtimeOffset: BigInt(Date.now()) * 1_000_000n - now,
      generation: this.generation,
      epoch: this.epoch,
      ...{ measuresAvailable: 7, memoryBytes: 1_000_000n, memoryMaxBytes: 4_000_000n, events: 1000n },
      ...{ spikesHeld: this.spikes.length, spikesCapacity: 256, spikesTotal: BigInt(this.spikes.length) },
      eventSeq: this.eventSeq,
      lost: this.lost,
      ...(this.userSamples && { userSamples: 1 }),
      ...this.moreInfo,
    };
  }

  hists(since: number): Hist[] {
    const { generation, now } = this;
    const header = { generation, generationStart: now, now, epoch: this.epoch };
    const rows = [...this.#rows.values()].filter((row) => Math.max(...row.intervals.keys()) >= since);
    const encoded = rows.map(encodeRow);
    if (this.spoilRow && encoded[0]) encoded[0].count = (encoded[0].count ?? 0n) + 1n;
    return [header, ...encoded];
  }
}

/** Returns the spike as in events and dumps. */
function withoutLists(spike: Spike): Spike {
  const light = (process: NonNullable<Spike['process']>) => {
    const { file, socket, lock, ...words } = process;
    return words;
  };
  return {
    ...spike,
    ...(spike.process && { process: light(spike.process) }),
    ...(spike.victimProcess && { victimProcess: light(spike.victimProcess) }),
  };
}

/** Returns the offset of an attribute in a request. */
function offsetOf(request: Uint8Array, attribute: number): number {
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  for (let at = 20; at < request.length; at += (view.getUint16(at, true) + 3) & ~3) {
    if ((view.getUint16(at + 2, true) & 0x3fff) === attribute) return at;
  }
  throw new Error(`no attribute ${attribute}`);
}

function encodeRow(row: SimulatedRow): Hist {
  const buckets = [...row.buckets].sort(([a], [b]) => a - b);
  const count = buckets.reduce((sum, [, n]) => sum + n, 0);
  return {
    ...{ source: row.source, cpu: row.cpu, count: BigInt(count), sum: BigInt(row.sum) },
    ...{ min: BigInt(row.min), max: BigInt(row.max), none: BigInt(row.none) },
    intervals: packIntervals([...row.intervals].map(([generation, ns]) => ({ generation, ns }))),
    buckets: packBuckets({
      index: Uint16Array.from(buckets, ([index]) => index),
      count: Float64Array.from(buckets, ([, n]) => n),
    }),
  };
}
