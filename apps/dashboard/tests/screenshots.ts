// Takes pictures of every page, state, theme and size for a person to look at: npm run screenshots -- OUTDIR [--url
// URL] [--only WORD,WORD…] The hosts are synthetic, which is shown on screen; with --url they are those of a live
// bridge. --only takes pictures whose name contains one of the words.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from '@playwright/test';
import { chromiumArgs, chromiumPath } from './chromium.ts';
import { type Feeder, startFeeder } from './feeder.ts';
import { logIn } from './log-in.ts';
import { type Group, groups, type Shot, SIZES } from './shots.ts';
import { scenarios } from './synthetic.ts';

/** Time for requests, and for the slowest panel. */
const SETTLE_MS = 2200;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { url: { type: 'string' }, only: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
});
const [out] = positionals;
if (out === undefined || values.help) {
  const usage = 'usage: npm run screenshots -- OUTDIR [--url URL] [--only WORD,WORD…]';
  if (values.help) console.log(usage);
  else console.error(usage);
  process.exit(values.help ? 0 : 2);
}
const words = values.only?.split(',');
const wanted = (shot: Shot) => words === undefined || words.some((word) => shot.name.includes(word));

async function take(page: Page, shot: Shot, feeder: Feeder | undefined): Promise<void> {
  const [width, height] = SIZES[shot.size];
  await page.setViewportSize({ width, height });
  await page.evaluate((address) => {
    window.history.pushState(null, '', address);
    window.dispatchEvent(new PopStateEvent('popstate'));
  }, shot.address);
  await page.waitForTimeout(SETTLE_MS);
  await shot.act?.(page, feeder);
  await page.waitForTimeout(shot.act === undefined ? 0 : SETTLE_MS);
  await page.screenshot({
    path: join(out!, `${shot.name}.png`),
    fullPage: shot.size === 'phone' && shot.whole !== false,
  });
  // Closes what the picture opened.
  await page.mouse.move(0, 0);
  for (let i = 0; shot.act !== undefined && i < 3; i++) await page.keyboard.press('Escape');
  console.log(shot.name);
}

async function takeGroup(browser: Browser, group: Group, url: string | undefined): Promise<void> {
  const shots = group.shots.filter(wanted);
  if (shots.length === 0) return;
  const { scenario, historySeconds } = group;
  const feeder =
    url === undefined ? await startFeeder({ scenario: scenarios[scenario], historySeconds }) : undefined;
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.addInitScript(() => localStorage.setItem('rtprobe.helped', '1'));
  page.on('console', (m) => m.type() === 'error' && console.error(m.text()));
  page.on('pageerror', (e) => console.error(e.message));
  if (url !== undefined) await logIn(page.context(), { url }, 'viewer');
  await page.goto(url ?? feeder!.url);
  await page.waitForTimeout(4000);
  for (const shot of shots) await take(page, shot, feeder);
  await page.close();
  await feeder?.close();
}

mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArgs });
for (const group of groups) {
  if (values.url === undefined || group.live) await takeGroup(browser, group, values.url);
}
await browser.close();
