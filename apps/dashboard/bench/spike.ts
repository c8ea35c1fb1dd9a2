// npm run bench:spike [-- --spikes N --kernel NAME --json FILE]
// Measures the time from the kernel's timestamp of a spike to its mark on the heatmap, over the whole local path:
// module, agent, virtio port, bridge, WebSocket, page. A hard handler holds a CPU of a guest N times while a page is
// open.
//
// The kernel's timestamp is the guest's CLOCK_MONOTONIC; the page uses this machine's clock. Before each spike, a
// process in the guest reads its clock from /proc/timer_list, on request over another virtio port. It reads between
// request and response, so the error of the offset is half of that time. The best sample within 5 s counts; the drift
// in that time is far smaller. The page and Node both read this machine's clock; the benchmark reports how much their
// readings differ.
//
// It also reports the stages: until the bridge sends the spike on a second connection, from there until the page
// receives it, and until the mark.
//
// A mark counts as painted when the browser has begun the animation frame after the one that drew it. This is up to one
// frame later than a person can see it, never earlier.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import { kernelName } from '@rtprobe/lab';
import type { ServerMessage, Spike } from '@rtprobe/protocol';
import { DisturbedGuest } from '../../bridge/tests/disturbances.ts';
import { Browser } from '../../bridge/tests/harness.ts';
import { browserCookie } from '../../cli/src/access/client.ts';
import buildDashboard from '../tests/build.ts';
import { chromiumArgs, chromiumPath } from '../tests/chromium.ts';
import { rtprobe, type Served } from '../tests/command.ts';
import { askOf, logIn } from '../tests/log-in.ts';
import { offsetAt, quantile, type Sample } from './offset.ts';

/** Time between spikes, at random, so that they do not synchronise with any period of the path. */
const APART_MS = [250, 450] as const;
const PAINTED_WITHIN_MS = 5000;
const GOAL_MS = 100;

const { values } = parseArgs({
  options: {
    spikes: { type: 'string', default: '500' },
    kernel: { type: 'string', default: '6.12-rt' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log('usage: npm run bench:spike -- [--spikes 500] [--kernel 6.12-rt] [--json FILE]');
  process.exit(0);
}
const wanted = Number(values.spikes);
if (!(wanted >= 10 && wanted <= 5000)) {
  console.error(`bench: --spikes takes a number from 10 to 5000, not "${values.spikes}"`);
  process.exit(2);
}

/** ms since 1970 with a fraction. */
const now = (): number => performance.timeOrigin + performance.now();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A shell in the guest that prints the clock or holds the CPU, without starting a process. */
const SHELL = `while read -r word; do
  if [ "$word" = clock ]; then { read -r a; read -r b; read -r c; } </proc/timer_list; echo "$c"
  else echo kind=hardirq us=400 cpu=1 >/proc/rtprobe_disturb; echo held; fi
done`;

class GuestShell {
  readonly #process;
  readonly #lines;

  constructor(guest: DisturbedGuest['guest']) {
    this.#process = guest.start(['taskset', '-c', '0', 'sh', '-c', SHELL]);
    this.#lines = createInterface({ input: this.#process.stdout });
    this.#process.stderr.resume();
  }

  async #ask(word: string): Promise<string> {
    const line = once(this.#lines, 'line') as Promise<[string]>;
    this.#process.stdin.write(`${word}\n`);
    return (await line)[0];
  }

  async clock(): Promise<Sample> {
    const before = now();
    const line = await this.#ask('clock');
    const after = now();
    const guestNs = /^now at (\d+) nsecs$/.exec(line)?.[1];
    if (guestNs === undefined) throw new Error(`the guest tells no clock: "${line}"`);
    return {
      at: (before + after) / 2,
      offset: (before + after) / 2 - Number(guestNs) / 1e6,
      halfMs: (after - before) / 2,
    };
  }

  async hold(): Promise<void> {
    await this.#ask('hold');
  }
}

/** Runs in the page before its own code: records when the page received each spike, by this machine's clock. */
function watchConnection(): void {
  const told: Record<string, number> = {};
  (window as unknown as { told: typeof told }).told = told;
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', ({ data }) => {
        if (typeof data !== 'string' || !data.startsWith('{"type":"spike",')) return;
        told[JSON.parse(data).spike.id] ??= performance.timeOrigin + performance.now();
      });
    }
  };
}

/** Records when the bridge sends each spike, on a connection of its own. */
async function watchBridge({
  url,
  socket,
}: Served): Promise<{ told: Record<string, number>; close(): void }> {
  const told: Record<string, number> = {};
  const [cookie] = (await browserCookie({ url, socket })).split(';');
  const browser = await Browser.open(url, { headers: { cookie: cookie! } });
  browser.socket.on('message', (data: Buffer, isBinary: boolean) => {
    const at = now();
    if (isBinary) return;
    const message = JSON.parse(data.toString()) as ServerMessage;
    if (message.type === 'spike') told[message.spike.id] ??= at;
  });
  browser.subscribe((await browser.next('hello')).hosts[0]!.host, 1);
  return { told, close: () => browser.close() };
}

/** Runs in the page: records when each mark was painted, by this machine's clock. */
function watchMarks(): void {
  const painted: Record<string, number> = {};
  (window as unknown as { painted: typeof painted }).painted = painted;
  const canvas = document.querySelector('.hero .plot canvas')!;
  new MutationObserver(() => {
    const id = canvas.getAttribute('data-newest-mark') ?? '';
    if (id === '' || id in painted) return;
    painted[id] = Number.NaN;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      const handedOver = performance.now();
      requestAnimationFrame((begun) => {
        painted[id] = performance.timeOrigin + Math.max(handedOver, begun);
      });
    };
    port2.postMessage(undefined);
  }).observe(canvas, { attributes: true, attributeFilter: ['data-newest-mark'] });
}

