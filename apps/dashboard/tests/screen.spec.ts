// Tests the behaviour of the screen with a synthetic host that the tests control.
import { formatDuration } from '@rtprobe/metrics';
import type { Spike } from '@rtprobe/protocol';
import { type Feeder, startFeeder } from './feeder.ts';
import { ALARM, expect, heatmap, MANY, pictureOf, pixelsLike, statusWord, test } from './page.ts';
import { type Scenario, scenarios } from './synthetic.ts';

let feeder: Feeder;

async function feed(scenario: Scenario = scenarios.normal, historySeconds = 240): Promise<string> {
  feeder = await startFeeder({ scenario, historySeconds });
  return feeder.url;
}

// Closes the page first: without its bridge it correctly logs errors.
test.afterEach(async ({ page }) => {
  await page.close();
  await feeder.close();
});

/** Returns a spike of the feeder's host with the test's changes. */
function spikeLike(change: Partial<Spike>): Spike {
  const model = feeder.host.spikes[0]!;
  return { ...model, id: `made-${Math.random()}`, time: feeder.host.time, ...change };
}

test('the first screen fits 1920 × 1080 and 1280 × 720 without scrolling', async ({ page }) => {
  await page.goto(await feed());
  for (const size of [
    { width: 1920, height: 1080 },
    { width: 1280, height: 720 },
  ]) {
    await page.setViewportSize(size);
    await expect(page.locator('.headline .huge')).toBeVisible();
    // The charts take their size from an observer, which runs after the window has its new size.
    await expect
      .poll(() =>
        page.evaluate(() => {
          const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
          return [scrollWidth - clientWidth, scrollHeight - clientHeight];
        }),
      )
      .toEqual([0, 0]);
    for (const panel of ['.worst', '.hero', '.distribution', '.interrupts', '.causes-panel', '.rail']) {
      const box = (await page.locator(panel).boundingBox())!;
      expect(box.x + box.width).toBeLessThanOrEqual(size.width);
      expect(box.y + Math.min(box.height, 50)).toBeLessThanOrEqual(size.height);
    }
  }
});

