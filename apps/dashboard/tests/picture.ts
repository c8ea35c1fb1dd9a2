// The picture in README: the dashboard on a live lab run, taken once a spike's cause is named on screen.
// node apps/dashboard/tests/picture.ts [FILE] [--minutes N] [--url URL] [--query WORDS]
// Without --url it starts `rtprobe demo` and ends it.
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { chromiumArgs, chromiumPath } from './chromium.ts';
import { root, startDemo } from './demo.ts';
import { logIn } from './log-in.ts';

const NAMED_WITHIN_MS = 120_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '2.5' },
    url: { type: 'string' },
    query: { type: 'string', default: 'theme=dark&window=120' },
  },
});
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes <= 60)) {
  console.error(`picture: --minutes takes a number up to 60, not "${values.minutes}"`);
  process.exit(2);
}

// Starts the browser first: starting it later would disturb a guest on the same CPUs more than the story does.
const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArgs });
const demo = values.url === undefined ? await startDemo() : undefined;
try {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.addInitScript(() => localStorage.setItem('rtprobe.helped', '1'));
  const url = new URL(values.url ?? demo!.url);
  url.search = values.query;
  await logIn(page.context(), demo ?? { url: url.origin }, 'viewer');
  await page.goto(url.href);
  const start = Date.now();
  // The headline names an interrupt line: the cause of the worst case, not only its value.
  await page.locator('.headline', { hasText: /irq \d+/ }).waitFor({ timeout: NAMED_WITHIN_MS });
  console.error(`picture: a cause is named after ${((Date.now() - start) / 1000).toFixed(1)} s`);
  await page.waitForTimeout(minutes * 60_000);
  const file = positionals[0] ?? `${root}docs/images/dashboard.png`;
  await page.screenshot({ path: file });
  console.error(`picture: wrote ${file}`);
} finally {
  await browser.close();
  demo?.child.kill('SIGINT');
}
