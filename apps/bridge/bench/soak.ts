// Simulates weeks of a bridge in minutes: its hosts, state, store and a browser in virtual time. Machines go offline,
// return, boot, and change their clocks and names. The clock of the bridge itself is set as well. Prints the memory and
// size at the end of each week. Fails if the store exceeds its limit, if memory grows from week to week, if a history is
// mixed up or lost, or if a clock that was set changes the age of a host's state. Usage: npm run soak:bridge --
// [--weeks 4] [--seed 1] [--minutes 15]
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { formatBytes } from '@rtprobe/metrics';
import { readFrame } from '@rtprobe/protocol';
import type { WebSocket } from 'ws';
import { random } from '../../../packages/metrics/src/random.ts';
import { HistoryFeed } from '../src/history/feed.ts';
import { answerRead } from '../src/history/read/answers.ts';
import { DATABASE, openReader } from '../src/history/store/database.ts';
import { Writer } from '../src/history/write/writer.ts';
import { Host } from '../src/host/host.ts';
import { HostRegistry } from '../src/host/registry.ts';
import { Client } from '../src/live/client.ts';
import { Hub } from '../src/live/hub.ts';
import { keyframe } from '../src/recording/keyframe.ts';
import { RecordingWriter } from '../src/recording/writer.ts';
import { silent } from '../tests/harness.ts';
import { VirtualHost } from './virtual-host.ts';
import { VirtualTime } from './virtual-time.ts';

