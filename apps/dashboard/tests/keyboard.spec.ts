// Performs every action of the page with the keyboard alone: no click, and focus only by keys.
import type { Locator, Page } from '@playwright/test';
import { type Feeder, startFeeder } from './feeder.ts';
import { expect, statusWord, test } from './page.ts';
import { scenarios } from './synthetic.ts';

let feeder: Feeder;

test.beforeEach(async ({ page }) => {
  feeder = await startFeeder({
    scenario: { ...scenarios.normal, spikesPerMinute: 6 },
    historySeconds: 120,
    rate: 5,
  });
  feeder.becomeOperator();
  await page.goto(feeder.url);
  await expect(statusWord(page)).toHaveText(/LIVE/);
});

test.afterEach(async ({ page }) => {
  await page.close();
  await feeder.close();
});

const TABS_MAX = 150;

/** Presses Tab until the element has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let i = 0; i < TABS_MAX; i++) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((e) => e === document.activeElement)) return;
  }
  throw new Error(`Tab does not reach ${String(target)}`);
}

async function press(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

/** Goes to a page through the command palette. */
async function goTo(page: Page, words: string, address: RegExp): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(address);
}

test('the content of the first screen is chosen, frozen, zoomed, moved and resumed', async ({ page }) => {
  const range = /range=\d+-\d+/;
  const still = statusWord(page);
  for (const [key, shows] of [
    ['Space', /FROZEN/],
    ['Space', /LIVE/],
    ['ArrowLeft', /FROZEN/],
    ['f', /LIVE/],
    ['+', /FROZEN/],
  ] as const) {
    await page.keyboard.press(key);
    await expect(still).toHaveText(shows);
  }
  await expect(page).toHaveURL(range);
  const address = page.url();
  await page.keyboard.press('-');
  await expect.poll(() => page.url()).not.toBe(address);
  await page.keyboard.press('f');
  await expect(page).not.toHaveURL(range);
  await tabTo(page, page.getByLabel('measure'));
  await page.keyboard.type('Hard');
  await expect(page).toHaveURL(/measure=hardirq_duration/);
  await tabTo(page, page.getByLabel('CPU', { exact: true }));
  await page.keyboard.press('ArrowDown');
  await expect(page).toHaveURL(/cpu=0/);
  await tabTo(page, page.getByLabel('window'));
  await page.keyboard.press('ArrowDown');
  await expect(page).toHaveURL(/window=10/);
  await press(page, page.locator('.distribution').getByRole('button', { name: /Log-log/ }));
  await expect(page).toHaveURL(/scale=log/);
});

test('spikes are opened, stepped through, acknowledged and read', async ({ page, complaints }) => {
  // Not every spike has a stored trace.
  complaints.expected.push(/status of 404/);
  const detail = page.getByRole('dialog', { name: 'spike' });
  const row = page.locator('.spike-open').first();
  await press(page, row);
  await expect(detail).toBeVisible();
  const place = detail.locator('.head .muted').first();
  const here = (await place.textContent())!;
  await page.keyboard.press(',');
  await expect(place).not.toHaveText(here);
  await page.keyboard.press('o');
  await expect(page).toHaveURL(/\/spike\//);
  await page.goBack();
  await page.keyboard.press('Escape');
  await page.keyboard.press('f');
  await press(page, page.getByRole('button', { name: 'acknowledge all' }));
  await expect(page.locator('.rail header .alarm')).toHaveCount(0);
});

test('tables are sorted, filtered and expanded, losses opened, theme and language switched', async ({
  page,
}) => {
  const table = page.locator('.interrupts');
  await press(page, table.getByRole('button', { name: 'IRQ', exact: true }));
  await expect(page).toHaveURL(/sort=irq/);
  await press(page, table.getByRole('button', { name: /quiet/ }));
  await expect(page).toHaveURL(/quiet=1/);
  await page.keyboard.press('/');
  await page.keyboard.type('eth0');
  await expect(table.locator('tbody tr')).toHaveCount(2);
  await page.keyboard.press('Escape');
  await press(page, page.getByRole('button', { name: /^dropped/ }));
  await expect(page.getByRole('dialog', { name: 'Dropped and missed' })).toBeVisible();
  await page.keyboard.press('Escape');
  await press(page, page.getByRole('button', { name: /theme, switch/ }));
  await expect(page).toHaveURL(/theme=dark/);
  await press(page, page.getByRole('button', { name: 'suffered' }));
  await expect(page).toHaveURL(/tab=/);
  await press(page, page.getByRole('button', { name: '中文' }));
  await expect(statusWord(page)).toHaveText(/实时/);
});

test('a note is written and deleted, with the button and with its key', async ({ page }) => {
  const dialog = page.getByRole('dialog', { name: 'Note' });
  for (const text of ['moved irq 36', 'moved it back']) {
    await page.keyboard.press('n');
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
  }
  await press(page, page.locator('.note-button'));
  await expect(dialog.getByRole('listitem')).toHaveCount(2);
  await tabTo(page, dialog.getByRole('button', { name: /Delete the note/ }).first());
  await page.keyboard.press('Delete');
  await expect(dialog.getByRole('listitem')).toHaveCount(1);
  await press(page, dialog.getByRole('button', { name: /Delete the note/ }));
  await expect(dialog.getByRole('listitem')).toHaveCount(0);
  await expect.poll(() => feeder.changes.map((c) => c.method)).toEqual(['POST', 'POST', 'DELETE', 'DELETE']);
});

test('rules, settings and runs are changed', async ({ page }) => {
  await goTo(page, 'rules', /\/rules/);
  const form = page.getByRole('form', { name: 'Add rule' });
  await tabTo(page, form.getByLabel('threshold'));
  await page.keyboard.type('80us');
  await page.keyboard.press('Enter');
  const rules = page.getByRole('region', { name: 'Rules', exact: true });
  await press(page, rules.getByRole('button', { name: /Delete rule/ }));
  await expect(rules).toContainText('No rule');
  const settings = page.getByRole('region', { name: 'Settings' });
  await press(page, settings.getByRole('checkbox', { name: /^ ?Interrupts disabled/ }), 'Space');
  await expect.poll(() => feeder.host.config.measures).toContain('irqsoff');
  await tabTo(page, settings.getByLabel('general threshold'));
  await page.keyboard.press('Control+a');
  await page.keyboard.type('400us');
  await page.keyboard.press('Enter');
  await expect.poll(() => feeder.host.config.thresholdNs).toBe(400_000);
  await goTo(page, 'runs', /\/runs/);
  const run = page.getByRole('region', { name: 'Runs', exact: true }).locator('tbody tr').first();
  await press(page, run.getByRole('button', { name: 'rename' }));
  await tabTo(page, run.getByLabel('name'));
  await page.keyboard.press('Control+a');
  await page.keyboard.type('night shift');
  await page.keyboard.press('Enter');
  await expect(run).toContainText('night shift');
  await press(page, run.getByRole('button', { name: 'set as baseline' }));
  await expect(run.locator('.badge')).toBeVisible();
});
