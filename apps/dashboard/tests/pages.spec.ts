// Tests all pages other than the first screen, with a synthetic host: each has its own address, and links lead from
// each to the others.
import { type Feeder, startFeeder } from './feeder.ts';
import { FEEDER_CODE } from './feeder-rest.ts';
import { expect, heatmap, MANY, pixelsLike, statusWord, test } from './page.ts';
import { type Scenario, scenarios } from './synthetic.ts';

// Some of them open many pages.
test.describe.configure({ timeout: 180_000 });

/** A bar of a sparkline within the budget. */
const SPARK = [102, 114, 122] as const;

let feeder: Feeder;

async function feed(scenario: Scenario = scenarios.normal, historySeconds = 120): Promise<string> {
  feeder = await startFeeder({ scenario: { ...scenario }, historySeconds });
  return feeder.url;
}

// Closes the page first: without its bridge it correctly logs errors.
test.afterEach(async ({ page }) => {
  await page.close();
  await feeder.close();
});

test('every page has an address, an entry in the bar, and the way back', async ({ page }) => {
  await page.goto(await feed());
  const bar = page.getByRole('navigation', { name: 'pages' });
  const regions = {
    Interrupts: 'interrupts',
    Tasks: 'Tasks',
    CPUs: 'CPUs',
    Isolation: 'Isolated CPUs',
    Matrix: 'Cause × victim',
    Causes: 'Causes',
    Runs: 'Runs',
    Rules: 'Rules',
    Hosts: 'Hosts',
  };
  for (const [name, region] of Object.entries(regions)) {
    await bar.getByRole('link', { name, exact: true }).click();
    await expect(page).toHaveURL(`${feeder.url}${name.toLowerCase()}`);
    await expect(page.getByRole('region', { name: region }).first()).toBeVisible();
    await expect(bar.getByRole('link', { name, exact: true })).toHaveAttribute('aria-current', 'page');
  }
  await page.goBack();
  await expect(page).toHaveURL(`${feeder.url}rules`);
  await expect(page.getByRole('region', { name: 'Settings' })).toBeVisible();
  await page.goto(`${feeder.url}nowhere`);
  await expect(page.locator('.notice')).toContainText(
    'Ignored in the address, because it is not valid: /nowhere',
  );
  await expect(page.locator('.headline')).toBeVisible();
});

