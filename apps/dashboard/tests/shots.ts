// Lists the pictures of the page: every page in every size and theme, and the states of a page. A group is one host and
// one browser tab that goes from picture to picture, so that its history remains.
import type { Page } from '@playwright/test';
import { formatPath, MAIN_PAGES, type Route } from '../src/store/address/route.ts';
import { THEMES } from '../src/store/address/view.ts';
import type { Feeder } from './feeder.ts';
import type { scenarios } from './synthetic.ts';
import { wokenId } from './synthetic-trace.ts';

export const SIZES = { wall: [1920, 1080], laptop: [1280, 720], phone: [390, 844] } as const;
export type Size = keyof typeof SIZES;

export interface Shot {
  name: string;
  size: Size;
  /** Path and query. */
  address: string;
  /** `feeder` is missing for pictures of a real bridge. */
  /** false: only what is on screen, also on a phone. */
  whole?: boolean;
  act?: (page: Page, feeder: Feeder | undefined) => Promise<unknown>;
}

export interface Group {
  scenario: keyof typeof scenarios;
  historySeconds: number;
  /** Can also be taken with a real bridge. */
  live: boolean;
  shots: readonly Shot[];
}

const key = (name: string) => (page: Page) => page.keyboard.press(name);

const routes: readonly Route[] = [
  ...MAIN_PAGES.map((page) => ({ page })),
  { page: 'cpu', cpu: 1 },
  { page: 'test-run', id: 3 },
  { page: 'compare', runs: ['2', '3'] },
  { page: 'what-if' },
];

/** overview, cpu-1. */
const nameOf = (route: Route) =>
  formatPath(route) === '/' ? 'overview' : formatPath(route).slice(1).replaceAll('/', '-');

/** Every size and theme of a page. */
const inEveryLook = (name: string, path: string, act?: Shot['act']): Shot[] =>
  (Object.keys(SIZES) as Size[]).flatMap((size) =>
    THEMES.map((theme) => ({
      name: `${name}-${size}-${theme}`,
      size,
      address: `${path}?theme=${theme}`,
      ...(act && { act }),
    })),
  );

/** Opens the interrupt with the longest handler: hosts number theirs differently. */
const openInterrupt = async (page: Page) => {
  await page.locator('main a[href^="/irq/"]').first().click();
};

const everyPage: readonly Shot[] = [
  ...routes.flatMap((route) => inEveryLook(nameOf(route), formatPath(route))),
  ...inEveryLook('irq', '/interrupts', openInterrupt),
];

const openTask = async (page: Page) => {
  await page.locator('main a[href^="/task/"]').first().click();
};

/** Fills the table of thresholds with a preset, and shows it. */
const proposeThresholds = async (page: Page) => {
  const form = page.getByRole('form', { name: /Thresholds|阈值/ });
  await form.getByRole('button', { name: /Control loop|控制回路/ }).click();
  await form.scrollIntoViewIfNeeded();
};

/** Opens the page of the worst spike. */
const spikePage = async (page: Page) => {
  await page.keyboard.press('m');
  await page.keyboard.press('o');
};

/** Opens the page of a spike whose victim another CPU woke. */
const wokenPage = async (page: Page, feeder: Feeder | undefined) => {
  const spike = feeder?.host.spikes.findLast(({ measure }) => measure === 'timer_latency');
  if (spike === undefined) return;
  await page.evaluate(
    (path) => {
      window.history.pushState(null, '', `${path}${window.location.search}`);
      window.dispatchEvent(new PopStateEvent('popstate'));
    },
    formatPath({ page: 'spike', id: wokenId(spike) }),
  );
};

/** Opens the page of the newest incident with several symptoms. */
const incidentPage = async (page: Page) => {
  await page.locator('.spike button.handler').first().click();
  await page.locator('.open-incident a').first().click();
};

