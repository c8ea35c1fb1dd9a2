// Compares the incidents of the demo with the story's own log. The demo runs with a browser open on the same machine.
//
//   npm run test:demo [-- --minutes N] [--json FILE]
//
// Prints for each disturbance of the story what was shown for it. A disturbance is found if an incident overlaps it,
// and named if the cause of one is its interrupt or its program. A row is an incident that the rail lists, so not one of
// origin `outside`. It is a true cause if it overlaps a disturbance and names it; a row that overlaps none can be right,
// but nothing here proves it. The last lines count the entries of the knowledge files that the incidents' pages show
// first, and say how far the flight recorder reached back.
//
// Exit codes: 0 everything was found and named, with at most the rows and at least the share of true causes of the
// goals; 1 it was not, 2 unusable arguments.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { type BootedGuest, kernelName } from '@rtprobe/lab';
import type { Incident, Spike, StoredIncident } from '@rtprobe/protocol';
import { readTruth, type Truth } from '../../bridge/tests/disturbances.ts';
import { demoSource } from '../../cli/src/serve/demo.ts';
import { resolveSource, serve } from '../../cli/src/serve/serve.ts';
import { chromiumArgs, chromiumPath } from './chromium.ts';
import { askOf, logIn } from './log-in.ts';

/** Rows per disturbance, and the share of rows that are true causes. */
const GOAL = { rows: 1, trueCauses: 0.95 } as const;
/** A symptom ends after the disturbance: the victim has to run first. */
const AFTER_NS = 5_000_000;
const MS = 1e6;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    kernel: { type: 'string', default: '6.12-rt' },
    json: { type: 'string' },
  },
});
const minutes = Number(values.minutes);
if (!(minutes >= 1 && minutes <= 30)) {
  console.error(`test:demo: --minutes takes a number from 1 to 30, not "${values.minutes}"`);
  process.exit(2);
}

/** An incident, its spikes, and their windows on the guest's CLOCK_MONOTONIC. */
interface Row extends Incident {
  readonly spikes: readonly Spike[];
  readonly windows: readonly (readonly [fromNs: number, toNs: number])[];
  /** The entry of the knowledge files that its page shows first. */
  readonly entry: string | undefined;
}

const windowOf = ({ monoNs, valueNs }: Spike): [number, number] => [Number(monoNs) - valueNs, Number(monoNs)];

const overlaps = ({ windows }: Row, { startNs, endNs }: Truth): boolean =>
  windows.some(([from, to]) => from <= Number(endNs) + AFTER_NS && to >= Number(startNs));

/** The names that are right: the line of a busy handler, the program that disabled interrupts. */
const names = (row: Row, { kind, irq, comm, pid }: Truth): boolean =>
  kind === 'hardirq'
    ? row.culprit.includes(`irq ${irq} `) || row.culprit.endsWith(`irq ${irq}`)
    : row.sentence.startsWith(`${comm}/${pid} `);

const ms = (ns: number): string => `${(ns / MS).toFixed(1)} ms`;
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

interface Reach {
  stop(): Promise<readonly number[]>;
}

/** Reads each second how far the flight recorder reaches back on the CPU where that is shortest, in ms. */
function watchReach(guest: BootedGuest): Reach {
  const reaches: number[] = [];
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      const us = Number(await guest.sh("sed -n 's/^recorder_reach_us[=:] *//p' /proc/rtprobe/status"));
      // Zero until the rings have events.
      if (us > 0) reaches.push(us / 1000);
      await sleep(1000);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await watching;
      return reaches.sort((a, b) => a - b);
    },
  };
}

const progress = (text: string): void => console.error(`test:demo: ${text}`);

