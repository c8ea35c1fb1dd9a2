// Tests the page of isolated CPUs with a synthetic host.
import { THEMES } from '../src/store/address/view.ts';
import { violationsOf } from './axe.ts';
import { type Feeder, startFeeder } from './feeder.ts';
import { FEEDER_CODE } from './feeder-rest.ts';
import { expect, test } from './page.ts';
import { type Scenario, scenarios } from './synthetic.ts';

let feeder: Feeder;

async function feed(scenario: Scenario = scenarios.isolated): Promise<string> {
  feeder = await startFeeder({ scenario, historySeconds: 60, rate: 2 });
  return `${feeder.url}isolation`;
}

// Closes the page first: without its bridge it correctly logs errors.
test.afterEach(async ({ page }) => {
  await page.close();
  await feeder.close();
});

test('each isolated CPU says for how long it is quiet, and one lists what interrupted it', async ({
  page,
}) => {
  await page.goto(await feed());
  const quiet = page.getByRole('button', { name: /^CPU 2/ });
  await expect(quiet).toContainText(/quiet for\s*3 h 1\d min/);
  await expect(quiet).toContainText('No interruption since');
  await expect(quiet).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('region', { name: 'Interruptions of CPU 2' })).toContainText(
    'Nothing has interrupted this CPU.',
  );
  await expect(page.getByRole('region', { name: 'Interruptions of CPU 2' })).toContainText(
    'rtprobe does not interrupt this CPU.',
  );
  const noisy = page.getByRole('button', { name: /^CPU 3/ });
  await expect(noisy).toContainText(/quiet for\s*4 s/);
  await expect(noisy).toContainText('LOC local timer');
  await noisy.press('Enter');
  await expect(page).toHaveURL(/cpu=3/);
  const list = page.getByRole('region', { name: 'Interruptions of CPU 3' });
  // Worst first.
  await expect(list.locator('tbody tr').first()).toContainText('steal');
  await expect(list.locator('tbody tr', { hasText: 'LOC' })).toContainText(
    /vector.*tick_nohz_handler.*214.*31 µs.*1.28 ms/,
  );
  await expect(list).toContainText('kworker/3:1');
  await list.getByRole('searchbox').fill('kernel thread');
  await expect(list.locator('tbody tr')).toHaveCount(2);
  await list.getByRole('searchbox').fill('');
  await list.getByRole('button', { name: 'Last' }).click();
  await expect(list.locator('tbody tr').first()).toContainText('LOC');
  await list.getByRole('link', { name: /LOC/ }).click();
  await expect(page).toHaveURL(/vector\/LOC/);
});

test('without isolated CPUs the page explains how to isolate some, and lists those that are chosen', async ({
  page,
}) => {
  await page.goto(await feed(scenarios.normal));
  await expect(page.getByRole('region', { name: 'Isolated CPUs' })).toContainText('No isolated CPUs');
  await expect(page.locator('pre')).toContainText('isolcpus=2-3 nohz_full=2-3 rcu_nocbs=2-3 irqaffinity=0-1');
  const field = page.getByLabel('Also list CPUs');
  await field.fill('one');
  await field.press('Enter');
  await expect(page.getByRole('alert')).toContainText('“one” is not a list of CPUs');
  await field.fill('1');
  await field.press('Enter');
  await expect(page).toHaveURL(/cpus=1$/);
  const tile = page.getByRole('button', { name: /^CPU 1/ });
  await expect(tile).toContainText('not judged');
  await expect(tile).toContainText('The timer of rtprobe interrupts this CPU 1');
  feeder.becomeOperator();
  await page.getByRole('button', { name: 'Make CPU 1 passive' }).click();
  await expect.poll(() => feeder.changes.at(-1)).toMatchObject({ path: '/config', body: { cpus: '0' } });
});

test('a CPU is quiet only as far as was seen while no data arrive', async ({ page }) => {
  await page.goto(await feed());
  feeder.host.isCutOff = true;
  const tile = page.getByRole('button', { name: /^CPU 2/ });
  await expect(tile).toContainText('quiet as far as was seen');
  await expect(tile).toContainText('No data since');
});

test('an expectation is added by an operator, and a breach leads to its incident', async ({
  page,
  complaints,
}) => {
  complaints.expected.push(/403 \(Forbidden\)/, /400 \(Bad Request\)/);
  await page.goto(await feed());
  const card = page.getByRole('region', { name: 'Expectations' });
  await card.getByLabel('Expect').fill('silence on 3');
  await card.getByRole('button', { name: 'Add expectation' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill(FEEDER_CODE);
  await dialog.getByRole('textbox').press('Enter');
  await expect(card.getByRole('alert')).toContainText('E_EXPECT_WORD');
  await expect(card.getByRole('alert')).toContainText('silence');
  await card.getByLabel('Expect').fill('quiet on 3');
  await card.getByLabel('Expect').press('Enter');
  await expect(card.getByRole('listitem')).toContainText('quiet on 3');
  await expect(card.getByRole('listitem')).toContainText('holds');
  feeder.breakExpectation('quiet on 3');
  await expect(card.getByRole('listitem')).toContainText('▲ broken 214 times');
  await expect(card.getByRole('listitem')).toContainText('This breaks the expectation “quiet on 3”.');
  await expect(page.getByRole('button', { name: /^CPU 3/ })).toContainText('▲ expectation broken');
  await expect(page.getByRole('button', { name: /^CPU 2/ })).not.toContainText('expect');
  await card.getByRole('heading').click();
  for (const theme of THEMES) {
    await page.evaluate((name) => document.documentElement.setAttribute('data-theme', name), theme);
    expect(await violationsOf(page, ['color-contrast', 'link-in-text-block', 'label', 'list'])).toEqual([]);
  }
  await card.getByRole('link', { name: 'Open incident' }).click();
  await expect(page).toHaveURL(/\/incident\/a1-9/);
  await page.goBack();
  await card.getByRole('button', { name: 'Remove' }).click();
  await expect(card.getByRole('listitem')).toHaveCount(0);
});