const overLive: readonly Shot[] = [
  { name: 'task', size: 'wall', address: '/tasks?theme=dark', act: openTask },
  { name: 'task-phone', size: 'phone', address: '/tasks?theme=dark', act: openTask },
  { name: 'chinese', size: 'wall', address: '/?theme=light&lang=zh' },
  { name: 'chinese-interrupts', size: 'laptop', address: '/interrupts?theme=dark&lang=zh' },
  { name: 'kiosk', size: 'wall', address: '/?theme=dark&kiosk=1&lang=en' },
  { name: 'kiosk-laptop', size: 'laptop', address: '/?theme=dark&kiosk=1' },
  { name: 'kiosk-interrupts', size: 'wall', address: '/interrupts?theme=dark&kiosk=1' },
  { name: 'kiosk-matrix', size: 'wall', address: '/matrix?theme=dark&kiosk=1' },
  { name: 'minute', size: 'wall', address: '/?theme=dark&window=60&scale=log' },
  { name: 'irq-measure', size: 'wall', address: '/?theme=dark&measure=hardirq_duration' },
  { name: 'tables', size: 'wall', address: '/?theme=dark&tables=1' },
  { name: 'help', size: 'wall', address: '/?theme=dark', act: key('?') },
  { name: 'help-phone', size: 'phone', address: '/?theme=light', act: key('?') },
  { name: 'palette', size: 'laptop', address: '/?theme=dark', act: key('k') },
  {
    name: 'hover',
    size: 'wall',
    address: '/?theme=dark',
    act: (page) => page.locator('.hero .plot canvas').hover({ position: { x: 900, y: 190 } }),
  },
  // Freeze: must be last.
  { name: 'frozen-detail', size: 'wall', address: '/?theme=dark', act: key('m') },
  { name: 'frozen-detail-light', size: 'laptop', address: '/?theme=light', act: key('m') },
  { name: 'frozen-detail-phone', size: 'phone', address: '/?theme=dark', act: key('m') },
  { name: 'spike-page', size: 'wall', address: '/?theme=dark', act: spikePage },
  { name: 'spike-page-light', size: 'laptop', address: '/?theme=light', act: spikePage },
  { name: 'spike-page-tables', size: 'wall', address: '/?theme=contrast&tables=1', act: spikePage },
  { name: 'spike-page-phone', size: 'phone', address: '/?theme=dark', act: spikePage },
  { name: 'incident-page', size: 'wall', address: '/?theme=dark', act: incidentPage },
  { name: 'incident-page-light', size: 'laptop', address: '/?theme=light', act: incidentPage },
  { name: 'incident-page-phone', size: 'phone', address: '/?theme=dark', act: incidentPage },
];

/** Chooses the CPU that is not quiet. */
const noisyCpu = async (page: Page) => {
  await page.getByRole('button', { name: /^CPU 3/ }).click();
};

/** Expects what does not hold. */
const breach = async (page: Page, feeder: Feeder | undefined) => {
  feeder!.becomeOperator();
  feeder!.breakExpectation('quiet on 2-3');
  if ((await page.locator('.expectations li').count()) === 0) {
    await page.locator('.expect-field input').fill('quiet on 2-3');
    await page.locator('.expect-field input').press('Enter');
  }
  await noisyCpu(page);
};

const cutOff = async (_page: Page, feeder: Feeder | undefined) => {
  feeder!.host.isCutOff = true;
  feeder!.pause();
};

const overview = (name: string, size: Size = 'wall', query = 'theme=dark'): Shot => ({
  name,
  size,
  address: `/?${query}`,
});

const stale: Shot = {
  ...overview('stale'),
  act: async (page, feeder) => {
    feeder?.pause();
    await page.waitForTimeout(6000);
  },
};

/** Opens that page with a query. */
const wokenWith = (words: string) => async (page: Page, feeder: Feeder | undefined) => {
  await page.evaluate(
    (query) => window.history.replaceState(null, '', query),
    `/?${words.includes('theme=') ? '' : 'theme=dark&'}${words}`,
  );
  await wokenPage(page, feeder);
};

