// Pictures of the screen, one a state, theme and size, to be looked at by a person:
// node tests/screenshots.ts OUTDIR [--url URL] [--only WORD]
// Without --url it starts its own synthetic hosts.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import { chromiumArgs, chromiumPath } from './chromium.ts';
import { startFeeder } from './feeder.ts';
import { scenarios } from './synthetic.ts';

const SIZES = { wall: [1920, 1080], laptop: [1280, 720], phone: [390, 844] } as const;

interface Shot {
  name: string;
  scenario: keyof typeof scenarios;
  size: keyof typeof SIZES;
  query: string;
  history?: number;
  act?: (page: Page) => Promise<void>;
}

const key = (name: string) => (page: Page) => page.keyboard.press(name);

const shots: readonly Shot[] = [
  { name: 'first', scenario: 'normal', size: 'wall', query: 'theme=dark' },
  { name: 'first-light', scenario: 'normal', size: 'wall', query: 'theme=light' },
  { name: 'laptop', scenario: 'normal', size: 'laptop', query: 'theme=dark' },
  { name: 'laptop-light', scenario: 'normal', size: 'laptop', query: 'theme=light' },
  { name: 'phone', scenario: 'normal', size: 'phone', query: 'theme=dark' },
  { name: 'phone-light', scenario: 'normal', size: 'phone', query: 'theme=light' },
  { name: 'detail', scenario: 'normal', size: 'wall', query: 'theme=dark', act: key('m') },
  { name: 'detail-light', scenario: 'normal', size: 'wall', query: 'theme=light', act: key('m') },
  { name: 'detail-laptop', scenario: 'normal', size: 'laptop', query: 'theme=dark', act: key('m') },
  { name: 'detail-phone', scenario: 'normal', size: 'phone', query: 'theme=dark', act: key('m') },
  { name: 'contrast', scenario: 'normal', size: 'wall', query: 'theme=contrast' },
  { name: 'chinese', scenario: 'normal', size: 'wall', query: 'theme=light&lang=zh' },
  { name: 'kiosk', scenario: 'normal', size: 'wall', query: 'theme=dark&kiosk=1' },
  { name: 'kiosk-small', scenario: 'normal', size: 'laptop', query: 'theme=dark&kiosk=1' },
  { name: 'kiosk-offline', scenario: 'offline', size: 'wall', query: 'theme=dark&kiosk=1' },
  { name: 'quiet', scenario: 'quiet', size: 'wall', query: 'theme=dark' },
  { name: 'young', scenario: 'normal', size: 'wall', query: 'theme=dark', history: 8 },
  { name: 'minute', scenario: 'normal', size: 'wall', query: 'theme=dark&window=60&scale=log' },
  { name: 'hour', scenario: 'normal', size: 'wall', query: 'theme=dark&window=3600', history: 5000 },
  { name: 'irq', scenario: 'normal', size: 'wall', query: 'theme=dark&measure=hardirq_duration' },
  { name: 'gap', scenario: 'gap', size: 'wall', query: 'theme=dark' },
  { name: 'hostile', scenario: 'hostile', size: 'wall', query: 'theme=dark' },
  { name: 'large', scenario: 'large', size: 'wall', query: 'theme=dark&quiet=1' },
  { name: 'offline', scenario: 'offline', size: 'wall', query: 'theme=dark' },
  { name: 'replay', scenario: 'replay', size: 'wall', query: 'theme=dark' },
  { name: 'tables', scenario: 'normal', size: 'wall', query: 'theme=dark', act: key('t') },
  { name: 'help', scenario: 'normal', size: 'wall', query: 'theme=dark', act: key('?') },
  {
    name: 'lost',
    scenario: 'hostile',
    size: 'laptop',
    query: 'theme=light',
    act: (page) => page.getByRole('button', { name: /lost/ }).click(),
  },
  {
    name: 'hover',
    scenario: 'normal',
    size: 'wall',
    query: 'theme=dark',
    act: (page) => page.locator('.hero .plot canvas').hover({ position: { x: 500, y: 190 } }),
  },
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { url: { type: 'string' }, only: { type: 'string' } },
});
const out = positionals[0];
if (out === undefined) {
  console.error('usage: node tests/screenshots.ts OUTDIR [--url URL] [--only WORD]');
  process.exit(2);
}
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArgs });
for (const shot of shots) {
  if (values.only !== undefined && !values.only.split(',').includes(shot.name)) continue;
  const feeder =
    values.url === undefined
      ? await startFeeder({ scenario: scenarios[shot.scenario], historySeconds: shot.history ?? 700 })
      : undefined;
  const [width, height] = SIZES[shot.size];
  const page = await browser.newPage({ viewport: { width, height } });
  page.on('console', (m) => m.type() === 'error' && console.error(`${shot.name}: ${m.text()}`));
  page.on('pageerror', (e) => console.error(`${shot.name}: ${e.message}`));
  await page.goto(`${feeder?.url ?? values.url}?${shot.query}`);
  await page.waitForTimeout(2500);
  await shot.act?.(page);
  await page.waitForTimeout(1200);
  await page.screenshot({ path: join(out, `${shot.name}.png`), fullPage: shot.size === 'phone' });
  await page.close();
  await feeder?.close();
  console.log(shot.name);
}
await browser.close();
