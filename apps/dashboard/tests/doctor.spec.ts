// Tests the page of the doctor with a synthetic host.
import { THEMES } from '../src/store/address/view.ts';
import { violationsOf } from './axe.ts';
import { type Feeder, startFeeder } from './feeder.ts';
import { expect, test } from './page.ts';
import { scenarios } from './synthetic.ts';

let feeder: Feeder;

test.beforeEach(async () => {
  feeder = await startFeeder({ scenario: scenarios.normal, historySeconds: 60, rate: 2 });
});
// Closes the page first: without its bridge it correctly logs errors.
test.afterEach(async ({ page }) => {
  await page.close();
  await feeder.close();
});

test('the list of hosts leads to the settings of a machine, with evidence and remedy', async ({ page }) => {
  await page.goto(`${feeder.url}hosts`);
  await page.getByRole('link', { name: 'Check settings ›' }).click();
  await expect(page).toHaveURL(/\/doctor/);
  const problems = page.getByRole('region', { name: 'Problems' });
  const governor = problems.getByRole('listitem').filter({ hasText: 'Frequency governor' });
  await expect(governor).toContainText('/sys/devices/system/cpu/cpufreq/policy{0-2}/scaling_governor');
  await expect(governor).toContainText('powersave');
  await expect(governor).toContainText('Choose the governor performance');
  await expect(page.getByRole('region', { name: 'What this machine can measure' })).toContainText(
    '1 of 2 measures',
  );
  await expect(page.getByRole('region', { name: 'What this machine can measure' })).toContainText(
    'CONFIG_KPROBES',
  );
  await expect(page.locator('main').getByRole('note')).toContainText('not root');
});

test('another application is compared, and what is unknown has a reason', async ({ page }) => {
  await page.goto(`${feeder.url}doctor`);
  await expect(page.locator('main')).toContainText('Priorities are compared with sleep (SCHED_FIFO 80).');
  await page.getByRole('textbox', { name: 'Application' }).fill('motion');
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByRole('region', { name: 'Unknown' })).toContainText('no task is named "motion"');
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(page.getByRole('textbox', { name: 'Application' })).toHaveValue('motion');
});

test('evidence of what is in order is behind a click', async ({ page }) => {
  await page.goto(`${feeder.url}doctor`);
  const swap = page.locator('#check-swap');
  await expect(swap.getByText('/proc/swaps')).toBeHidden();
  await swap.getByText('Evidence').click();
  await expect(swap.getByText('/proc/swaps')).toBeVisible();
});

test('the page is in Chinese, and readable in each theme', async ({ page }) => {
  await page.goto(`${feeder.url}doctor?lang=zh`);
  await expect(page.getByRole('region', { name: '问题' })).toContainText('频率调节器');
  for (const theme of THEMES) {
    await page.goto(`${feeder.url}doctor?theme=${theme}`);
    await expect(page.getByRole('region', { name: 'Problems' })).toBeVisible();
    expect(await violationsOf(page)).toEqual([]);
  }
});