const { values } = parseArgs({
  options: {
    weeks: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '15' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(
    'usage: npm run soak:bridge -- [--weeks 4] [--seed 1] [--minutes 15: stops early, with a notice]',
  );
  process.exit(0);
}

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const STEP = 10 * SECOND;
const MAX_BYTES = 96 * 1024 ** 2;
const RECORDED = 3 * HOUR;
/** Longer than the 71.6 minutes that a time in a block may be after the block's first. */
const OFFLINE = { from: HOUR / 2, to: 2.25 * HOUR };
/** Average hours between two events of a host, and between two changes of the bridge's clock. */
const ADVENTURE_HOURS = 5;
/** The bridge moves the begin of a state only if its clock was set by more than this. */
const CLOCK_SET = 2 * SECOND;
const MONDAY = 1_790_553_600_000;

const realNow = performance.now.bind(performance);
const began = realNow();
const end = Number(values.weeks) * WEEK;
const draw = random(Number(values.seed));
const between = (least: number, most: number): number => Math.round(least + draw() * (most - least));
const time = new VirtualTime(MONDAY, STEP);
time.install();

const dir = mkdtempSync(join(tmpdir(), 'rtprobe-soak-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
const fail = (what: string): never => {
  console.error(`failed after ${(time.now / DAY).toFixed(2)} days: ${what}`);
  process.exit(1);
};

const machines = ['cnc', 'cnc', 'board'].map((name, n) => new VirtualHost(name, n + 1, time, draw));

/** Receives what a browser would; acknowledges every frame, some of them late. */
class Connection {
  bufferedAmount = 0;
  bytes = 0;
  client: Client | undefined;
  hub: Hub | undefined;
  hosts: readonly Host[] = [];
  readonly #late: { host: string; seq: number }[] = [];
  on(): void {}
  ping(): void {}
  terminate(): void {}
  close(): void {}
  send(data: string | Uint8Array): void {
    this.bytes += data.length;
    if (typeof data === 'string') return;
    const { host: index, seq } = readFrame(data, { begin: () => {}, row: () => {} });
    const host = this.hosts.find((h) => h.index === index);
    if (host) this.#late.push({ host: host.name, seq });
  }
  acknowledge(): void {
    if (draw() < 0.2) return;
    for (const { host, seq } of this.#late.splice(0)) {
      // A host may have another name by now.
      if (this.hosts.some(({ name }) => name === host))
        this.hub!.message(this.client!, { type: 'ack', host, seq });
    }
  }
}

/** One process of the bridge, from start to end. */
class Process {
  readonly writer: Writer;
  readonly hosts: Host[] = [];
  readonly connection = new Connection();
  readonly hub: Hub;
  readonly #feed: HistoryFeed;

  constructor() {
    this.writer = new Writer(dir, { maxBytes: MAX_BYTES, maxAgeUs: 365 * DAY * 1000 });
    const reader = openReader(dir);
    const registry = new HostRegistry(answerRead(reader, { ask: 'hosts' }));
    reader.close();
    this.#feed = new HistoryFeed((message) => {
      this.writer.push(message);
      return true;
    });
    this.hub = new Hub(this.hosts, { version: '0', startedAt: 0 });
    const listeners = [this.hub, this.#feed];
    machines.forEach((source, index) => {
      const name = `machine-${index}`;
      registry.reserve(index, name);
      this.hosts.push(
        new Host({ index, name, nameIsGiven: false, source, log: silent, registry }, listeners),
      );
    });
    for (const host of this.hosts) host.start();
    const { connection, hub } = this;
    connection.client = new Client(connection as unknown as WebSocket, hub);
    Object.assign(connection, { hub, hosts: this.hosts });
    hub.join(connection.client);
  }

  /** Follows every host, also after it was renamed, and writes what arrived. */
  step(): void {
    this.connection.acknowledge();
    for (const { index, name } of this.hosts) {
      if (this.connection.client!.subscriptions.has(index)) continue;
      this.hub.message(this.connection.client!, { type: 'subscribe', host: name, rate: 1 });
    }
    const { processed, error, bytes } = this.writer.commit(time.now * 1000);
    this.#feed.processed(processed);
    if (error !== undefined) fail(`the store: ${error}`);
    if (bytes > MAX_BYTES) fail(`the store takes ${formatBytes(bytes)}`);
  }

  async close(): Promise<void> {
    this.hub.close();
    for (const host of this.hosts) {
      (host.source as VirtualHost).disconnect();
      await host.close();
    }
    this.writer.close(time.now * 1000);
  }
}

/** Makes something happen to a machine that happens within weeks. */
function adventure(machine: VirtualHost): void {
  const kind = draw();
  if (kind < 0.35) {
    machine.disconnect();
    setTimeout(() => machine.connect(), between(MINUTE, 8 * HOUR));
  } else if (kind < 0.55) {
    machine.disconnect();
    machine.boot();
    setTimeout(() => machine.connect(), between(20 * SECOND, 5 * MINUTE));
  } else if (kind < 0.7) machine.clockOffsetMs += between(-30 * SECOND, 30 * SECOND);
  else if (kind < 0.78) {
    // Some minutes in another year, as on a machine without a battery-backed clock.
    const before = machine.clockOffsetMs;
    machine.clockOffsetMs = draw() < 0.5 ? -20 * 365 * DAY : 400 * DAY;
    setTimeout(
      () => {
        machine.clockOffsetMs = before;
      },
      between(MINUTE, 5 * MINUTE),
    );
  } else if (kind < 0.84) machine.hostname = machine.hostname === 'cnc' ? 'press' : 'cnc';
  else if (kind < 0.92) machine.clear();
  else for (let i = 0; i < 50; i++) machine.spike();
}
const MINUTE = 60 * SECOND;

/** Sets the clock of the bridge. The states of its hosts, and how long they have lasted, must stay what they were. */
function setClock(hosts: readonly Host[]): void {
  const states = () => hosts.map(({ info }) => ({ state: info.state, ms: Date.now() - info.since / 1000 }));
  const before = states();
  const wasAt = time.offset;
  time.offset = wasAt !== 0 && draw() < 0.3 ? 0 : between(-400 * DAY, 400 * DAY);
  clocksSet++;
  states().forEach(({ state, ms }, i) => {
    if (state === before[i]!.state && Math.abs(ms - before[i]!.ms) <= CLOCK_SET) return;
    const moved = (time.offset - wasAt) / SECOND;
    fail(`${hosts[i]!.name} is ${state} since ${ms} ms, after the clock was set by ${moved} s`);
  });
}
let clocksSet = 0;

function record(host: Host): { writer: RecordingWriter; bytes: () => number } {
  let bytes = 0;
  const file = {
    write: async (data: Uint8Array) => {
      bytes += data.length;
    },
    close: async () => {},
  };
  const target = { name: 'soak', file, host: () => host.name, createdAt: 0 };
  const writer = new RecordingWriter(
    target,
    (at) => keyframe(host.state, host.family, at),
    () => {},
    silent,
  );
  host.record(writer, writer.state);
  return { writer, bytes: () => bytes };
}

function report(process_: Process, week: number): number {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const db = openReader(dir);
  const count = (table: string): number => db.get<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`)!.n;
  const tables = ['host', 'run', 'spike', 'gap', 'source', 'series'].map(
    (table) => `${table} ${count(table)}`,
  );
  const hosts = answerRead(db, { ask: 'hosts' });
  db.close();
  const file = statSync(join(dir, DATABASE)).size;
  const { bytes, pruned, prunedSpikes } = process_.writer.report();
  console.log(
    `week ${week}: RSS ${formatBytes(rss)}, heap ${formatBytes(heapUsed)}, store ${formatBytes(bytes)} of ` +
      `${formatBytes(MAX_BYTES)} (file ${formatBytes(file)}), ${tables.join(', ')}; removed since the start of the ` +
      `process ${pruned} slices, ${prunedSpikes} spikes; ${time.pending} timers; ` +
      `${((realNow() - began) / 60_000).toFixed(1)} min`,
  );
  if (hosts.length !== machines.length)
    fail(`${hosts.length} hosts are stored for ${machines.length} machines`);
  return heapUsed;
}

let bridge = new Process();
for (const machine of machines) machine.connect();
const recording = record(bridge.hosts[0]!);
const heaps: number[] = [];
let stopped = false;
for (let week = 1; time.now < end && !stopped; week++) {
  while (time.now < Math.min(week * WEEK, end) && !stopped) {
    for (const machine of machines) {
      machine.work();
      if (draw() < STEP / (HOUR / 4)) machine.spike();
      // No events during the recording.
      if (time.now > RECORDED && draw() < STEP / (ADVENTURE_HOURS * HOUR)) adventure(machine);
    }
    if (draw() < STEP / (ADVENTURE_HOURS * HOUR)) setClock(bridge.hosts);
    if (time.now === OFFLINE.from) machines[0]!.disconnect();
    if (time.now === OFFLINE.to) machines[0]!.connect();
    time.advanceTo(time.now + STEP);
    bridge.step();
    if (time.now <= RECORDED) await turn();
    if (time.now === RECORDED) {
      await recording.writer.close();
      if (recording.writer.state.error !== undefined) fail(recording.writer.state.error);
      console.log(
        `recording of ${RECORDED / HOUR} hours, ${(OFFLINE.to - OFFLINE.from) / HOUR} of them offline: ${formatBytes(recording.bytes())}`,
      );
    }
    if (time.now % HOUR === 0) await turn();
    stopped = realNow() - began > Number(values.minutes) * 60_000;
  }
  heaps.push(report(bridge, week));
  // The bridge restarts every week; its machines return within a minute.
  await bridge.close();
  bridge = new Process();
  for (const machine of machines) machine.connect();
}
if (stopped) console.log(`ended early, after ${(time.now / DAY).toFixed(1)} days`);
const [first, last] = [heaps[0]!, heaps.at(-1)!];
if (last > 2 * first + 32 * 1024 ** 2)
  fail(`the heap grew from ${formatBytes(first)} to ${formatBytes(last)}`);
await bridge.close();
console.log(
  `${machines.map(({ boots, hostname }) => `${hostname}: ${boots} boots`).join(', ')}; ` +
    `clock of the bridge set ${clocksSet} times; seed ${values.seed}`,
);