const noted = (page: Page, what: 'told' | 'painted'): Promise<Record<string, number>> =>
  page.evaluate((name) => (window as unknown as Record<string, Record<string, number>>)[name]!, what);

/** Returns how many ms the page's clock is ahead of Node's, with its uncertainty. */
async function pageClock(page: Page): Promise<{ ahead: number; halfMs: number }> {
  let best = { ahead: 0, halfMs: Number.POSITIVE_INFINITY };
  for (let i = 0; i < 50; i++) {
    const before = now();
    const there = await page.evaluate(() => performance.timeOrigin + performance.now());
    const after = now();
    const halfMs = (after - before) / 2;
    if (halfMs < best.halfMs) best = { ahead: there - (before + after) / 2, halfMs };
  }
  return best;
}

await buildDashboard();
const disturbed = await DisturbedGuest.boot(kernelName(values.kernel), -15);
const bridge = await rtprobe([
  ...['serve', '--source', `unix:${disturbed.guest.agentSocket}`, '--listen', '127.0.0.1:0', '--no-history'],
]);
const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArgs });
try {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.addInitScript(watchConnection);
  await page.addInitScript(() => localStorage.setItem('rtprobe.helped', '1'));
  await logIn(page.context(), bridge, 'viewer');
  await page.goto(`${bridge.url}/?measure=hardirq_duration&window=10`);
  await page.locator('.bar .status', { hasText: 'LIVE' }).waitFor();
  await page.locator('.hero .plot canvas').waitFor();
  await page.evaluate(watchMarks);
  await disturbed.guest.sh('echo "add name=rtprobe-edu threshold=200us" >/proc/rtprobe/rules');
  const watch = await watchBridge(bridge);
  const shell = new GuestShell(disturbed.guest);
  const clocks = [await pageClock(page)];
  const samples: Sample[] = [];
  for (let i = 0; i < wanted; i++) {
    samples.push(await shell.clock(), await shell.clock());
    await pause(APART_MS[0] + Math.random() * (APART_MS[1] - APART_MS[0]));
    await shell.hold();
  }
  await pause(PAINTED_WITHIN_MS);
  clocks.push(await pageClock(page));
  watch.close();
  const [onPage, painted] = [await noted(page, 'told'), await noted(page, 'painted')];
  const { hosts } = await askOf<{ hosts: { spikes: Spike[] }[] }>(bridge, '/spikes?limit=2000');
  report({ spikes: hosts[0]!.spikes, fromBridge: watch.told, onPage, painted }, samples, clocks);
} finally {
  await browser.close();
  await bridge.stop();
  await disturbed.down();
}

/** Formats p50, p99 and the maximum. */
function figures(ms: readonly number[]): string {
  const [p50, p99] = [quantile(ms, 0.5), quantile(ms, 0.99)].map((q) => q.toFixed(1));
  return `p50 ${p50} ms, p99 ${p99} ms, most ${Math.max(...ms).toFixed(1)} ms`;
}

/** When the spike reached each stage; all by this machine's clock except `monoNs`. */
interface Stations {
  spikes: readonly Spike[];
  fromBridge: Record<string, number>;
  onPage: Record<string, number>;
  painted: Record<string, number>;
}

function report(
  { spikes, fromBridge, onPage, painted }: Stations,
  samples: readonly Sample[],
  clocks: readonly { ahead: number; halfMs: number }[],
): void {
  const ahead = clocks.reduce((sum, c) => sum + c.ahead, 0) / clocks.length;
  const known: { ms: number; halfMs: number; ways: readonly number[] }[] = [];
  for (const { id, monoNs } of spikes) {
    const [bridge, page, at] = [fromBridge[id], onPage[id], painted[id]];
    if (bridge === undefined || page === undefined || at === undefined || Number.isNaN(at)) continue;
    const offset = offsetAt(samples, Number(monoNs) / 1e6);
    const begin = Number(monoNs) / 1e6 + offset.offset;
    const ways = [bridge - begin, page - ahead - bridge, at - page];
    known.push({ ms: at - ahead - begin, halfMs: offset.halfMs, ways });
  }
  const ms = known.map((k) => k.ms);
  const offsetsMs = known.map((k) => k.halfMs);
  const halfMs = quantile(offsetsMs, 0.99) + Math.max(...clocks.map((c) => c.halfMs));
  const p99 = quantile(ms, 0.99);
  console.log(`${spikes.length} spikes of ${wanted} holds, ${known.length} had a mark of their own`);
  console.log(`timestamp to mark: ${figures(ms)}`);
  for (const [i, way] of ['timestamp to bridge', 'bridge to page', 'page to mark'].entries())
    console.log(`  ${way}: ${figures(known.map((k) => k.ways[i]!))}`);
  console.log(
    `clocks known to ±${halfMs.toFixed(1)} ms; the page's reads ${ahead.toFixed(2)} ms ahead, taken out`,
  );
  console.log(`goal: p99 under ${GOAL_MS} ms: ${p99 < GOAL_MS ? 'met' : 'MISSED'}`);
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ p50: quantile(ms, 0.5), p99, halfMs, ms })}\n`);
}
