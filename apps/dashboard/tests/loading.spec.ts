// Tests parts of the page that load on demand: their placeholders, and what happens if loading fails.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Feeder, startFeeder } from './feeder.ts';
import { expect, heatmap, MANY, pixelsLike, statusWord, test } from './page.ts';
import { scenarios } from './synthetic.ts';

const index = fileURLToPath(new URL('../dist/index.html', import.meta.url));

let feeder: Feeder;

test.beforeEach(async () => {
  feeder = await startFeeder({ scenario: scenarios.normal, historySeconds: 60 });
});

test.afterEach(async ({ page }) => {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.close();
  await feeder.close();
});

test('the first data do not wait for Recharts, and nothing moves when it arrives', async ({ page }) => {
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.route('**/assets/DistributionChart*', async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto(feeder.url);
  await expect(page.locator('.worst .huge')).toHaveText(/s$/);
  await expect.poll(() => pixelsLike(heatmap(page), MANY)).toBeGreaterThan(0);
  const distribution = page.locator('.distribution');
  await expect(distribution.getByRole('status')).toHaveText('Loading…');
  const boxes = () =>
    page
      .locator('.hero, .lower > .card, .rail')
      .evaluateAll((cards) => cards.map((card) => JSON.stringify(card.getBoundingClientRect())));
  const before = await boxes();
  arrive();
  await expect(distribution.locator('.recharts-area-curve').first()).toBeVisible();
  expect(await boxes()).toEqual(before);
});

test('a page that is still loading is announced, and shown once loaded', async ({ page }) => {
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.route('**/assets/RulesPage*', async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto(`${feeder.url}rules`);
  await expect(page.getByRole('status').filter({ hasText: 'Loading…' })).toBeVisible();
  await page.getByRole('button', { name: 'Skip to the page' }).press('Enter');
  arrive();
  await expect(page.locator('main')).toBeFocused();
  await expect(page.locator('main .card').first()).toBeVisible();
  await expect(page.getByText('Loading…')).toHaveCount(0);
});

test('a part that a newer build no longer has leaves the page working and offers the newer build', async ({
  page,
  complaints,
}) => {
  complaints.expected.push(/404/, /LoadError/, /dynamically imported module/);
  await page.goto(feeder.url);
  await expect(statusWord(page)).toHaveText(/LIVE/);
  await page.route('**/assets/RunsPage*', (route) => route.fulfill({ status: 404 }));
  const newer = readFileSync(index, 'utf8').replace(/index-[\w-]+\.js/, 'index-newer.js');
  await page.route(feeder.url, (route) => route.fulfill({ contentType: 'text/html', body: newer }));
  await page.locator('.bar nav a[href^="/runs"]').click();
  await expect(page.getByRole('alert')).toContainText('could not be loaded');
  await expect(page.locator('.notice')).toContainText('another version of this page');
  await expect(statusWord(page)).toHaveText(/LIVE/);
  // The rest of the page works, and a later visit loads again.
  await page.locator('.bar nav a[href="/"]').click();
  await expect(heatmap(page)).toBeVisible();
  await page.unroute('**/assets/RunsPage*');
  await page.locator('.bar nav a[href^="/runs"]').click();
  await expect(page.getByRole('region', { name: 'Runs', exact: true })).toBeVisible();
});