/** Scrolls the timeline below the top of the page. */
const scrolledPins = (theme: string) => async (page: Page, feeder: Feeder | undefined) => {
  await wokenWith(`theme=${theme}&pin=task-812.cpu-0`)(page, feeder);
  await page.waitForTimeout(1500);
  await page.locator('.timeline-plot').evaluate((plot) => plot.scrollIntoView({ block: 'start' }));
  await page.locator('.timeline-plot').focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown');
};
const pinnedStates: readonly Shot[] = (Object.keys(SIZES) as Size[]).flatMap((size) =>
  THEMES.map((theme) => ({
    ...{ name: `pinned-scrolled-${size}-${theme}`, size, address: '/', act: scrolledPins(theme) },
    ...{ whole: false },
  })),
);

const timelineStates: readonly Shot[] = (['wall', 'phone'] as const).flatMap((size) => [
  { name: `timeline-search-${size}`, size, address: '/', act: wokenWith('q=reader') },
  { name: `timeline-none-${size}`, size, address: '/', act: wokenWith('q=nothing') },
  { name: `timeline-pins-${size}`, size, address: '/', act: wokenWith('pin=task-812.cpu-0') },
]);

export const groups: readonly Group[] = [
  { scenario: 'normal', historySeconds: 700, live: true, shots: [...everyPage, ...overLive] },
  {
    scenario: 'normal',
    historySeconds: 300,
    live: false,
    shots: [
      ...inEveryLook('timeline', '/', wokenPage),
      { name: 'timeline-zh', size: 'laptop', address: '/?theme=dark&lang=zh', act: wokenPage },
      ...timelineStates,
      ...pinnedStates,
    ],
  },
  { scenario: 'normal', historySeconds: 3, live: false, shots: [overview('empty')] },
  {
    scenario: 'normal',
    historySeconds: 120,
    live: false,
    shots: [
      ...inEveryLook('shared-irq', '/irq/16'),
      ...inEveryLook('doctor', '/doctor'),
      { name: 'doctor-zh', size: 'laptop', address: '/doctor?lang=zh' },
      { name: 'irq-zh', size: 'laptop', address: '/irq/42?theme=light&lang=zh' },
    ],
  },
  { scenario: 'normal', historySeconds: 5000, live: false, shots: [overview('hour', 'wall', 'window=3600')] },
  { scenario: 'normal', historySeconds: 120, live: false, shots: [stale] },
  {
    scenario: 'byMeasure',
    historySeconds: 120,
    live: false,
    shots: [
      ...inEveryLook('thresholds', '/rules', proposeThresholds),
      { name: 'thresholds-zh', size: 'laptop', address: '/rules?lang=zh', act: proposeThresholds },
    ],
  },
  {
    scenario: 'isolated',
    historySeconds: 400,
    live: false,
    shots: [
      ...inEveryLook('isolated', '/isolation', noisyCpu),
      { name: 'isolated-zh', size: 'laptop', address: '/isolation?lang=zh', act: noisyCpu },
      ...inEveryLook('isolated-breach', '/isolation', breach),
      { name: 'isolated-chosen', size: 'laptop', address: '/isolation?cpus=0&cpu=0&theme=dark' },
      { name: 'isolated-stale', size: 'wall', address: '/isolation?theme=dark', act: cutOff },
    ],
  },
  { scenario: 'quiet', historySeconds: 300, live: false, shots: [overview('quiet')] },
  { scenario: 'gap', historySeconds: 700, live: false, shots: [overview('gap')] },
  {
    scenario: 'hostile',
    historySeconds: 300,
    live: false,
    shots: [
      overview('hostile'),
      {
        ...overview('lost', 'laptop', 'theme=light'),
        act: (page) => page.getByRole('button', { name: /dropped/ }).click(),
      },
    ],
  },
  {
    scenario: 'huge',
    historySeconds: 60,
    live: false,
    shots: [
      overview('huge', 'wall', 'theme=dark&quiet=1'),
      ...(['interrupts', 'tasks', 'cpus', 'matrix'] as const).map((page) => ({
        name: `huge-${page}`,
        size: 'wall' as const,
        address: `/${page}?theme=dark`,
      })),
    ],
  },
  {
    scenario: 'offline',
    historySeconds: 0,
    live: false,
    shots: [overview('offline'), overview('offline-kiosk', 'wall', 'theme=dark&kiosk=1')],
  },
  { scenario: 'replay', historySeconds: 300, live: false, shots: [overview('replay')] },
];
