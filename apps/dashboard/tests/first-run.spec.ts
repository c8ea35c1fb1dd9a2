// Tests the help: automatic on the first visit, then on request, by keyboard and in both languages.
import { MEASURES, measures } from '@rtprobe/protocol';
import { type Feeder, startFeeder } from './feeder.ts';
import { expect, statusWord, test } from './page.ts';
import { scenarios } from './synthetic.ts';

let feeder: Feeder;

test.beforeEach(async ({ page }) => {
  feeder = await startFeeder({ scenario: scenarios.normal, historySeconds: 30 });
  await page.addInitScript(() => {
    if (sessionStorage.getItem('newcomer') !== null) return;
    sessionStorage.setItem('newcomer', 'once');
    localStorage.setItem('rtprobe.helped', '0');
  });
});

test.afterEach(async ({ page }) => {
  await page.close();
  await feeder.close();
});

test('a new user sees the explanation of every measure once', async ({ page }) => {
  await page.goto(feeder.url);
  const help = page.getByRole('dialog', { name: 'help' });
  await expect(help).toBeVisible();
  await expect(help).toBeFocused();
  for (const { title, explanation } of measures) {
    await expect(help).toContainText(title);
    await expect(help).toContainText(explanation);
  }
  expect(measures.length).toBe(MEASURES.length);
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
  await page.reload();
  await expect(statusWord(page)).toHaveText(/LIVE/);
  await expect(help).toBeHidden();
  await page.keyboard.press('?');
  await expect(help).toBeVisible();
});

test('a kiosk does not show it', async ({ page }) => {
  await page.goto(`${feeder.url}?kiosk=1`);
  await expect(statusWord(page)).toHaveText(/LIVE/);
  await expect(page.getByRole('dialog', { name: 'help' })).toBeHidden();
});

test('keys of a single character can be switched off, and stay off', async ({ page }) => {
  await page.goto(feeder.url);
  await page.getByRole('button', { name: 'keys are on' }).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Space');
  await page.keyboard.press('t');
  await expect(statusWord(page)).toHaveText(/LIVE/);
  await expect(page.locator('.hero table')).toBeHidden();
  await page.reload();
  await expect(statusWord(page)).toHaveText(/LIVE/);
  await page.keyboard.press('t');
  await expect(page.locator('.hero table')).toBeHidden();
  await page.keyboard.press('?');
  await page.getByRole('button', { name: 'keys are off' }).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('t');
  await expect(page.locator('.hero table')).toBeVisible();
});
