// Tests the real bridge with its real store on disk and a simulated agent: what one page wrote, and what happened
// before any page was open, is available to the next page.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { type Served, serve } from './command.ts';
import { askOf, logIn } from './log-in.ts';
import { expect, pixelsLike, statusWord, test } from './page.ts';

const staticDir = fileURLToPath(new URL('../dist/', import.meta.url));
const ACCENT = [86, 180, 233] as const;

// A bridge, an agent and a browser share two cores.
test.describe.configure({ timeout: 180_000 });

let bridge: Served;
let folder: string;

test.beforeEach(async ({ page }) => {
  folder = mkdtempSync(join(tmpdir(), 'rtprobe-stored-'));
  bridge = await serve('apps/dashboard/tests/bridge-of-agent.ts', [staticDir, folder]);
  await logIn(page.context(), bridge);
});

// Closes the page first: without its bridge it correctly logs errors.
test.afterEach(async ({ page }) => {
  await page.close();
  await bridge.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Returns what the bridge reports about its only host. */
async function told(path: string): Promise<Record<string, unknown>> {
  return (await askOf<{ hosts: Record<string, unknown>[] }>(bridge, `/${path}`)).hosts[0]!;
}

const clock = (ms: number) => new Date(ms).toTimeString().slice(0, 8);

/** Returns the start of the oldest interval with values in the heatmap's table; a late time while there is none. */
async function oldestShown(page: Page): Promise<string> {
  const lines = await page.locator('.hero tbody tr').allTextContents();
  return lines.findLast((line) => !line.endsWith('no data'))?.slice(0, 8) ?? '99';
}

test('data from before the page was opened are drawn from the disk, also for one interrupt', async ({
  page,
}) => {
  await new Promise((done) => setTimeout(done, 8000));
  const opened = clock(Date.now());
  await page.goto(`${bridge.url}/?tables=1`);
  await expect(statusWord(page)).toHaveText(/LIVE/);
  await expect.poll(async () => (await oldestShown(page)) < opened).toBe(true);
  await page.goto(`${bridge.url}/irq/24?tables=1`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('irq 24');
  await expect.poll(async () => (await oldestShown(page)) < opened).toBe(true);
});

test('a run is named and made the baseline, and a note is stored, over a reload of the page', async ({
  page,
}) => {
  await page.goto(`${bridge.url}/runs`);
  const run = page.getByRole('region', { name: 'Runs', exact: true }).locator('tbody tr').first();
  await run.getByRole('button', { name: 'rename' }).click();
  await run.getByLabel('name').fill('night shift');
  await run.getByRole('button', { name: 'save' }).click();
  await expect(run).toContainText('night shift');
  await run.getByRole('button', { name: 'set as baseline' }).click();
  await expect(run.locator('.badge')).toBeVisible();
  await page.goto(bridge.url);
  await expect(statusWord(page)).toHaveText(/LIVE/);
  await expect(page.locator('.bar')).toContainText('night shift');
  await page.keyboard.press('n');
  await page.getByRole('dialog', { name: 'Note' }).getByLabel('text').fill('changed the cable');
  await page.keyboard.press('Enter');
  await expect.poll(() => pixelsLike(page.locator('.minimap'), ACCENT, 6)).toBeGreaterThan(20);
  await page.reload();
  await expect.poll(() => pixelsLike(page.locator('.minimap'), ACCENT, 6)).toBeGreaterThan(20);
});

test('a rule and a setting reach the module', async ({ page }) => {
  await page.goto(`${bridge.url}/rules`);
  const form = page.getByRole('form', { name: 'Add rule' });
  await form.getByLabel('threshold').fill('90us');
  await form.getByLabel('irq number').fill('24');
  await form.getByRole('button', { name: 'add' }).click();
  const rules = page.getByRole('region', { name: 'Rules', exact: true });
  await expect(rules.locator('tbody tr')).toContainText('irq=24');
  expect((await told('rules')).rules).toMatchObject([{ irq: 24, thresholdNs: 90_000 }]);
  await rules.getByRole('button', { name: /Delete rule/ }).click();
  await expect(rules).toContainText('No rule');
  const settings = page.getByRole('region', { name: 'Settings' });
  await settings.getByLabel('general threshold').fill('123us');
  await settings.getByRole('button', { name: 'apply' }).click();
  await expect(settings).toContainText('Applied');
  await expect.poll(async () => (await told('status')).config).toMatchObject({ thresholdNs: 123_000 });
});
