// Tests that interrupts and causes are shown with their devices, with a synthetic host.
import { type Feeder, startFeeder } from './feeder.ts';
import { expect, test } from './page.ts';
import { scenarios } from './synthetic.ts';

let feeder: Feeder;

/** Labels and values stand beside each other without a space in the text. */
const AS_SHOWN = { useInnerText: true };

test.beforeEach(async () => {
  feeder = await startFeeder({ scenario: { ...scenarios.normal, spikesPerMinute: 20 }, historySeconds: 60 });
});
// Closes the page first: without its bridge it correctly logs errors.
test.afterEach(async ({ page }) => {
  await page.close();
  await feeder.close();
});

const NETWORK_CARD = 'Intel I210 Gigabit Network Connection';

test('the page of an interrupt shows its chip, both affinities, its device, driver and module', async ({
  page,
}) => {
  await page.goto(`${feeder.url}irq/43`);
  const head = page.locator('.page-head');
  await expect(head).toContainText('Trigger edge', AS_SHOWN);
  await expect(head).toContainText('Hardware number 43', AS_SHOWN);
  await expect(head).toContainText('Affinity 0-1', AS_SHOWN);
  await expect(head).toContainText('Effective 1 ≠ differs', AS_SHOWN);
  const device = page.getByRole('region', { name: 'Device' });
  await expect(device.getByRole('heading', { level: 3 })).toContainText(NETWORK_CARD);
  for (const text of [
    'Driver igb',
    'Module igb',
    'Interfaces eth0',
    'Address pci 0000:03:00.0',
    'ID 8086:1533',
  ])
    await expect(device).toContainText(text, AS_SHOWN);
});

test('a shared line names its other actions and tells its devices apart', async ({ page }) => {
  await page.goto(`${feeder.url}irq/16`);
  await expect(page.locator('.page-head')).toContainText('Actions ehci_hcd:usb1, i801_smbus', AS_SHOWN);
  await expect(page.locator('.page-head')).not.toContainText('differs');
  const devices = page.getByRole('region', { name: 'Devices of this line' });
  await expect(devices.locator('.line-device')).toHaveCount(2);
  await expect(devices.locator('.line-device').first()).toContainText(
    'Attached QEMU USB Tablet · usbhid',
    AS_SHOWN,
  );
  await expect(devices.locator('.line-device').last()).toContainText('Action i801_smbus', AS_SHOWN);
});

test('an agent of an earlier release is named as the reason for missing devices', async ({ page }) => {
  await page.route('**/api/v1/interrupts*', (route) =>
    route.fulfill({ json: { hosts: [{ host: 'synthetic', facts: 'unsupported', leftOut: 0, lines: [] }] } }),
  );
  await page.goto(`${feeder.url}irq/43`);
  await expect(page.getByRole('region', { name: 'Device' })).toContainText('does not report devices');
  await expect(page.locator('.page-head')).toContainText('Chip PCI-MSIX', AS_SHOWN);
});

test('causes name the device and the driver: in the list, on the pages of causes, incident and spike', async ({
  page,
}) => {
  const disk = 'Red Hat Virtio block device · virtio_blk';
  await page.goto(feeder.url);
  const row = page.locator('.spike', { hasText: 'irq 36' }).first();
  await expect(row.locator('.spike-device')).toHaveText(disk);
  await page.goto(`${feeder.url}causes`);
  await expect(page.locator('tr', { hasText: 'irq 36' }).first()).toContainText(disk);
  const spike = feeder.host.spikes.find(({ number, device }) => number === 36 && device)!;
  await page.goto(`${feeder.url}spike/${spike.id}`);
  await expect(page.locator('.spike-report-facts')).toContainText(disk);
  await page.goto(`${feeder.url}incident/${spike.id}`);
  await expect(page.locator('.spike-report-facts')).toContainText(disk);
});

test('the list of interrupts has a column of devices', async ({ page }) => {
  await page.goto(`${feeder.url}interrupts`);
  await expect(page.locator('tr', { hasText: 'eth0-rx-0' })).toContainText(`${NETWORK_CARD} · igb`);
});

test('on a small screen the symptoms of an incident have room for their cause', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto(`${feeder.url}incident/${feeder.host.spikes.find(({ number }) => number === 36)!.id}`);
  const cause = page.locator('.symptom-lists td.col-name').first();
  await expect(cause).toContainText('irq 36');
  expect((await cause.boundingBox())!.width).toBeGreaterThan(180);
});

test('devices are described in Chinese', async ({ page }) => {
  await page.goto(`${feeder.url}irq/43?lang=zh`);
  await expect(page.getByRole('region', { name: '设备' })).toContainText('驱动 igb', AS_SHOWN);
  await expect(page.locator('.page-head')).toContainText('有效亲和性 1 ≠ 不同', AS_SHOWN);
});