const folder = mkdtempSync(join(tmpdir(), 'rtprobe-demo-'));
const socket = join(folder, 'control.sock');
// The browser starts first, as it would be open already.
const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArgs });
const demo = await demoSource({
  kernel: kernelName(values.kernel),
  cpus: 2,
  memoryMiB: 512,
  onProgress: ({ step, state }) => state === 'done' && progress(step),
});
const bridge = await serve({
  sources: [await resolveSource(demo.source, 1)],
  listen: { host: '127.0.0.1', port: 0 },
  origins: [],
  access: { controlSocket: socket, tokenFile: join(folder, 'access.key') },
  open: false,
  json: true,
});
try {
  const { guest } = demo;
  if (!guest)
    throw new Error('the module is loaded on this machine: the demo shows it, and there is no story');
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  const access = { url: bridge.url, socket };
  await logIn(page.context(), access, 'viewer');
  await page.goto(bridge.url);
  await demo.furnished;
  const began = performance.now();
  await page.locator('.headline', { hasText: /irq \d+|modem-flash/ }).waitFor({ timeout: minutes * 60_000 });
  const reach = watchReach(guest);
  progress(`a disturbance is in the headline after ${((performance.now() - began) / 1000).toFixed(0)} s`);
  await page.waitForTimeout(minutes * 60_000 - (performance.now() - began));
  const reaches = await reach.stop();
  const log = await guest.sh('cat /proc/rtprobe_disturb; cat /proc/uptime');
  // Incidents of the last disturbance may still grow.
  await page.waitForTimeout(2000);

  const ask = <T>(path: string): Promise<T> => askOf<T>(access, path);
  const { hosts } = await ask<{ hosts: { incidents: Incident[] }[] }>('/incidents');
  const stored: Row[] = [];
  for (const incident of hosts[0]!.incidents) {
    const { spikes, advice } = await ask<StoredIncident>(`/incidents/${incident.id}`);
    stored.push({ ...incident, spikes, windows: spikes.map(windowOf), entry: advice?.[0]?.id });
  }
  const irq = Number(/irq=(\d+)/.exec(log)![1]);
  const now = Number(log.trimEnd().split('\n').at(-1)!.split(' ')[0]) * 1e9;
  // What ends later can be of a disturbance that the log does not have yet.
  const until = now - 1e9;
  const all = stored.filter(({ windows }) => windows.every(([, to]) => to < until));
  const first = Math.min(...all.flatMap(({ windows }) => windows.map(([from]) => from)));
  const since = (ns: number): string => `${((ns - first) / 1e9).toFixed(1).padStart(7)} s`;
  const truths = log
    .split('\n')
    .filter((line) => /^\d+ [a-z]/.test(line))
    .map((line) => ({ ...readTruth(line), irq }))
    .filter(({ endNs }) => Number(endNs) < until);

  const rows = all.filter(({ origin }) => origin !== 'outside');
  const shown = truths.map((truth) => {
    const over = rows.filter((row) => overlaps(row, truth));
    const outside = all.filter((row) => row.origin === 'outside' && overlaps(row, truth));
    return { truth, over, outside, named: over.some((row) => names(row, truth)) };
  });
  for (const { truth, over, outside, named } of shown) {
    const verdict = named ? 'named' : over.length > 0 ? 'FOUND, NOT NAMED' : 'NOT FOUND';
    console.log(
      `${since(Number(truth.startNs))}  ${truth.kind.padEnd(8)} ` +
        `${ms(truth.leastNs).padStart(8)}  ${verdict}, ${over.length} rows`,
    );
    for (const row of [...over, ...outside]) console.log(`           ${row.origin}: ${row.sentence}`);
  }
  const trueRows = rows.filter((row) => truths.some((truth) => overlaps(row, truth) && names(row, truth)));
  const others = rows.filter((row) => !truths.some((truth) => overlaps(row, truth)));
  if (others.length > 0) console.log(`\n${others.length} rows overlap no disturbance:`);
  for (const row of others) {
    console.log(`${since(row.windows[0]![0])}  ${row.origin}, ${ms(row.valueNs)}: ${row.sentence}`);
    for (const { sentence } of row.spikes) console.log(`             ${sentence}`);
  }

  const found = shown.filter(({ over }) => over.length > 0).length;
  const named = shown.filter((each) => each.named).length;
  const perEvent = shown.reduce((sum, { over }) => sum + over.length, 0) / Math.max(1, truths.length);
  const share = trueRows.length / Math.max(1, rows.length);
  const figures = {
    disturbances: truths.length,
    ...{ found, named, rows: rows.length, rowsPerDisturbance: perEvent },
    ...{ trueRows: trueRows.length, outside: all.length - rows.length },
    unproven: rows.filter(({ origin }) => origin === 'unproven').length,
    spikes: all.reduce((sum, { symptoms }) => sum + symptoms.length, 0),
  };
  console.log(
    `\n${figures.disturbances} disturbances, ${found} found, ${named} named; rows per disturbance ` +
      `${perEvent.toFixed(2)} (goal ${GOAL.rows}); ${rows.length} rows, ${trueRows.length} of them true causes, ` +
      `${percent(share)} (goal ${percent(GOAL.trueCauses)}); ` +
      `${figures.unproven} unproven; ${figures.outside} incidents of the host beside them; ${figures.spikes} spikes`,
  );
  const entries: Record<string, number> = {};
  for (const { entry = 'none' } of all) entries[entry] = (entries[entry] ?? 0) + 1;
  console.log(
    `What to try: ${Object.entries(entries)
      .map(([id, n]) => `${id} ${n}`)
      .join(', ')}`,
  );
  const [least = 0, median = 0] = [reaches[0], reaches[reaches.length >> 1]];
  console.log(
    `The flight recorder reached back ${least.toFixed(0)} ms at least and ${median.toFixed(0)} ms in the ` +
      `median of ${reaches.length} readings`,
  );
  const reachMs = { least, median };
  if (values.json)
    writeFileSync(values.json, `${JSON.stringify({ ...figures, entries, reachMs, others }, null, 2)}\n`);
  const reached = perEvent <= GOAL.rows && share >= GOAL.trueCauses;
  process.exitCode = truths.length > 0 && named === truths.length && reached ? 0 : 1;
} finally {
  await browser.close();
  await bridge.close();
  await demo.guest?.down();
  rmSync(folder, { recursive: true, force: true });
}
