// A simulated machine with the module and an agent, in virtual time: it goes offline, boots, steps its clock, changes
// its name, and has spikes.
import {
  AgentFrame,
  AgentStream,
  Command,
  encodeAck,
  encodeDone,
  encodeMessage,
  type FamilyMessage,
  type Hist,
  type Source as KernelSource,
  NLM_F_MULTI,
  packBuckets,
  packIntervals,
  readNetlink,
  type Spike,
} from '@rtprobe/abi';
import { bucketOf } from '@rtprobe/metrics';
import { toIdentity } from '../src/base/identity.ts';
import type { LiveSource, Patience, SourceSink } from '../src/sources/source.ts';
import type { VirtualTime } from './virtual-time.ts';

const FAMILY = 31;
const INTERVAL_MS = 10_000;
const SPIKES_HELD = 256;

interface Row {
  source: number;
  cpu: number;
  sum: number;
  min: number;
  max: number;
  buckets: Map<number, number>;
  changed: number;
  interval: { generation: number; ns: number };
}

export class VirtualHost implements LiveSource {
  readonly kind = 'live';
  readonly title: string;
  readonly patience: Patience = { withinMs: 3000, advice: 'nothing' };
  hostname: string;
  /** Added to the wall clock of this machine, which is another one than that of the bridge. */
  clockOffsetMs = 0;
  isUp = false;
  boots = 0;
  readonly #time: VirtualTime;
  readonly #random: () => number;
  readonly #machineId: string;
  #sink: SourceSink | undefined;
  #stream: AgentStream | undefined;
  #bootedAt = 0;
  #instance = 0n;
  #eventSeq = 0;
  #epoch = 1;
  #spikes: Spike[] = [];
  #spikeId = 0n;
  readonly #rows = new Map<string, Row>();
  readonly #sources: KernelSource[] = [
    { id: 1, measure: 2, number: 0, name: 'timer' },
    ...[24, 25, 26].map((irq, i) => ({
      id: 2 + i,
      measure: 0,
      number: irq,
      name: `dev${i}`,
      affinity: '0-1',
    })),
  ];

  constructor(hostname: string, n: number, time: VirtualTime, random: () => number) {
    this.hostname = hostname;
    this.title = `virtual ${n}`;
    this.#machineId = `${n}`.padStart(32, 'ab');
    this.#time = time;
    this.#random = random;
    this.boot();
  }

  /** Restarts the machine: counters and the monotonic clock start again. */
  boot(): void {
    this.boots++;
    this.#bootedAt = this.#time.now;
    this.#instance = BigInt(Math.floor(this.#random() * 2 ** 48));
    this.#eventSeq = 0;
    this.#epoch = 1;
    this.#spikes = [];
    this.#rows.clear();
  }

  clear(): void {
    this.#epoch++;
    this.#rows.clear();
  }

  // Methods of the bridge's source

  start(sink: SourceSink): void {
    this.#sink = sink;
  }

  /** The network or the agent becomes available. */
  connect(): void {
    if (this.isUp) return;
    this.isUp = true;
    this.#stream = new AgentStream({
      frame: (kind, payload) => this.#take(kind, payload.slice()),
      error: () => {},
    });
    const bootId = `${this.boots}`.padStart(8, '0').concat('-0000-4000-8000-000000000000');
    this.#sink!.identified(toIdentity(this.#machineId, bootId)!);
    this.#sink!.up();
  }

  disconnect(): void {
    if (!this.isUp) return;
    this.isUp = false;
    this.#sink!.down({ code: 'E_AGENT_EXIT', message: 'the machine is offline', todo: 'wait' });
  }

  send(frame: Uint8Array): boolean {
    if (!this.isUp) return false;
    const stream = this.#stream!;
    setTimeout(() => stream.push(frame), 1);
    return true;
  }

  reconnect(): void {
    this.disconnect();
    setTimeout(() => this.connect(), 1000);
  }

  async close(): Promise<void> {
    this.isUp = false;
  }

  // The machine

  get #monotonic(): bigint {
    return BigInt(Math.floor((this.#time.now - this.#bootedAt) * 1e6)) + 1_000_000n;
  }

  get #generation(): number {
    return 1 + Math.floor((this.#time.now - this.#bootedAt) / INTERVAL_MS);
  }

  /** Counts some values of every source on two CPUs. */
  work(): void {
    for (const { id } of this.#sources) {
      for (const cpu of [0, 1]) {
        if (this.#random() < 0.3) continue;
        const ns = Math.floor(800 + 4000 * this.#random() ** 3 * (this.#random() < 0.001 ? 200 : 1));
        this.#record(id!, cpu, ns);
      }
    }
  }

  #record(source: number, cpu: number, ns: number): void {
    const key = `${source}/${cpu}`;
    const generation = this.#generation;
    const row = this.#rows.get(key) ?? {
      ...{ source, cpu, sum: 0, min: ns, max: 0, changed: 0 },
      buckets: new Map<number, number>(),
      interval: { generation, ns: 0 },
    };
    this.#rows.set(key, row);
    const bucket = bucketOf(ns);
    row.buckets.set(bucket, (row.buckets.get(bucket) ?? 0) + 1);
    row.sum += ns;
    row.min = Math.min(row.min, ns);
    row.max = Math.max(row.max, ns);
    row.changed = generation;
    if (row.interval.generation !== generation) row.interval = { generation, ns };
    else row.interval.ns = Math.max(row.interval.ns, ns);
  }

  spike(): void {
    const frame = [
      'submit_bio+0x1/0x2',
      'blk_mq_run+0x3/0x4',
      `worker_${Math.floor(this.#random() * 8)}+0x1/0x2`,
    ];
    const spike: Spike = {
      ...{ id: ++this.#spikeId, time: this.#monotonic, measure: 2, cpu: 0, mode: 2, frame },
      valueNs: BigInt(Math.floor(500_000 + this.#random() * 1e6)),
      task: { pid: 7, comm: `task-${Math.floor(this.#random() * 5)}` },
    };
    this.#spikes.push(spike);
    if (this.#spikes.length > SPIKES_HELD) this.#spikes.shift();
    this.#netlink(encodeMessage(FAMILY, Command.spikeEvent, 0, 0, { ...spike, eventSeq: ++this.#eventSeq }));
  }

  #netlink(bytes: Uint8Array): void {
    this.#frame(AgentFrame.netlink, bytes);
  }

  #frame(kind: number, payload: Uint8Array): void {
    if (this.isUp) this.#sink!.frame(kind, payload, Math.floor(this.#time.now * 1000) + 1);
  }

  #take(kind: number, payload: Uint8Array): void {
    if (kind === AgentFrame.hello) {
      this.#frame(AgentFrame.hello, Buffer.from('virtual 1'));
      this.#frame(AgentFrame.family, Uint8Array.of(FAMILY, 0));
      return;
    }
    const answer = (bytes: Uint8Array) => this.#netlink(bytes);
    readNetlink(
      payload,
      FAMILY,
      (message) => {
        if (message.kind === 'message') this.#answer(message, payload, answer);
      },
      () => {},
    );
  }

  #answer(message: FamilyMessage, request: Uint8Array, answer: (bytes: Uint8Array) => void): void {
    const { command, seq } = message;
    const dump = (values: readonly object[]) => {
      for (const value of values) answer(encodeMessage(FAMILY, command, seq, NLM_F_MULTI, value));
      answer(encodeDone(seq));
    };
    if (command === Command.getSources) dump(this.#sources);
    else if (command === Command.getSpikes) dump(this.#spikes);
    else if (command === Command.getHists) dump(this.#hists(message.value.since ?? 0));
    else if (command === Command.getRules || command === Command.getTasks) dump([]);
    else {
      if (command === Command.getInfo) answer(encodeMessage(FAMILY, command, seq, 0, this.#info));
      if (command === Command.getConfig) answer(encodeMessage(FAMILY, command, seq, 0, this.#config));
      answer(encodeAck(request, 0));
    }
  }

  get #config() {
    return {
      measures: 7,
      periodNs: 1_000_000n,
      thresholdNs: 500_000n,
      intervalNs: BigInt(INTERVAL_MS) * 1_000_000n,
    };
  }

  get #info() {
    const now = this.#monotonic;
    return {
      ...{ abiVersion: 1, moduleVersion: '0.1.0', instance: this.#instance, hostname: this.hostname },
      ...{ kernelRelease: '6.12.0-rt', kernelVersion: '#1', machine: 'x86_64', preemptRt: 1, clock: 1 },
      ...{ cpuModel: 'Virtual', cpusOnline: '0-1', cpusPossible: 2, measuresAvailable: 7, now },
      realtimeOffset: BigInt(this.#time.unixMs + this.clockOffsetMs) * 1_000_000n - now,
      ...{ generation: this.#generation, epoch: this.#epoch, eventSeq: this.#eventSeq, events: 1n },
      ...{ spikesHeld: this.#spikes.length, spikesCapacity: SPIKES_HELD, spikesTotal: this.#spikeId },
    };
  }

  #hists(since: number): Hist[] {
    const generation = this.#generation;
    const now = this.#monotonic;
    const generationStart = BigInt((generation - 1) * INTERVAL_MS) * 1_000_000n;
    const rows = [...this.#rows.values()].filter(({ changed }) => changed >= since);
    return [{ generation, generationStart, now, epoch: this.#epoch }, ...rows.map(encodeRow)];
  }
}

function encodeRow(row: Row): Hist {
  const buckets = [...row.buckets].sort(([a], [b]) => a - b);
  return {
    ...{ source: row.source, cpu: row.cpu, none: 0n, sum: BigInt(row.sum) },
    count: BigInt(buckets.reduce((sum, [, n]) => sum + n, 0)),
    ...{ min: BigInt(row.min), max: BigInt(row.max) },
    intervals: packIntervals([row.interval]),
    buckets: packBuckets({
      index: Uint16Array.from(buckets, ([index]) => index),
      count: Float64Array.from(buckets, ([, count]) => count),
    }),
  };
}