test('a phone gets one column, and nothing is wider than the screen', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(await feed());
  await expect(page.locator('.headline .huge')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test('the worst value is at least 48 pixels high and in tabular numerals', async ({ page }) => {
  await page.goto(await feed());
  const style = await page.locator('.headline .huge').evaluate((e) => {
    const { fontSize, fontVariantNumeric } = getComputedStyle(e);
    return { size: Number.parseFloat(fontSize), fontVariantNumeric };
  });
  expect(style.size).toBeGreaterThanOrEqual(48);
  expect(style.fontVariantNumeric).toContain('tabular-nums');
});

test('the heatmap draws cells, spikes and new columns as data arrive', async ({ page }) => {
  await page.goto(await feed());
  await expect(statusWord(page)).toHaveText(/LIVE/);
  await expect.poll(() => pixelsLike(heatmap(page), MANY, 60)).toBeGreaterThan(2000);
  await expect.poll(() => pixelsLike(heatmap(page), ALARM, 6)).toBeGreaterThan(100);
  const before = await pictureOf(heatmap(page));
  await expect.poll(() => pictureOf(heatmap(page))).not.toBe(before);
});

test('frames are acknowledged once they were drawn', async ({ page }) => {
  await page.goto(await feed());
  await expect(statusWord(page)).toHaveText(/LIVE/);
  const first = feeder.acknowledged();
  await expect.poll(() => feeder.acknowledged()).toBeGreaterThan(first + 20);
});

test('space freezes the screen while recording continues in the background, and resumes it', async ({
  page,
}) => {
  await page.goto(await feed());
  await expect(statusWord(page)).toHaveText(/LIVE/);
  await page.keyboard.press('Space');
  await expect(statusWord(page)).toHaveText(/FROZEN/);
  const n = page.locator('.tile', { hasText: /^n/ }).locator('.quantity');
  await page.waitForTimeout(500);
  const [picture, count] = [await pictureOf(heatmap(page)), await page.locator('.headline').textContent()];
  feeder.spike(spikeLike({ valueNs: 9_000_000, culprit: 'came behind the freeze' }));
  await expect(page.locator('.behind')).toContainText(/Resume to show \d+ more/);
  await page.waitForTimeout(2500);
  expect(await pictureOf(heatmap(page))).toBe(picture);
  expect(await page.locator('.headline').textContent()).toBe(count);
  await expect(page.locator('.rail')).not.toContainText('came behind the freeze');
  await page.keyboard.press('Space');
  await expect(statusWord(page)).toHaveText(/LIVE/);
  await expect(page.locator('.rail')).toContainText('came behind the freeze');
  await expect(n).toBeVisible();
  await expect.poll(() => page.locator('.headline').textContent()).not.toBe(count);
});

test('keys step through the spikes, jump to the worst and close in order', async ({ page }) => {
  await page.goto(await feed());
  // The history has arrived when its worst spike is at the top.
  const late = feeder.host.spikes.filter((s) => s.measure === 'timer_latency').map((s) => s.valueNs);
  await expect(page.locator('.worst .huge')).toHaveText(formatDuration(Math.max(...late)));
  const detail = page.getByRole('dialog', { name: 'spike' });
  const place = detail.locator('.head .muted');
  await page.keyboard.press('.');
  await expect(place).toHaveText(/^Spike (\d+) of \1$/);
  const newest = (await place.textContent())!;
  await page.keyboard.press(',');
  await expect(place).not.toHaveText(newest);
  await page.keyboard.press('.');
  await expect(place).toHaveText(newest);
  await page.keyboard.press('m');
  const worst = (await page.locator('.worst .huge').textContent())!;
  await expect(detail.locator('.detail-head .quantity')).toHaveText(worst);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'help' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'help' })).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(detail).toBeHidden();
  await expect(statusWord(page)).toHaveText(/FROZEN/);
  await page.keyboard.press('Escape');
  await expect(statusWord(page)).toHaveText(/LIVE/);
});

test('arrow keys show earlier times and return', async ({ page }) => {
  await page.goto(await feed());
  await expect.poll(() => pixelsLike(heatmap(page), MANY, 60)).toBeGreaterThan(2000);
  // All of the history has arrived: the start of a short run would limit the window.
  await expect(page.locator('.bar')).toContainText(/00:0[4-9]:\d\d/);
  await page.keyboard.press('ArrowLeft');
  await expect(statusWord(page)).toHaveText(/FROZEN/);
  await page.waitForTimeout(600);
  const here = await pictureOf(heatmap(page));
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => pictureOf(heatmap(page))).not.toBe(here);
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => pictureOf(heatmap(page))).toBe(here);
});

test('f returns to the present, l and t change the charts, and a text field keeps its keys', async ({
  page,
}) => {
  await page.goto(await feed());
  await page.keyboard.press('m');
  await page.keyboard.press('f');
  await expect(statusWord(page)).toHaveText(/LIVE/);
  await page.keyboard.press('l');
  await expect(page).toHaveURL(/scale=log/);
  await page.keyboard.press('t');
  await expect(page.locator('.hero table')).toBeVisible();
  await expect(page.locator('.distribution table')).toContainText('p99.9');
  await page.keyboard.press('/');
  await page.keyboard.type('t l');
  await expect(page.locator('input[type=search]')).toHaveValue('t l');
  await expect(page.locator('.hero table')).toBeVisible();
  await expect(statusWord(page)).toHaveText(/LIVE/);
});

test('everything can be reached and operated with the keyboard alone', async ({ page }) => {
  await page.goto(await feed());
  await expect(page.locator('.spike').first()).toBeVisible();
  const reached = new Set<string>();
  for (let i = 0; i < 200 && !reached.has('Acknowledge all'); i++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const e = document.activeElement as HTMLElement;
      return e.getAttribute('aria-label') ?? e.textContent ?? e.tagName;
    });
    reached.add(name);
  }
  for (const name of ['Measure', 'CPU', 'Time window', 'Help', 'Filter interrupts', 'Acknowledge all']) {
    expect([...reached]).toContain(name);
  }
});

