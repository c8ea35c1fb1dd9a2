// Feeds a week of a host to the real storage code at full speed. Reports the size on disk, whether every tier kept the
// maxima, and the time to read any range. `--days N` changes the length. `--dir DIR` keeps the store in DIR; if one
// exists there, only reads are timed.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatBytes } from '@rtprobe/metrics';
import { HISTORY_WIDTHS_US, type HistoryJson, type HistorySelection, readHistory } from '@rtprobe/protocol';
import { random } from '../../../packages/metrics/src/random.ts';
import { answerRead } from '../src/history/read/answers.ts';
import { DATABASE, openReader } from '../src/history/store/database.ts';
import { Writer } from '../src/history/write/writer.ts';
import { HISTORY_LIMITS } from '../src/options.ts';
import { HOST, MONDAY, SyntheticRun, spikeAt } from '../tests/synthetic-run.ts';

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '7' },
    dir: { type: 'string' },
    looks: { type: 'string', default: '150' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(
    'usage: npm run bench:history -- [--days 7] [--looks 150] [--dir DIR]; if DIR contains a store, only reads of it are timed',
  );
  process.exit(0);
}
const seconds = Math.round(Number(values.days) * 86_400);
const LOOKS = Number(values.looks);
const COMMIT_EVERY = 20;
const SPIKE_EVERY = 600;
const shape = { cpus: 4, irqs: 12, rate: 1, active: 0.5, seed: 3, bySource: false };
const maxBytes = HISTORY_LIMITS.defaultBytes / 8;

const dir = values.dir ?? mkdtempSync(join(tmpdir(), 'rtprobe-bench-'));
if (values.dir === undefined) process.on('exit', () => rmSync(dir, { recursive: true, force: true }));

function feed(): SyntheticRun {
  const writer = new Writer(dir, { maxBytes, maxAgeUs: 365 * 86_400e6 });
  const run = new SyntheticRun(shape, (message) => writer.push(message));
  run.start();
  const began = performance.now();
  const before = process.cpuUsage();
  let largest = 0;
  for (let n = 0; n < seconds; n++) {
    const second = MONDAY + n;
    run.second(second);
    if (n % SPIKE_EVERY === 0) writer.push({ kind: 'spikes', host: HOST, spikes: [spikeAt(second, n + 1)] });
    if (n % COMMIT_EVERY === 0) largest = Math.max(largest, writer.commit(second * 1e6).bytes);
  }
  writer.request({ ask: 'flush' }, (MONDAY + seconds) * 1e6);
  const took = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  const cpu = ((user + system) / seconds).toFixed(0);
  const { bytes, pruned } = writer.report();
  writer.close((MONDAY + seconds) * 1e6);
  const rows = `${run.rows.length} rows, half of them busy`;
  console.log(
    `${values.days} days (${rows}) fed in ${(took / 1000).toFixed(0)} s, ${((took * 1000) / seconds).toFixed(0)} µs a second, ${cpu} of them CPU`,
  );
  console.log(
    `on disk ${formatBytes(bytes)}, at most ${formatBytes(largest)} of ${formatBytes(maxBytes)}; ${pruned} slices removed`,
  );
  if (largest > maxBytes) throw new Error('the size limit was exceeded');
  return run;
}

const run = existsSync(join(dir, DATABASE)) ? undefined : feed();
const db = openReader(dir);
const [begin, end] = [MONDAY * 1e6, (MONDAY + seconds) * 1e6];

function look(
  selection: Omit<HistorySelection, 'host'>,
  from: number,
  to: number,
  width?: number,
): HistoryJson {
  const wanted = width === undefined ? { columns: 1024 } : { width };
  return answerRead(db, {
    ask: 'columns',
    query: { host: HOST, ...selection, from, to, ...wanted },
    format: 'json',
  }) as HistoryJson;
}

/** Checks that every stored column has the count and the maximum of the input. */
function checkMaxima(run: SyntheticRun): void {
  for (const width of HISTORY_WIDTHS_US.filter((us) => us >= 1e6)) {
    for (const measure of ['timer_latency', 'hardirq_duration'] as const) {
      const truth = run.columns(measure, width / 1e6);
      const { columns } = look({ measure }, begin, end, width);
      for (const { time, count, max } of columns) {
        const told = truth.get(time / width) ?? { count: 0, max: 0 };
        if (told.max !== max || told.count !== count)
          throw new Error(`column ${time} of ${width} µs: ${max}, expected ${told.max}`);
      }
      console.log(
        `columns of ${width / 1e6} s, ${measure}: ${columns.length} stored, all with the count and the maximum of the input`,
      );
    }
  }
}
if (run) checkMaxima(run);

const selections: Omit<HistorySelection, 'host'>[] = [
  { measure: 'hardirq_duration' },
  { measure: 'hardirq_duration', cpu: 2 },
  { measure: 'hardirq_duration', number: 30 },
  { measure: 'hardirq_duration', number: 30, cpu: 1 },
];
const nobody = { begin: () => {}, column: () => {}, gap: () => {} };
const draw = random(11);
for (const minutes of [1 / 6, 1, 5, 30, 120, 720, 1440, 4320, 10_080]) {
  const span = Math.min(minutes * 60e6, end - begin);
  const times: number[] = [];
  const before = process.cpuUsage();
  let width = 0;
  for (let i = 0; i < LOOKS; i++) {
    const from = begin + Math.floor((draw() * (end - begin - span)) / 1e6) * 1e6;
    const selection = selections[i % selections.length]!;
    const query = { host: HOST, ...selection, from, to: from + span, columns: 1024 };
    const start = performance.now();
    const bytes = answerRead(db, { ask: 'columns', query, format: 'binary' }) as Uint8Array;
    times.push(performance.now() - start);
    width = readHistory(bytes, nobody).widthUs;
  }
  const { user, system } = process.cpuUsage(before);
  const cpu = ((user + system) / 1000 / LOOKS).toFixed(1);
  times.sort((a, b) => a - b);
  const at = (q: number) => times[Math.min(times.length - 1, Math.floor(q * times.length))]!.toFixed(1);
  console.log(
    `${minutes < 1 ? '10 s' : `${minutes} min`}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, largest ${at(1)} ms, ${cpu} ms of CPU each (columns of ${width / 1e6} s in the last look)`,
  );
}
db.close();
