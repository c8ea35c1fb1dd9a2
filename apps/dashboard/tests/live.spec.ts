// Starts a real kernel in the lab, the real module, agent and bridge, as `npm start` does: a new user sees a spike and
// its cause.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rtprobe, type Served } from './command.ts';
import { logIn } from './log-in.ts';
import { ALARM, expect, heatmap, pixelsLike, statusWord, test } from './page.ts';

// A cold cache first downloads a kernel and builds a root file system.
test.describe.configure({ timeout: 900_000 });

let demo: Served | undefined;
const folder = mkdtempSync(join(tmpdir(), 'rtprobe-live-'));

test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Closes the page first: without its bridge it correctly logs errors.
test.afterEach(async ({ page }) => {
  await page.close();
  await demo?.stop();
});

test('a live guest shows data and a spike whose cause is named', async ({ page }) => {
  demo = await rtprobe([
    'demo',
    '--no-open',
    '--listen',
    '127.0.0.1:0',
    '--kernel',
    '6.12-rt',
    '--data',
    folder,
  ]);
  await logIn(page.context(), demo, 'viewer');
  await page.goto(demo.url);
  await expect(statusWord(page)).toHaveText(/LIVE/, { timeout: 60_000 });
  await expect(page.locator('.bar')).toContainText('PREEMPT_RT');
  await expect(page.locator('.worst .huge')).toHaveText(/^\d+(\.\d+)? (µs|ms)$/);
  // Whatever else the emulator delays, the disturbance of the demo is found by name.
  const cause = page.locator('.causes-panel tr', { hasText: 'rtprobe-edu' });
  await expect(cause).toBeVisible({ timeout: 180_000 });
  await cause.getByRole('button').click();
  const detail = page.getByRole('dialog', { name: 'spike' });
  await expect(detail.locator('.sentence')).toContainText('rtprobe-edu');
  await expect.poll(() => pixelsLike(heatmap(page), ALARM, 6)).toBeGreaterThan(50);
});
