// npm run bench:dashboard [-- --seconds N --runs N --hours N --json FILE] Measures the page in the browser: main
// thread, frames per second and memory at two sizes of machine, and whether memory grows over a day's data (--runs 0:
// only that; --hours 0: not that). Each figure is the median of the runs. Rendering is in software: compare figures of
// one machine only.
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import buildDashboard from '../tests/build.ts';
import { type Scenario, scenarios } from '../tests/synthetic.ts';
import { feedDays } from './day.ts';
import { type DrawingResult, measureDrawing } from './drawing.ts';

interface Case {
  name: string;
  scenario: Scenario;
  query: string;
  /** At most this share of a core, at least these frames a second. */
  goal: { busy: number; framesPerSecond: number };
}

const cases: readonly Case[] = [
  {
    name: '8 CPUs × 40 interrupts',
    scenario: { ...scenarios.normal, cpus: 8, extraLines: 31 },
    query: 'window=600',
    goal: { busy: 0.3, framesPerSecond: 60 },
  },
  {
    name: '64 CPUs × 256 interrupts, 500 tasks',
    scenario: scenarios.huge,
    query: 'window=600',
    goal: { busy: 0.6, framesPerSecond: 30 },
  },
];

function number(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (value >= least && value <= most) return value;
  console.error(`--${name} ${text}: from ${least} to ${most}`);
  process.exit(2);
}

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    runs: { type: 'string', default: '3' },
    hours: { type: 'string', default: '24' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(
    'usage: npm run bench:dashboard -- [--seconds 15] [--runs 3] [--hours 24] [--json FILE]; 0 runs or hours leave that part out',
  );
  process.exit(0);
}
const seconds = number('seconds', values.seconds, 1, 600);
const runs = number('runs', values.runs, 0, 21);
const hours = number('hours', values.hours, 0, 240);

function median(of: readonly DrawingResult[]): DrawingResult {
  const middle = (key: keyof DrawingResult) =>
    of.map((r) => r[key]).toSorted((a, b) => a - b)[Math.floor(of.length / 2)]!;
  return Object.fromEntries(
    (Object.keys(of[0]!) as (keyof DrawingResult)[]).map((key) => [key, middle(key)]),
  ) as unknown as DrawingResult;
}

await buildDashboard();
console.log(`load of the machine ${loadavg()[0]!.toFixed(1)} on ${cpus().length} CPUs`);
const report: Record<string, unknown> = {};
for (const { name, scenario, query, goal } of runs === 0 ? [] : cases) {
  const results: DrawingResult[] = [];
  for (let run = 0; run < runs; run++) results.push(await measureDrawing(scenario, query, seconds));
  const m = median(results);
  report[name] = { goal, median: m, runs: results };
  const verdict = (met: boolean) => (met ? 'met' : 'MISSED');
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  console.log(`${name}: ${m.rowsPerFrame.toFixed(0)} rows, ${m.bytesPerFrame.toFixed(0)} bytes a frame`);
  console.log(
    `  main thread busy ${percent(m.busy)} of a core (script ${percent(m.script)}, layout ${percent(m.layout)}), goal under ${percent(goal.busy)}: ${verdict(m.busy < goal.busy)}`,
  );
  console.log(
    `  ${m.framesPerSecond.toFixed(1)} frames/s, goal ${goal.framesPerSecond}: ${verdict(m.framesPerSecond > goal.framesPerSecond - 0.5)}; ${m.acknowledgedPerSecond.toFixed(1)} of 20 data frames/s drawn; renderer ${m.residentMiB.toFixed(0)} MiB resident`,
  );
  console.log(
    `  all threads of the page ${percent(m.renderer)}, of the compositor ${percent(m.compositor)} of a core: ${((1000 * (m.renderer + m.compositor)) / m.framesPerSecond).toFixed(1)} ms of CPU a frame`,
  );
}
if (hours > 0) {
  const day = await feedDays(scenarios.normal, hours);
  report.day = day;
  const { slope, low, high } = day.growth;
  const f = (n: number) => n.toFixed(4);
  console.log(
    `second ${hours} h of data after the first, fed in ${day.seconds.toFixed(0)} s: ${day.startMiB.toFixed(1)} → ${day.endMiB.toFixed(1)} MiB resident, slope ${f(slope)} MiB/h, 95 % interval ${f(low)} to ${f(high)}: ${low <= 0 ? 'no growth to be seen' : 'IT GROWS'}`,
  );
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
