// One physical event is one row, one alarm and one number, with its spikes as symptoms.
import type { PartKind, Spike } from '@rtprobe/protocol';
import { type Feeder, startFeeder } from './feeder.ts';
import { expect, test } from './page.ts';
import { type Scenario, scenarios } from './synthetic.ts';

let feeder: Feeder;

test.beforeEach(async ({ page }) => {
  const scenario: Scenario = { ...scenarios.normal };
  feeder = await startFeeder({ scenario, historySeconds: 240 });
  // From here on, only incidents that the test creates.
  scenario.spikesPerMinute = 0;
  feeder.becomeOperator();
  await page.goto(feeder.url);
  await page.getByRole('button', { name: 'acknowledge all' }).click();
});
test.afterEach(async ({ page }) => {
  await page.close();
  await feeder.close();
});

/** The handler of irq 36 on CPU 0, or a spike that is late because of it. */
function eventSpike(id: string, at: number, change: Partial<Spike>): Spike {
  const model = feeder.host.spikes.find((s) => s.measure === 'hardirq_duration')!;
  const own = { number: 36, name: 'virtio1-req.0', label: 'irq 36', culprit: 'irq 36 virtio1-req.0' };
  return { ...model, ...own, id, time: at, cpu: 0, valueNs: 20_000_000, ...change };
}
const part = { number: 36, name: 'virtio1-req.0', label: 'irq 36', durationNs: 19_000_000, count: 1 };

function makeEvent(at: number): void {
  const late = { parts: [{ kind: 'hardirq' as const, ...part }], valueNs: 19_500_000 };
  const victim = { ...feeder.host.spikes[0]!.task, comm: 'cyclictest', pid: 1 };
  feeder.spike(eventSpike('event-1', at, {}));
  feeder.spike(eventSpike('event-2', at + 50, { measure: 'timer_latency', ...late }));
  feeder.spike(eventSpike('event-3', at + 900, { measure: 'wakeup_latency', victim, ...late }));
}

test('an event with three spikes is one row and one new incident; the row shows its symptoms', async ({
  page,
}) => {
  const tile = page.locator('.headline .tile', { hasText: 'Incidents' });
  const before = Number(await tile.locator('.quantity').textContent());
  makeEvent(feeder.host.time);
  await expect(page.locator('.rail header .alarm')).toContainText('1 new');
  await expect(tile.locator('.quantity')).toHaveText(String(before + 1));
  const row = page.locator('.spike').first();
  await expect(row).toContainText(
    'Irq 36 virtio1-req.0 held CPU 0 for 20 ms; late because of it: the timer, cyclictest/1.',
  );
  await row.getByRole('button', { name: '3 symptoms' }).click();
  await expect(row.locator('.symptoms li')).toHaveCount(3);
  await row.locator('.symptoms button', { hasText: 'cyclictest/1' }).click();
  const detail = page.getByRole('dialog', { name: 'spike' });
  await expect(detail).toContainText('Wakeup latency');
  await expect(detail.locator('.incident-sentence')).toContainText('held CPU 0 for 20 ms');
});

test('an acknowledged incident stays so when a symptom joins it later', async ({ page }) => {
  const at = feeder.host.time;
  makeEvent(at);
  await page.getByRole('button', { name: 'acknowledge all' }).click();
  await expect(page.locator('.rail header .alarm')).toHaveCount(0);
  feeder.spike(eventSpike('event-4', at + 2000, { measure: 'softirq_latency', label: 'NET_RX' }));
  await expect(page.locator('.spike').first()).toContainText('4 symptoms');
  await expect(page.locator('.rail header .alarm')).toHaveCount(0);
});

test('the page of a symptom leads to its incident, and the incident to every symptom', async ({
  page,
  complaints,
}) => {
  // Synthetic spikes have no trace.
  complaints.expected.push(/status of 404/);
  makeEvent(feeder.host.time);
  await page.goto(`${feeder.url}spike/event-2`);
  const card = page.getByRole('region', { name: 'Incident' });
  await expect(card).toContainText('late because of it: the timer, cyclictest/1');
  await expect(card.getByRole('link')).toHaveCount(3);
  await card.getByRole('link').first().click();
  await expect(page).toHaveURL(/spike\/event-1/);
});