test('data that stop dim the page, are counted in seconds and hatched, and resume', async ({ page }) => {
  await page.goto(await feed());
  await expect(statusWord(page)).toHaveText(/LIVE/);
  feeder.pause();
  await expect(statusWord(page)).toHaveText(/STALE/);
  await expect(page.locator('.page')).toHaveClass(/old/);
  await expect(page.locator('.notice')).toContainText(/no data for [4-9] s/);
  await page.waitForTimeout(4000);
  feeder.resume();
  await expect(statusWord(page)).toHaveText(/LIVE/);
  await expect(page.locator('.page')).not.toHaveClass(/old/);
  // The gap stays hatched: no line crosses it.
  await page.keyboard.press('t');
  await expect(page.locator('.hero table')).toContainText('no data');
});

test('a gap of the history is hatched and named', async ({ page }) => {
  await page.goto(await feed({ ...scenarios.normal, gap: { from: 120, to: 60 } }));
  await expect(statusWord(page)).toHaveText(/LIVE/);
  const box = (await heatmap(page).boundingBox())!;
  // The window is five minutes: the gap is around the middle of its newest half.
  await heatmap(page).hover({ position: { x: box.width * (1 - 90 / 300), y: box.height / 2 } });
  await expect(page.locator('.tip')).toContainText('no data');
});

test('names that try to break the page are shown literally', async ({ page }) => {
  await page.goto(await feed({ ...scenarios.hostile, spikesPerMinute: 12 }));
  await expect(page.locator('.interrupts')).toContainText('"><script>');
  await expect(page.locator('.interrupts')).toContainText('evil\\u{202e}gnp.exe');
  await expect(page.locator('.causes-panel')).toContainText('tab\\u{9}here\\u{7}');
  feeder.spike(
    spikeLike({
      ...{ measure: 'hardirq_duration', label: 'irq 36', valueNs: 9_000_000 },
      name: '<img src=x onerror="document.title=\'owned\'">',
      sentence: '<img src=x onerror="document.title=\'owned\'">',
      culprit: '</script><svg onload=alert(1)>',
      stack: ['<b>bold</b>+0x1/0x2'],
    }),
  );
  await expect(page.locator('.rail')).toContainText('<img src=x onerror=');
  await page.locator('.spike', { hasText: 'owned' }).locator('.spike-open').click();
  await expect(page.getByRole('dialog', { name: 'spike' })).toContainText('<img src=x');
  expect(await page.locator('.page img, .page script, .page b b').count()).toBe(0);
  expect(await page.title()).toBe('rtprobe');
});

test('acknowledged spikes stay acknowledged over a reload, new ones are not', async ({ page }) => {
  const scenario: Scenario = { ...scenarios.normal };
  const url = await feed(scenario);
  // From here on only spikes that the test makes.
  scenario.spikesPerMinute = 0;
  feeder.becomeOperator();
  await page.goto(url);
  await expect(page.locator('.rail header .alarm')).toContainText('new');
  await page.getByRole('button', { name: 'acknowledge all' }).click();
  await expect(page.locator('.rail header .alarm')).toHaveCount(0);
  await page.reload();
  await expect(page.locator('.spike').first()).toBeVisible();
  await expect(page.locator('.rail header .alarm')).toHaveCount(0);
  feeder.spike(spikeLike({ valueNs: 700_000 }));
  await expect(page.locator('.rail header .alarm')).toContainText('1 new');
});

