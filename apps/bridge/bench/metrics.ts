// Measures the time of one read of /metrics with 10,000 series. The exit code is 1 if it takes too long.
import { FORMATS, type Format } from '../src/metrics/exposition.ts';
import { Metrics } from '../src/metrics/metrics.ts';
import { CountingHost } from '../src/metrics/testing.ts';

const SERIES = 10_000;
const GOAL_MS = 5;
const SERIES_OF_SOURCE = 16;
const CPUS = 4;
const VALUES = 13;
const WARM_UP = 50;
const READS = 200;
const START = 29_000_000 * 60e6;

const host = new CountingHost();
const sources = Math.ceil(SERIES / SERIES_OF_SOURCE);
for (let id = 0; id < sources; id++) {
  host.addSource(id, id % 2 ? 'hardirq_duration' : 'wakeup_latency', `irq ${id}`, `driver-${id}`);
  for (let cpu = 0; cpu < CPUS; cpu++) {
    for (let i = 0; i < VALUES; i++) host.record(id, cpu, 500 * 2 ** i + id);
  }
}
const metrics = new Metrics(sources);
for (const time of [1, 61e6, 301e6]) {
  if (time > 1) for (let id = 0; id < sources; id++) host.record(id, 0, 5000 + id);
  metrics.spanAdded(host.view, host.span(START + time));
}
metrics.spanAdded(host.view, host.span(START + 361e6));

/** Returns the CPU time of a read in ms, which does not depend on what else the machine does. */
function measure(format: Format): { ms: number; text: string } {
  let bytes: Buffer = Buffer.alloc(0);
  const read = () => {
    bytes = metrics.write([host.view], { format, cpus: false });
  };
  for (let i = 0; i < WARM_UP; i++) read();
  const before = process.threadCpuUsage();
  for (let i = 0; i < READS; i++) read();
  const { user, system } = process.threadCpuUsage(before);
  return { ms: (user + system) / 1000 / READS, text: bytes.toString() };
}

for (const format of Object.keys(FORMATS) as Format[]) {
  const { ms, text } = measure(format);
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  console.log(
    `${format}: ${series} series, ${text.length} bytes: ${ms.toFixed(2)} ms (goal: under ${GOAL_MS} ms)`,
  );
  if (series < SERIES || ms >= GOAL_MS) process.exitCode = 1;
}
