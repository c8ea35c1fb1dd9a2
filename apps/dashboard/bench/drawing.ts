// What the screen costs: main-thread time a second, with the synthetic host at 10 frames a second.
// node bench/drawing.ts [--seconds N] [--json]
import { parseArgs } from 'node:util';
import { type CDPSession, chromium } from '@playwright/test';
import buildDashboard from '../tests/build.ts';
import { chromiumArgs, chromiumPath } from '../tests/chromium.ts';
import { startFeeder } from '../tests/feeder.ts';
import { scenarios } from '../tests/synthetic.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '15' }, json: { type: 'boolean' } },
});
const seconds = Number(values.seconds);
if (!(seconds >= 1 && seconds <= 600)) {
  console.error(`--seconds ${values.seconds}: from 1 to 600`);
  process.exit(2);
}

interface Case {
  name: string;
  scenario: keyof typeof scenarios;
  query: string;
  frozen?: boolean;
}

const cases: readonly Case[] = [
  { name: '2 CPUs, window 10 min', scenario: 'normal', query: 'window=600' },
  { name: '2 CPUs, window 1 min', scenario: 'normal', query: 'window=60' },
  { name: '8 CPUs, 73 lines shown', scenario: 'large', query: 'window=600&quiet=1' },
  { name: 'frozen', scenario: 'normal', query: 'window=600', frozen: true },
];

interface Cost {
  /** Milliseconds of main-thread CPU time a second: all tasks, and JavaScript and layout within them. */
  task: number;
  script: number;
  layout: number;
  heapMiB: number;
}

async function metrics(session: CDPSession): Promise<Map<string, number>> {
  const { metrics } = await session.send('Performance.getMetrics');
  return new Map(metrics.map(({ name, value }) => [name, value]));
}

async function measure(one: Case): Promise<Cost> {
  const feeder = await startFeeder({ scenario: scenarios[one.scenario], historySeconds: 700 });
  const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArgs });
  try {
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    await page.goto(`${feeder.url}?${one.query}`);
    // Until the history was taken in.
    await page.locator('.recent', { hasText: 'last 10 min' }).first().waitFor({ timeout: 60_000 });
    await page.waitForTimeout(3000);
    if (one.frozen === true) await page.keyboard.press('Space');
    const session = await page.context().newCDPSession(page);
    // Time of the thread, not of the clock: other processes on the machine do not count.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const started = performance.now();
    const before = await metrics(session);
    await page.waitForTimeout(seconds * 1000);
    const after = await metrics(session);
    const elapsed = (performance.now() - started) / 1000;
    const perSecond = (name: string) => ((after.get(name)! - before.get(name)!) / elapsed) * 1000;
    return {
      task: perSecond('TaskDuration'),
      script: perSecond('ScriptDuration'),
      layout: perSecond('LayoutDuration') + perSecond('RecalcStyleDuration'),
      heapMiB: after.get('JSHeapUsedSize')! / 2 ** 20,
    };
  } finally {
    await browser.close();
    await feeder.close();
  }
}

await buildDashboard();
const results: Record<string, Cost> = {};
for (const one of cases) {
  const cost = await measure(one);
  results[one.name] = cost;
  const f = (n: number) => n.toFixed(0).padStart(4);
  if (values.json !== true) {
    console.log(
      `${one.name.padEnd(26)} busy ${f(cost.task)} ms/s, script ${f(cost.script)}, layout ${f(cost.layout)}, heap ${f(cost.heapMiB)} MiB`,
    );
  }
}
if (values.json === true) console.log(JSON.stringify(results));