test('an incident has a page: the sentence, the evidence, the CPUs and every symptom', async ({ page }) => {
  makeEvent(feeder.host.time);
  const row = page.locator('.spike').first();
  await row.getByRole('button', { name: '3 symptoms' }).click();
  await row.getByRole('link', { name: 'Open incident' }).click();
  await expect(page).toHaveURL(/\/incident\/event-1/);
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toContainText('Irq 36 virtio1-req.0 held CPU 0 for 20 ms');
  await expect(page.getByRole('region', { name: 'Evidence' })).toContainText('irq 36 virtio1-req.0');
  const symptoms = page.getByRole('region', { name: 'Symptoms' }).getByRole('row');
  await expect(symptoms).toHaveCount(4);
  await expect(symptoms.filter({ hasText: 'primary' })).toHaveCount(1);
  await expect(symptoms.filter({ hasText: 'cyclictest/1' })).toContainText('+900 µs');
  await expect(page.getByRole('region', { name: 'Affected CPUs' }).getByRole('row')).toHaveCount(2);
  // The id of any symptom finds the incident, in both languages.
  await page.goto(`${feeder.url}incident/event-3?lang=zh`);
  await expect(page.getByRole('region', { name: '症状' }).getByRole('row')).toHaveCount(4);
  await page.getByRole('region', { name: '症状' }).getByRole('link', { name: '20 ms' }).click();
  await expect(page).toHaveURL(/spike\/event-1/);
});

test('an incident that is not stored says so', async ({ page, complaints }) => {
  complaints.expected.push(/status of 404/);
  await page.goto(`${feeder.url}incident/nothing-1`);
  await expect(page.getByRole('heading', { name: 'This incident is no longer stored' })).toBeVisible();
});

test('what the host did is listed, but is no alarm and is counted beside the incidents', async ({ page }) => {
  const tile = page.locator('.headline .tile', { hasText: 'Incidents' });
  const before = (await tile.locator('.quantity').textContent())!;
  const parts = [{ ...part, kind: 'host' as PartKind, label: 'host', durationNs: 97_000_000 }];
  const change = { measure: 'timer_latency' as const, valueNs: 97_000_000, culprit: 'host', parts };
  feeder.spike(eventSpike('event-9', feeder.host.time, change));
  await expect(page.locator('.rail > header')).toContainText('1 outside');
  await expect(page.locator('.spike.noise')).toContainText('The host did not run CPU 0 for 97 ms');
  await expect(page.locator('.rail header .alarm')).toHaveCount(0);
  await expect(tile.locator('.quantity')).toHaveText(before);
});

test('an acknowledgement has a name and a comment, is on every page, and can be withdrawn', async ({
  page,
  browser,
}) => {
  makeEvent(feeder.host.time);
  await page.goto(`${feeder.url}incident/event-1`);
  await page.getByLabel('Your name').fill('Jo <b>');
  await page.getByLabel('Comment').fill('the new cable');
  await page.getByRole('button', { name: '✓ Acknowledge' }).click();
  const line = page.locator('.acknowledgement');
  await expect(line).toContainText('Acknowledged by Jo <b>, ');
  await expect(line).toContainText('the new cable');
  expect(feeder.changes.at(-1)).toMatchObject({
    path: '/acknowledgements',
    body: { incidents: ['event-1'], by: 'Jo <b>', comment: 'the new cable' },
  });

  const other = await browser.newPage();
  await other.goto(feeder.url);
  await expect(other.locator('.spike').first().locator('.acknowledged')).toHaveText(
    '✓ Jo <b>: the new cable',
  );
  await expect(other.locator('.rail header .alarm')).toHaveCount(0);

  await page.getByRole('button', { name: 'Withdraw' }).click();
  await expect(other.locator('.rail header .alarm')).toContainText('1 new');
  await other.close();
  await expect(page.getByLabel('Your name')).toHaveValue('Jo <b>');
});
