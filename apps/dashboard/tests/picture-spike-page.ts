// The picture of a spike in README, as the page of the spike saves it itself, of a live lab run:
// node apps/dashboard/tests/picture-spike-page.ts [FILE] [--minutes N] [--url URL] [--theme NAME]
// Without --url it starts `rtprobe demo` and ends it. It selects the most informative spike of N minutes.
import { parseArgs } from 'node:util';
import { type Browser, chromium } from '@playwright/test';
import type { Spike, Trace } from '@rtprobe/protocol';
import { chainOf } from '@rtprobe/trace';
import type { BridgeAccess } from '../../cli/src/access/client.ts';
import { chromiumArgs, chromiumPath } from './chromium.ts';
import { root, startDemo } from './demo.ts';
import { askOf, logIn } from './log-in.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '2.5' },
    url: { type: 'string' },
    theme: { type: 'string', default: 'dark' },
  },
});
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes <= 60)) {
  console.error(`picture: --minutes takes a number up to 60, not "${values.minutes}"`);
  process.exit(2);
}

/** Returns a score of what there is to see: steps of the chain, measured parts, victims. */
async function tells(bridge: BridgeAccess, spike: Spike): Promise<number> {
  const trace = await askOf<Trace>(bridge, `/spikes/${spike.id}/trace`).catch(() => undefined);
  if (trace === undefined) return 0;
  const unaccounted = spike.parts?.find((part) => part.kind === 'unaccounted')?.durationNs ?? 0;
  const known = 1 - unaccounted / spike.valueNs;
  const steps = new Set(chainOf(trace, spike).map(({ how, from }) => `${how} ${from.label}`)).size;
  // A handler is measured at both ends; disabled interrupts are often only sampled.
  const isKnown = spike.parts?.[0]?.kind === 'hardirq' ? 6 : 0;
  // A late program, such as cyclictest, and not a kernel thread.
  const victim = spike.victim === undefined ? 0 : spike.victim.kthread ? 1 : 6;
  return isKnown + known * 4 + Math.min(steps, 6) + victim + Math.min(spike.parts?.length ?? 0, 6);
}

async function best(bridge: BridgeAccess): Promise<Spike> {
  const { hosts } = await askOf<{ hosts: { spikes: Spike[] }[] }>(bridge, '/spikes');
  const traced = hosts.flatMap((host) => host.spikes).filter((s) => s.traced && s.stack.length > 0);
  const ranked: [number, Spike][] = [];
  for (const spike of traced.slice(-80)) ranked.push([await tells(bridge, spike), spike]);
  ranked.sort(([a], [b]) => b - a);
  if (ranked[0] === undefined || ranked[0][0] === 0)
    throw new Error('no spike with a trace and a stack was captured');
  return ranked[0][1];
}

async function save(browser: Browser, bridge: BridgeAccess, id: string, file: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.addInitScript(() => localStorage.setItem('rtprobe.helped', '1'));
  await logIn(page.context(), bridge, 'viewer');
  await page.goto(new URL(`/spike/${id}?theme=${values.theme}&lang=en`, bridge.url).href);
  await page.locator('.timeline canvas').waitFor();
  // Waits for the lists of processes, and for the affinities of sources.
  await page.waitForTimeout(3000);
  const download = page.waitForEvent('download');
  await page.keyboard.press('e');
  await (await download).saveAs(file);
}

const demo = values.url === undefined ? await startDemo() : undefined;
let browser: Browser | undefined;
try {
  const bridge = demo ?? { url: values.url! };
  await new Promise((resolve) => setTimeout(resolve, minutes * 60_000));
  const spike = await best(bridge);
  console.error(`picture: ${spike.sentence}`);
  browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArgs });
  const file = positionals[0] ?? `${root}docs/images/spike-page.png`;
  await save(browser, bridge, spike.id, file);
  console.error(`picture: wrote ${file}`);
} finally {
  await browser?.close();
  demo?.child.kill('SIGINT');
}