test('the address contains the view, and the page names what it ignores', async ({ page }) => {
  const url = await feed();
  await page.goto(`${url}?measure=hardirq_duration&cpu=1&window=300&theme=light&budget=100us&colour=red`);
  await expect(page.getByLabel('measure')).toHaveValue('hardirq_duration');
  await expect(page.getByLabel('CPU', { exact: true })).toHaveValue('1');
  await expect(page.getByLabel('window')).toHaveValue('300');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await expect(page.locator('.verdict')).toContainText('budget 100 µs');
  await expect(page.locator('.notice')).toContainText(
    'Ignored in the address, because it is not valid: colour=red',
  );
  await page.getByLabel('CPU', { exact: true }).selectOption('-1');
  await expect(page).toHaveURL(/measure=hardirq_duration&window=300&theme=light&budget=100us$/);
});

test('a value above the axis gets an arrow and its number, the axis does not move', async ({ page }) => {
  await page.goto(await feed(scenarios.quiet));
  await expect(page.locator('.verdict')).toContainText('within budget 250 µs');
  const tick = () => heatmap(page).getAttribute('aria-label');
  const label = await tick();
  await page.goto(`${feeder.url}?budget=10us`);
  await expect(page.locator('.verdict')).toContainText('over budget 10 µs');
  await expect.poll(() => pixelsLike(heatmap(page), ALARM, 6)).toBeGreaterThan(200);
  expect(await tick()).toBe(label);
});

test('what was dropped is one number, and opens to what was missed or not captured', async ({ page }) => {
  await page.goto(await feed(scenarios.hostile));
  await page.getByRole('button', { name: /dropped 3/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Dropped and missed' });
  const kind = (words: string) => dialog.getByRole('row', { name: words }).getByRole('cell').last();
  await expect(kind('Dropped by rtprobe')).toHaveText('3');
  await expect(kind('Samples missed because the CPU was held')).toHaveText('31');
  await expect(kind('Details of spikes not captured')).toHaveText('3');
  await expect(dialog).toContainText('Exits without an entry');
  await expect(dialog).toContainText('Receive overruns');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('an offline host shows the reason and what to do', async ({ page }) => {
  await page.goto(await feed(scenarios.offline));
  await expect(statusWord(page)).toHaveText(/OFFLINE/);
  await expect(page.locator('.notice')).toContainText('rtprobectl load');
});

test('percentiles are withheld until the count suffices', async ({ page }) => {
  await page.goto(await feed(scenarios.quiet, 2));
  const tile = page.locator('.tile', { hasText: 'p99.9' });
  await expect(tile).toContainText('from n = 10 k');
  await expect(tile.locator('.large')).toBeVisible({ timeout: 20_000 });
});

test('the interrupt table filters, sorts and expands silent lines', async ({ page }) => {
  await page.goto(await feed());
  const rows = page.locator('.interrupts tbody tr');
  await expect(rows.first()).toContainText('virtio1-req.0');
  const all = await rows.count();
  await page.getByRole('button', { name: /quiet/ }).click();
  await expect(rows).not.toHaveCount(all);
  await page.getByLabel('filter interrupts').fill('eth0');
  await expect(rows).toHaveCount(2);
  await page.getByLabel('filter interrupts').fill('nothing like this');
  await expect(page.locator('.interrupts')).toContainText('No interrupt matches');
  await page.getByLabel('filter interrupts').fill('');
  await page.getByRole('button', { name: 'IRQ', exact: true }).click();
  await expect(rows.first()).toContainText('ttyS0');
});

test('figures show their units and counts under the pointer and at the focus, until Escape', async ({
  page,
}) => {
  await page.goto(await feed());
  const words = page.getByRole('tooltip');
  const tile = page.locator('.tile', { hasText: 'p99.9' });
  await expect(tile.locator('.large')).toBeVisible();
  await tile.hover();
  await expect(words).toContainText(/p99\.9 of [\d\u2009\u202f ,]+ values since the run began: [\d.]+ µs/);
  await page.mouse.move(0, 0);
  await expect(words).toBeHidden();
  await tile.focus();
  await expect(words).toContainText('at most 6.25 % too high');
  await page.keyboard.press('Escape');
  await expect(words).toBeHidden();
  await page.getByRole('button', { name: /^dropped/ }).focus();
  await expect(words).toContainText('0 values and events dropped since the module was loaded');
});
