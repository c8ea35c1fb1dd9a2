// Tests the page in two languages: by the browser's preference, by the address, by its button, remembered.

import type { Page } from '@playwright/test';
import { messages } from '../src/i18n/messages/index.ts';
import { type Feeder, startFeeder } from './feeder.ts';
import { expect, statusWord, test } from './page.ts';
import { scenarios } from './synthetic.ts';

let feeder: Feeder;

test.beforeEach(async () => {
  feeder = await startFeeder({ scenario: scenarios.normal, historySeconds: 120 });
});

test.afterEach(async ({ page }) => {
  await page.close();
  await feeder.close();
});

const explanation = (page: Page) => page.locator('.worst .sentence .name');

/** English texts that a Chinese page must not show: messages without placeholders that differ. */
const englishOnly = new Set<string>(
  Object.values(messages)
    .filter(([en, zh]) => en !== zh && !en.includes('{') && /[a-z]{4}/.test(en))
    .map(([en]) => en),
);

test.describe('in a browser that prefers Chinese', () => {
  test.use({ locale: 'zh-CN' });

  test('no English remains', async ({ page }) => {
    await page.goto(feeder.url);
    await expect(statusWord(page)).toHaveText(/实时/);
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
    await expect(explanation(page)).toHaveText(/\p{Script=Han}.*。$/u);
    await expect(explanation(page)).not.toHaveAttribute('lang');
    await page.keyboard.press('m');
    await page.keyboard.press('?');
    const shown = await page.evaluate(() => {
      const texts: string[] = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        texts.push(node.textContent!.trim());
      }
      for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [data-tip]')) {
        for (const name of ['aria-label', 'title', 'placeholder', 'data-tip']) {
          const value = element.getAttribute(name);
          if (value !== null) texts.push(value);
        }
      }
      return texts;
    });
    expect(shown).toContain('分布');
    expect(shown.filter((text) => englishOnly.has(text))).toEqual([]);
  });

  test('an explanation of an earlier release is English, and screen readers know', async ({ page }) => {
    for (const spike of feeder.host.spikes) delete spike.zh;
    await page.goto(feeder.url);
    await expect(statusWord(page)).toHaveText(/实时/);
    await expect(explanation(page)).toHaveAttribute('lang', 'en');
  });
});

test('the button switches, the address says so, and the browser remembers', async ({ page }) => {
  await page.goto(feeder.url);
  await expect(statusWord(page)).toHaveText(/LIVE/);
  await page.getByRole('button', { name: '中文' }).click();
  await expect(statusWord(page)).toHaveText(/实时/);
  await expect(page).toHaveURL(/lang=zh/);
  await page.goto(feeder.url);
  await expect(statusWord(page)).toHaveText(/实时/);
  await page.goto(`${feeder.url}?lang=en`);
  await expect(statusWord(page)).toHaveText(/LIVE/);
  await page.goto(`${feeder.url}?lang=klingon`);
  await expect(page.locator('.notice')).toContainText('lang=klingon');
});
