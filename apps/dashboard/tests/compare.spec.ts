// Test runs are chosen and compared, and causes are struck out of one.
import { type Feeder, startFeeder } from './feeder.ts';
import { expect, statusWord, test } from './page.ts';
import { scenarios } from './synthetic.ts';

let feeder: Feeder;
test.beforeEach(async ({ page }) => {
  feeder = await startFeeder({ scenario: scenarios.byMeasure, historySeconds: 60, rate: 2 });
  await page.goto(`${feeder.url}runs`);
  await expect(statusWord(page)).toHaveText(/LIVE/);
});
test.afterEach(async ({ page }) => {
  await page.close();
  await feeder.close();
});

test('two chosen test runs are compared, with verdict, intervals, causes and settings', async ({ page }) => {
  await page.getByRole('checkbox', { name: /governor fixed/ }).check();
  await expect(page.getByRole('link', { name: /^Compare \d runs/ })).toHaveCount(0);
  await page.getByRole('checkbox', { name: /test run 2/ }).check();
  await page.getByRole('link', { name: 'Compare 2 runs' }).click();
  await expect(page).toHaveURL(/\/compare\/2\/3/);
  const wakeup = page.getByRole('region', { name: 'Wakeup latency' }).first();
  await expect(wakeup).toContainText('worse at p99');
  await expect(wakeup.getByRole('row', { name: /^p99 / })).toContainText('+6 µs … +18 µs');
  await expect(page.getByRole('region', { name: 'Timer latency' }).first()).toContainText(
    'the runs are too short',
  );
  const causes = page.getByRole('region', { name: 'Causes of incidents' });
  await expect(causes).toContainText('settings that decide what is a spike differ: Thresholds.');
  await expect(causes.getByRole('row', { name: /NET_RX/ })).toContainText(
    'moved to other CPUs · can be chance',
  );
  await expect(page.getByRole('row', { name: /Affinity of irq 36/ })).toContainText('2-3 → 0-3');
});

test('the page of a run says what would have remained without a cause', async ({ page }) => {
  await page.goto(`${feeder.url}test-run/3`);
  const card = page.getByRole('region', { name: 'What if a cause were gone' }).first();
  await expect(card).toContainText('as measured: max 412 µs');
  await card.getByRole('checkbox', { name: /irq 36/ }).check();
  await expect(card).toContainText('without the selected causes: max 188 µs at most, 3 over it');
  await card.getByRole('button', { name: 'Clear' }).click();
  await expect(card).not.toContainText('without the selected causes');
  await expect(page.getByRole('region', { name: 'Composed worst case' }).first()).toContainText(
    '520 µs on CPU 1',
  );
});

test('the page of causes leads to what would have remained of the whole run', async ({ page }) => {
  await page.goto(`${feeder.url}causes`);
  await page.getByRole('link', { name: 'What if a cause were gone' }).click();
  await expect(page).toHaveURL(/\/what-if/);
  await expect(page.getByRole('region', { name: 'What if a cause were gone' }).first()).toContainText(
    '412 µs',
  );
});
