// Checks every page in every theme with axe, and what axe cannot check: that the keyboard reaches and operates
// everything.
import type { Page, Request } from '@playwright/test';
import { formatPath, MAIN_PAGES, type Route } from '../src/store/address/route.ts';
import { THEMES, type ThemeName } from '../src/store/address/view.ts';
import { COLOURS, violationsOf } from './axe.ts';
import { type Feeder, startFeeder } from './feeder.ts';
import { expect, statusWord, test } from './page.ts';
import { scenarios } from './synthetic.ts';

// About forty pages, each checked for seconds on a shared machine.
test.describe.configure({ timeout: 600_000 });

let feeder: Feeder;
/** Requests of the page that are in flight. */
const inFlight = new Set<Request>();

test.beforeEach(async ({ page }) => {
  // A slow host: these tests do not look at repeated drawing.
  feeder = await startFeeder({ scenario: scenarios.byMeasure, historySeconds: 240, rate: 2 });
  inFlight.clear();
  page.on('request', (request) => inFlight.add(request));
  page.on('requestfinished', (request) => inFlight.delete(request));
  page.on('requestfailed', (request) => inFlight.delete(request));
});

test.afterEach(async ({ page }) => {
  await page.close();
  await feeder.close();
});

/** States of the first screen, and what opens over it. */
const states: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  'as it opens': async () => {},
  'with a spike open': (page) => page.keyboard.press('m'),
  'with tables for charts': (page) => page.keyboard.press('t'),
  'with the help open': (page) => page.keyboard.press('?'),
  'with the losses open': (page) => page.getByRole('button', { name: /dropped/ }).click(),
};

/** Returns one page of every kind that the router has. */
const routes = (): Route[] => [
  ...MAIN_PAGES.map((page) => ({ page })),
  { page: 'interrupt', kind: 'irq', word: '36' },
  { page: 'interrupt', kind: 'vector', word: 'LOC' },
  { page: 'cpu', cpu: 1 },
  { page: 'task', pid: feeder.host.tasks[0]!.task.pid, start: undefined },
  { page: 'spike', id: feeder.host.spikes.find((s) => s.measure === 'timer_latency')!.id },
  { page: 'test-run', id: 3 },
  { page: 'compare', runs: ['2', '3'] },
  { page: 'what-if' },
  { page: 'doctor' },
  { page: 'incident', id: feeder.host.incidents().at(-1)!.id },
];

async function open(page: Page): Promise<void> {
  await page.goto(feeder.url);
  await expect(statusWord(page)).toHaveText(/LIVE/);
  await expect(page.locator('.spike').first()).toBeVisible();
}

/** Goes to another page like a link, and waits until its data have arrived and been drawn. */
async function turnTo(page: Page, route: Route): Promise<void> {
  const path = formatPath(route);
  await page.evaluate((address) => {
    history.pushState(null, '', address);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);
  await expect(page.locator('main')).toBeVisible();
  await expect(page.locator('.loading')).toHaveCount(0);
  await expect
    .poll(async () => {
      await page.evaluate(() => new Promise((drawn) => setTimeout(() => requestAnimationFrame(drawn), 100)));
      return inFlight.size;
    }, path)
    .toBe(0);
}

/** Emulates a system that prefers that theme. */
const prefer = (page: Page, theme: ThemeName) =>
  page.emulateMedia({
    colorScheme: theme === 'light' ? 'light' : 'dark',
    contrast: theme === 'contrast' ? 'more' : 'no-preference',
  });

/** Runs all of axe's rules in one theme, and in the others those that a theme can break. */
async function checkThemes(page: Page, what: string): Promise<void> {
  for (const theme of THEMES) {
    await prefer(page, theme);
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    const found = await violationsOf(page, theme === THEMES[0] ? undefined : COLOURS);
    expect.soft(found, `${what}, theme ${theme}`).toEqual([]);
  }
}

test('axe finds nothing on any page in any theme', async ({ page }) => {
  await open(page);
  for (const route of routes()) {
    await turnTo(page, route);
    await checkThemes(page, formatPath(route));
  }
});

test('axe finds nothing in what opens over the first screen, in any theme', async ({ page }) => {
  for (const [state, enter] of Object.entries(states)) {
    await prefer(page, THEMES[0]);
    await open(page);
    await enter(page);
    await checkThemes(page, state);
  }
});

/** Runs in the page: records for every element whether it had a visible focus. */
function noteFocus(): void {
  document.addEventListener('focusin', ({ target }) => {
    const element = target as HTMLElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const seen = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
    element.dataset.reached = seen ? 'seen' : 'unseen';
  });
}

/**
 * Runs in the page: returns what a pointer can operate but the keyboard did not reach, and what it reached without a
 * visible focus.
 */
function missed(): { unreached: string[]; unseen: string[] } {
  const worked = 'a[href], button, select, input, textarea, summary, [tabindex="0"]';
  const all = [...document.querySelectorAll<HTMLElement>(worked)]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !(e as HTMLButtonElement).disabled)
    .map((e) => {
      // Tab reaches one radio button of a group, the arrow keys the others.
      const group = `input[type="radio"][name="${(e as HTMLInputElement).name}"][data-reached]`;
      const one = e.matches('input[type="radio"]') ? document.querySelector<HTMLElement>(group) : null;
      return { html: e.outerHTML.slice(0, 120), reached: (one ?? e).dataset.reached };
    });
  return {
    unreached: all.filter((e) => e.reached === undefined).map((e) => e.html),
    unseen: all.filter((e) => e.reached === 'unseen').map((e) => e.html),
  };
}

const TABS_AT_ONCE = 20;

test('Tab reaches every control on every page, with a visible focus', async ({ page }) => {
  await open(page);
  await page.evaluate(noteFocus);
  // Frozen: rows that appear and disappear would be missed.
  await page.keyboard.press('Space');
  for (const route of routes()) {
    await turnTo(page, route);
    for (let step = 0; step < 400; step += TABS_AT_ONCE) {
      for (let i = 0; i < TABS_AT_ONCE; i++) await page.keyboard.press('Tab');
      if ((await page.evaluate(missed)).unreached.length === 0) break;
    }
    expect.soft(await page.evaluate(missed), formatPath(route)).toEqual({ unreached: [], unseen: [] });
  }
});

test('the skip link goes past the bar', async ({ page }) => {
  await page.goto(`${feeder.url}interrupts`);
  await expect(statusWord(page)).toHaveText(/LIVE/);
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
  const offline = await startFeeder({ scenario: scenarios.offline });
  try {
    await page.goto(offline.url);
    await expect(statusWord(page)).toHaveText(/OFFLINE/);
    expect.soft(await violationsOf(page), 'offline').toEqual([]);
    // Closes the page first: without its bridge it correctly logs errors.
    await page.close();
  } finally {
    await offline.close();
  }
});
