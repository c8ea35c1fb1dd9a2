// Every page in every theme before axe, and what axe cannot see: that the keyboard reaches and works everything.
import type { Page } from '@playwright/test';
import { formatPath, MAIN_PAGES, type Route } from '../src/store/route.ts';
import { THEMES } from '../src/store/view.ts';
import { violationsOf } from './axe.ts';
import { type Feeder, startFeeder } from './feeder.ts';
import { expect, statusWord, test } from './page.ts';
import { scenarios } from './synthetic.ts';

// Some forty pages, each checked by a checker that takes seconds where cores are shared.
test.describe.configure({ timeout: 900_000 });

let feeder: Feeder;

test.beforeEach(async () => {
  feeder = await startFeeder({ scenario: scenarios.normal, historySeconds: 240 });
});

test.afterEach(async ({ page }) => {
  await page.close();
  await feeder.close();
});

/** Things that open over the first screen, or change it. */
const states: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  'as it opens': async () => {},
  'with a spike open': (page) => page.keyboard.press('m'),
  'with tables for charts': (page) => page.keyboard.press('t'),
  'with the help open': (page) => page.keyboard.press('?'),
  'with the losses open': (page) => page.getByRole('button', { name: /lost/ }).click(),
};

/** One of every kind of page the router knows. */
const routes: readonly Route[] = [
  ...MAIN_PAGES.map((page) => ({ page })),
  { page: 'interrupt', kind: 'irq', word: '36' },
  { page: 'interrupt', kind: 'vector', word: 'LOC' },
  { page: 'cpu', cpu: 1 },
];

/** A task that the synthetic host has. */
const someTask = (): Route => ({ page: 'task', pid: feeder.host.tasks[0]!.task.pid, start: undefined });

async function open(page: Page, route: Route, query: string): Promise<void> {
  await page.goto(`${feeder.url.replace(/\/$/, '')}${formatPath(route)}?${query}`);
  await expect(statusWord(page)).toHaveText(/LIVE/);
  await expect(page.locator('main')).toBeVisible();
}

for (const theme of THEMES) {
  test(`axe finds nothing on any page, theme ${theme}`, async ({ page }) => {
    for (const route of [...routes, someTask()]) {
      await open(page, route, `theme=${theme}`);
      // What the page fetches has arrived.
      await page.waitForTimeout(1500);
      expect.soft(await violationsOf(page), formatPath(route)).toEqual([]);
    }
    for (const [state, enter] of Object.entries(states)) {
      await open(page, { page: 'overview' }, `theme=${theme}`);
      await expect(page.locator('.spike').first()).toBeVisible();
      await enter(page);
      expect.soft(await violationsOf(page), state).toEqual([]);
    }
  });
}

/** Runs in the page: what a pointer could work, and whether the keyboard has been there. */
function unreached(): string[] {
  const worked = 'a[href], button, select, input, textarea, summary, [tabindex="0"]';
  return [...document.querySelectorAll<HTMLElement>(worked)]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !(e as HTMLButtonElement).disabled)
    .filter((e) => e.dataset.reached === undefined)
    .map((e) => e.outerHTML.slice(0, 120));
}

/** Runs in the page: notes where the focus is; false where it cannot be seen. */
function noteFocus(): boolean {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element === document.body) return true;
  element.dataset.reached = '';
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
}

test('Tab comes to everything that can be worked on every page, and is seen there', async ({ page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  for (const route of [...routes, someTask()]) {
    await open(page, route, 'theme=dark');
    // Still: rows that come and go would be missed.
    await page.keyboard.press('Space');
    const hidden: string[] = [];
    for (let step = 0; step < 400; step++) {
      await page.keyboard.press('Tab');
      if (!(await page.evaluate(noteFocus))) {
        hidden.push(await page.evaluate(() => document.activeElement!.outerHTML.slice(0, 120)));
      }
      if ((await page.evaluate(unreached)).length === 0) break;
    }
    expect.soft(hidden, formatPath(route)).toEqual([]);
    expect.soft(await page.evaluate(unreached), formatPath(route)).toEqual([]);
  }
});

test('the skip link goes past the bar', async ({ page }) => {
  await open(page, { page: 'interrupts' }, 'theme=dark');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Skip to the page' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.querySelector('main')!.contains(document.activeElement))).toBe(
    true,
  );
});

test('axe finds nothing on a phone, in Chinese, on a wall, and without data', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${feeder.url}?lang=zh`);
  await expect(page.locator('.spike').first()).toBeVisible();
  expect.soft(await violationsOf(page), 'phone, Chinese').toEqual([]);
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.goto(`${feeder.url}?kiosk=1&lang=en`);
  await expect(page.locator('.spike').first()).toBeVisible();
  expect.soft(await violationsOf(page), 'kiosk').toEqual([]);
  // A page that is left without its bridge rightly complains.
  await page.goto('about:blank');
  await feeder.close();
  feeder = await startFeeder({ scenario: scenarios.offline });
  await page.goto(feeder.url);
  await expect(statusWord(page)).toHaveText(/OFFLINE/);
  expect.soft(await violationsOf(page), 'offline').toEqual([]);
});