test('the page of an interrupt shows all its measures, its CPUs, its victims and the tasks that it woke', async ({
  page,
}) => {
  await page.goto(await feed());
  await page.locator('.interrupts').getByRole('link', { name: 'eth0-rx-0' }).click();
  await expect(page).toHaveURL(`${feeder.url}irq/42`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('irq 42');
  await expect(page.locator('.page-head .facts-line')).toContainText('PCI-MSIX');
  for (const measure of ['Hard interrupt', 'IRQ thread', 'IRQ thread latency']) {
    const chart = page.getByRole('region', { name: measure, exact: true });
    await expect(chart.locator('.recharts-area-curve')).toBeVisible();
  }
  await expect(page.getByRole('region', { name: 'by CPU' }).locator('tbody tr')).toHaveCount(1);
  await expect(page.getByRole('region', { name: 'Interrupted tasks' })).toContainText(
    /fio|cyclictest|camera-grab/,
  );
  await expect(page.getByRole('region', { name: 'Woken tasks' })).toContainText('cyclictest');
  // Details from before the page was opened are read from the bridge.
  await expect.poll(() => pixelsLike(heatmap(page), MANY, 60)).toBeGreaterThan(1500);
  await page.getByRole('button', { name: 'IRQ thread', exact: true }).click();
  await expect(page).toHaveURL(/irq\/42\?measure=irq_thread_duration/);
  await page.getByRole('region', { name: 'by CPU' }).getByRole('link').first().click();
  await expect(page).toHaveURL(/\/cpu\/\d$/);
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('irq 42');
});

test('a CPU on which the module runs nothing is marked as passive', async ({ page }) => {
  const url = await feed();
  Object.assign(feeder.host.config, { cpus: '0' });
  await page.goto(`${url}cpus`);
  const rows = page.getByRole('region', { name: 'CPUs' }).locator('tbody tr');
  await expect(rows.filter({ has: page.getByRole('link', { name: 'CPU 0' }) })).not.toContainText('passive');
  await expect(rows.filter({ has: page.getByRole('link', { name: 'CPU 1' }) })).toContainText('passive only');
  await page.goto(`${url}cpu/1`);
  await expect(page.getByRole('note')).toContainText('Passive only');
  await page.goto(`${url}cpu/0`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('CPU 0');
  await expect(page.getByRole('note')).toHaveCount(0);
});

test('the page of a CPU shows what ran on it and which tasks were interrupted', async ({ page }) => {
  await page.goto(`${await feed()}cpu/1`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('CPU 1');
  const sources = page.getByRole('region', { name: 'What ran here' });
  await expect(sources).toContainText('LOC local timer');
  await expect(sources.locator('tbody tr').first()).toContainText(/µs|ms/);
  await sources.getByLabel('filter').fill('resched');
  await expect(sources.locator('tbody tr')).toHaveCount(1);
  await page.getByRole('link', { name: '‹ CPU 0' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('CPU 0');
  await page.goto(`${feeder.url}cpu/77`);
  await expect(page.getByRole('heading', { name: 'CPU 77 was not observed' })).toBeVisible();
});

test('the page of a task shows what took its time, its spikes and how long it waited', async ({ page }) => {
  await page.goto(`${await feed()}tasks?quiet=1`);
  const task = feeder.host.allTasks.find((stat) => stat.task.priority > 0)!.task;
  await page.getByRole('link', { name: `${task.comm}/${task.pid}` }).click();
  await expect(page).toHaveURL(`${feeder.url}task/${task.pid}/${task.startNs}`);
  await expect(page.locator('.facts-line')).toContainText(`SCHED_FIFO priority ${task.priority}`);
  await expect(
    page.getByRole('region', { name: 'Interrupt time' }).locator('tbody tr').first(),
  ).toBeVisible();
  await expect(page.getByRole('region', { name: 'Wakeup latency over time' })).toBeVisible();
  await expect(page.locator('.tile').first()).toContainText(/µs/);
  await page.goto(`${feeder.url}task/99999999`);
  await expect(page.getByRole('heading', { name: 'Task 99999999 was not found' })).toBeVisible();
});

test('tasks say which container, pod or service they belong to, and the filter finds it', async ({
  page,
}) => {
  await page.goto(`${await feed()}tasks?quiet=1&q=podman`);
  const cells = page.locator('tbody .col-cgroup');
  await expect(cells.first()).toHaveText('container 3f2a1b9c0d1e (podman)');
  expect(new Set(await cells.allTextContents())).toEqual(new Set(['container 3f2a1b9c0d1e (podman)']));
  await page.goto(`${feeder.url}tasks?quiet=1&q=cnc.service`);
  const task = page.locator('tbody tr').first();
  await expect(task.locator('.col-cgroup')).toHaveText('service cnc.service');
  await task.getByRole('link').first().click();
  const facts = page.locator('.facts-line');
  await expect(facts).toContainText('Belongs to');
  await expect(facts).toContainText('service cnc.service');
  await expect(facts).toContainText('/system.slice/cnc.service');
});

test('matrix and causes lead to the worst spike', async ({ page }) => {
  await page.goto(`${await feed({ ...scenarios.normal, spikesPerMinute: 20 })}matrix`);
  const cell = page.locator('.matrix td button').first();
  await cell.click();
  await expect(page.getByRole('dialog', { name: 'spike' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'interrupt time' }).click();
  await expect(page).toHaveURL(/matrix\?.*tab=stolen/);
  await expect(page.locator('.matrix tbody tr').first()).toContainText(/µs|ms/);
  await page.goto(`${feeder.url}causes`);
  const causes = page.getByRole('region', { name: 'Causes' });
  await expect(causes).toContainText('all stored incidents');
  await causes.locator('tbody button').first().click();
  await expect(page.getByRole('dialog', { name: 'spike' })).toBeVisible();
});

test('two runs are drawn over each other, and a change asks a viewer for an operator code once', async ({
  page,
  complaints,
}) => {
  complaints.expected.push(/status of 40[13]/);
  await page.goto(`${await feed()}runs`);
  const compare = page.getByRole('region', { name: 'Compare' });
  await expect(compare.locator('.recharts-area-curve')).toHaveCount(2);
  await expect(compare.locator('table')).toContainText('p99.9');
  const first = page.getByRole('region', { name: 'Runs', exact: true }).locator('tbody tr').first();
  await first.getByRole('button', { name: 'rename' }).click();
  await first.getByLabel('name').fill('with new affinity');
  await first.getByRole('button', { name: 'save' }).click();
  const operator = page.getByRole('dialog', { name: 'Operator login' });
  await expect(operator).toContainText('rtprobe login --role operator');
  await operator.getByLabel('Login code').fill('guess');
  await operator.getByRole('button', { name: 'Log in' }).click();
  await expect(operator.getByRole('alert')).toContainText('This code is wrong, was used before');
  await operator.getByLabel('Login code').fill(FEEDER_CODE);
  await operator.getByRole('button', { name: 'Log in' }).click();
  await expect(first).toContainText('with new affinity');
  await first.getByRole('button', { name: 'set as baseline' }).click();
  await expect(first.locator('.badge')).toHaveText('baseline');
  await expect(operator).toBeHidden();
  expect(feeder.changes.map((c) => c.body)).toEqual([{ name: 'with new affinity' }, { baseline: true }]);
});

test('another selection never shows the numbers of the previous one under its name', async ({ page }) => {
  await page.goto(`${await feed()}runs`);
  const compare = page.locator('.run-compare');
  const largest = compare.getByRole('row', { name: /^max/ }).getByRole('cell');
  await expect(largest.first()).toHaveText(/s$/);
  const before = await largest.allTextContents();
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/history/total*irqsoff*', async (route) => {
    await answered;
    await route.continue();
  });
  await page.evaluate(() => {
    const url = new URL(location.href);
    url.searchParams.set('measure', 'irqsoff');
    history.pushState(null, '', url);
    dispatchEvent(new PopStateEvent('popstate'));
  });
  await expect(compare.getByRole('combobox')).toHaveValue('irqsoff');
  await expect(largest).toHaveText(['–', '–', '–']);
  answer();
  await expect(largest.first()).toHaveText(/s$/);
  expect(await largest.allTextContents()).not.toEqual(before);
});

test('the baseline is drawn behind the distribution of the first screen', async ({ page }) => {
  await page.goto(await feed());
  await expect(page.locator('.distribution .recharts-area-curve')).toHaveCount(2);
  await expect(page.locator('.distribution')).toContainText('baseline stock affinity');
});

test('rules are added and deleted, and a rejected rule shows the reason', async ({ page, complaints }) => {
  complaints.expected.push(/status of 4(01|22)/);
  await page.goto(`${await feed()}rules`);
  feeder.becomeOperator();
  const form = page.getByRole('form', { name: 'Add rule' });
  await form.getByLabel('threshold').fill('soon');
  await form.getByRole('button', { name: 'add' }).click();
  await expect(form.getByRole('alert')).toContainText('“soon” is not a duration');
  await form.getByLabel('threshold').fill('80us');
  await form.getByLabel('comm').fill('bad[');
  await form.getByRole('button', { name: 'add' }).click();
  await expect(form.getByRole('alert')).toContainText('E_REFUSED: the module refused the glob (“comm”)');
  await form.getByLabel('comm').fill('cyclictest*');
  await form.getByLabel('irq number').fill('36');
  await form.getByRole('button', { name: 'add' }).click();
  const rules = page.getByRole('region', { name: 'Rules', exact: true });
  await expect(rules.locator('tbody tr')).toContainText('irq=36 comm=cyclictest*');
  await rules.getByRole('button', { name: 'delete rule 1' }).click();
  await expect(rules).toContainText('No rule');
});

test('measures are switched and the threshold is set', async ({ page }) => {
  await page.goto(`${await feed()}rules`);
  feeder.becomeOperator();
  const settings = page.getByRole('region', { name: 'Settings' });
  await settings.getByRole('checkbox', { name: /^ ?Interrupts disabled/ }).click();
  await expect(settings.getByRole('checkbox', { name: /^ ?Interrupts disabled/ })).toBeChecked();
  await settings.getByLabel('general threshold').fill('400us');
  await settings.getByRole('button', { name: 'apply' }).click();
  await expect(settings).toContainText('Applied');
  expect(feeder.host.config.measures).toContain('irqsoff');
  expect(feeder.host.config.thresholdNs).toBe(400_000);
});

test('the active CPUs and the overhead limit are set, and a rejected list shows the reason', async ({
  page,
  complaints,
}) => {
  complaints.expected.push(/status of 422/);
  await page.goto(`${await feed()}rules`);
  feeder.becomeOperator();
  const settings = page.getByRole('region', { name: 'Settings' });
  const cpus = settings.getByLabel('Active CPUs');
  const limit = settings.getByLabel('Overhead limit');
  const apply = settings.getByRole('button', { name: 'apply' });
  await expect(cpus).toHaveValue('0-1');
  await cpus.fill('0-99');
  await apply.click();
  await expect(settings.getByRole('alert')).toContainText('E_REFUSED: not CPUs of this machine (“cpus”)');
  await expect(cpus).toHaveValue('0-99');
  await settings.getByRole('button', { name: 'Discard' }).click();
  await expect(cpus).toHaveValue('0-1');
  await expect(settings.getByRole('alert')).toHaveCount(0);
  await cpus.fill('1');
  await apply.click();
  await expect(settings).toContainText('Applied');
  await expect(apply).toHaveCount(0);
  await limit.fill('25');
  await limit.press('Enter');
  await expect.poll(() => feeder.host.config).toMatchObject({ cpus: '1', selfLimit: 25 });
  await page.reload();
  await expect(cpus).toHaveValue('1');
  await expect(limit).toHaveValue('25');
  // The browser itself refuses what is not a number.
  await limit.fill('much');
  await apply.click();
  expect(await limit.evaluate((input: HTMLInputElement) => input.validity.valid)).toBe(false);
  expect(feeder.host.config.selfLimit).toBe(25);
});

test('thresholds are set by measure: by hand, by a preset, by what was seen', async ({ page }) => {
  await page.goto(`${await feed(scenarios.byMeasure)}rules`);
  feeder.becomeOperator();
  const form = page.getByRole('form', { name: 'Thresholds' });
  const apply = form.getByRole('button', { name: 'Apply thresholds' });
  const setOf = (measure: string) => feeder.host.config.thresholds!.find((own) => own.measure === measure);
  await expect(form.getByRole('button', { name: 'First look' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByLabel('General threshold')).toHaveCount(0);
  await expect(apply).toBeDisabled();

  await form.getByLabel('Timer latency', { exact: true }).fill('soon');
  await apply.click();
  await expect(form.getByRole('alert')).toContainText('“soon” is not a duration');
  await form.getByLabel('Timer latency', { exact: true }).fill('80us');
  await form.getByLabel('Wakeup latency, kernel threads').fill('2ms');
  await expect(form).toContainText('2 measures to change');
  await apply.click();
  await expect(form).toContainText('Applied');
  expect(setOf('timer_latency')).toEqual({ measure: 'timer_latency', thresholdNs: 80_000 });
  expect(setOf('wakeup_latency')).toMatchObject({ thresholdNs: 100_000, kthreadsNs: 2_000_000 });
  await expect(apply).toBeDisabled();

  await form.getByRole('button', { name: 'Control loop 1 kHz' }).click();
  await expect(form.getByLabel('Timer latency', { exact: true })).toHaveValue('50us');
  await expect(form).toContainText('now 80us');
  expect(setOf('timer_latency')).toMatchObject({ thresholdNs: 80_000 });
  await apply.click();
  await expect.poll(() => setOf('timer_latency')).toMatchObject({ thresholdNs: 50_000 });
  await expect(form.getByRole('button', { name: 'Control loop 1 kHz' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  expect(setOf('wakeup_latency')).toMatchObject({ thresholdNs: 100_000, kthreadsNs: 0 });

  // Kernel threads are off, so the suggestion leaves them off.
  await form.getByRole('button', { name: 'Suggest from what was seen' }).click();
  await expect(form.getByLabel('Wakeup latency', { exact: true })).toHaveValue('200us');
  await expect(form.getByLabel('Wakeup latency, kernel threads')).toHaveValue('off');
  await form.getByRole('button', { name: 'Discard' }).click();
  await expect(form.getByLabel('Wakeup latency', { exact: true })).toHaveValue('100us');
});

test('a suggestion that changes nothing says so', async ({ page }) => {
  await page.goto(`${await feed(scenarios.byMeasure)}rules`);
  feeder.becomeOperator();
  const form = page.getByRole('form', { name: 'Thresholds' });
  for (const measure of ['Timer latency', 'Wakeup latency']) {
    await form.getByLabel(measure, { exact: true }).fill('off');
  }
  await form.getByRole('button', { name: 'Apply thresholds' }).click();
  await expect(form).toContainText('Applied');
  await form.getByRole('button', { name: 'Suggest from what was seen' }).click();
  await expect(form).toContainText('Every threshold that is on is as suggested');
});

test('a short run has no suggestion yet, and says when', async ({ page }) => {
  await page.goto(`${await feed(scenarios.byMeasure, 10)}rules`);
  const form = page.getByRole('form', { name: 'Thresholds' });
  await expect(form.getByRole('button', { name: 'Suggest from what was seen' })).toBeDisabled();
  await expect(form).toContainText(/Available in [345]\d s/);
});

test('a selection on the heatmap is zoomed to, is part of the address, and can be left again', async ({
  page,
}) => {
  await page.goto(await feed());
  await expect.poll(() => pixelsLike(heatmap(page), MANY, 60)).toBeGreaterThan(2000);
  const box = (await heatmap(page).boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await expect(statusWord(page)).toHaveText(/FROZEN/);
  await expect(page).toHaveURL(/range=\d+-\d+/);
  const lengthOf = () => {
    const [, from, to] = /range=(\d+)-(\d+)/.exec(page.url())!;
    return Number(to) - Number(from);
  };
  const drawn = lengthOf();
  await page.mouse.wheel(0, -120);
  await expect.poll(lengthOf).toBeLessThan(drawn);
  const link = page.url();
  await page.keyboard.press('f');
  await expect(statusWord(page)).toHaveText(/LIVE/);
  await expect(page).not.toHaveURL(/range=/);
  // The link shows the same time range again, on a page that never saw it.
  await page.goto(link);
  await expect(statusWord(page)).toHaveText(/FROZEN/);
  await expect.poll(() => pixelsLike(heatmap(page), MANY, 60)).toBeGreaterThan(1000);
});

test('a reloaded page shows earlier data', async ({ page }) => {
  await page.goto(await feed());
  await expect.poll(() => pixelsLike(heatmap(page), MANY, 60)).toBeGreaterThan(2000);
  await page.reload();
  await expect.poll(() => pixelsLike(heatmap(page), MANY, 60)).toBeGreaterThan(2000);
  // In the tables, too: one bar per second; this page received only a few.
  const spark = page.locator('.interrupts tbody tr', { hasText: 'LOC' }).locator('.spark');
  await expect.poll(() => pixelsLike(spark, SPARK, 8)).toBeGreaterThan(100);
});

test('the time under the pointer is marked on all charts of the page', async ({ page }) => {
  await page.goto(await feed(scenarios.quiet));
  const minimap = page.locator('.minimap');
  const TEXT = [221, 226, 229] as const;
  await expect.poll(() => pixelsLike(heatmap(page), MANY, 60)).toBeGreaterThan(2000);
  await page.keyboard.press('Space');
  await page.waitForTimeout(1500);
  const before = await pixelsLike(minimap, TEXT, 8);
  const box = (await heatmap(page).boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2);
  await expect.poll(() => pixelsLike(minimap, TEXT, 8)).toBeGreaterThan(before + 10);
  const spark = page.locator('.interrupts .spark').first();
  expect(await pixelsLike(spark, TEXT, 8)).toBeGreaterThan(5);
  // The chart under the pointer has its own cross instead, from the first frame on.
  const alone = await pixelsLike(heatmap(page), TEXT, 8);
  expect(alone).toBeLessThan(50);
  // The reverse: from the minimap, from a row of a table.
  await minimap.hover();
  await expect.poll(() => pixelsLike(heatmap(page), TEXT, 8)).toBeGreaterThan(alone + 50);
  await page.mouse.move(0, 0);
  await expect.poll(() => pixelsLike(spark, TEXT, 8)).toBe(0);
  await spark.hover();
  await expect.poll(() => pixelsLike(heatmap(page), TEXT, 8)).toBeGreaterThan(alone + 50);
});

test('a note is added at a time and shown on heatmap and minimap', async ({ page }) => {
  await page.goto(await feed());
  feeder.becomeOperator();
  await expect.poll(() => pixelsLike(heatmap(page), MANY, 60)).toBeGreaterThan(2000);
  const ACCENT = [86, 180, 233] as const;
  const before = await pixelsLike(heatmap(page), ACCENT, 6);
  const box = (await heatmap(page).boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.9);
  await page.keyboard.press('n');
  await page.getByRole('dialog', { name: 'Note' }).getByLabel('text').fill('moved irq 36');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Note' })).toBeHidden();
  await expect.poll(() => pixelsLike(heatmap(page), ACCENT, 6)).toBeGreaterThan(before + 30);
  await expect.poll(() => pixelsLike(page.locator('.minimap'), ACCENT, 6)).toBeGreaterThan(20);
});

test('every page can be opened by its name', async ({ page }) => {
  await page.goto(await feed());
  await expect(page.locator('.headline .huge')).toBeVisible();
  await page.keyboard.press('k');
  const palette = page.getByRole('dialog', { name: 'go to' });
  await page.keyboard.type('eth0 42');
  await expect(palette.getByRole('option').first()).toContainText('irq 42 eth0-rx-0');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/irq\/42/);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('no such thing');
  await expect(palette).toContainText('Nothing matches');
  await page.keyboard.press('Escape');
  await expect(palette).toBeHidden();
});

test('the largest machine stays readable: only visible rows exist', async ({ page }) => {
  await page.goto(`${await feed(scenarios.huge, 2)}interrupts?quiet=1`);
  const table = page.locator('.interrupts table');
  await expect.poll(async () => Number(await table.getAttribute('aria-rowcount'))).toBeGreaterThan(256);
  expect(await table.locator('tbody tr').count()).toBeLessThan(90);
  await page.locator('.interrupts .scroll').evaluate((e) => e.scrollTo(0, e.scrollHeight));
  await expect.poll(() => table.locator('tbody tr').first().getAttribute('class')).toContain('filler');
  await page.getByLabel('filter interrupts').fill('nvme0q200');
  await expect(table.locator('tbody tr')).toHaveCount(1);
  await page.goto(`${feeder.url}cpus`);
  await expect(page.getByRole('region', { name: 'CPUs' }).locator('table')).toHaveAttribute(
    'aria-rowcount',
    '65',
  );
  await page.goto(`${feeder.url}tasks?quiet=1`);
  const tasks = page.getByRole('region', { name: 'Tasks' }).locator('table');
  await expect.poll(async () => Number(await tasks.getAttribute('aria-rowcount'))).toBeGreaterThan(400);
});

test('a long table keeps the focus, its column widths and its row numbers while it scrolls', async ({
  page,
}) => {
  await page.goto(`${await feed(scenarios.huge, 2)}interrupts?quiet=1&sort=irq&order=up`);
  const table = page.locator('.interrupts table');
  const scroll = page.locator('.interrupts .scroll');
  await expect.poll(async () => Number(await table.getAttribute('aria-rowcount'))).toBeGreaterThan(256);
  const link = table.locator('tbody a').first();
  await expect(table.locator('tbody tr').first()).toHaveAttribute('aria-rowindex', '2');
  await link.focus();
  const name = await link.textContent();
  const widths = () =>
    table.locator('th.number').evaluateAll((heads) => heads.map((head) => Math.round(head.clientWidth)));
  await scroll.evaluate((e) => e.scrollTo(0, e.scrollHeight));
  await expect
    .poll(async () => Number(await table.locator('tbody tr').last().getAttribute('aria-rowindex')))
    .toBe(Number(await table.getAttribute('aria-rowcount')));
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(name);
  const grown = await widths();
  await scroll.evaluate((e) => e.scrollTo(0, 0));
  await expect(link).toBeInViewport();
  expect(await widths()).toEqual(grown);
});

test('on a phone no page is wider than the screen, and rows show their subject', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(await feed());
  for (const path of ['tasks', 'causes', 'runs', 'rules', 'hosts', 'cpus', 'irq/36']) {
    await page.goto(`${feeder.url}${path}`);
    await expect(page.locator('main')).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(390);
    const name = page.locator('.listed td.col-name').first();
    if (path === 'tasks' || path === 'causes' || path === 'runs') {
      expect((await name.boundingBox())!.width, path).toBeGreaterThan(120);
    }
  }
});
