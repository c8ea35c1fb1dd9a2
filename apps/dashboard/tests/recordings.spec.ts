// A recording of a real guest, opened in the page of a bridge that follows a live host.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Served, serve } from './command.ts';
import { logIn } from './log-in.ts';
import { expect, statusWord, test } from './page.ts';

const file = fileURLToPath(new URL('../../bridge/tests/fixtures/6.12-rt.rec.bin', import.meta.url));
const dashboard = fileURLToPath(new URL('../dist', import.meta.url));
const NAME = '6.12-rt.rec.bin';

let bridge: Served;
let store: string;

test.beforeEach(async ({ page }) => {
  store = mkdtempSync(join(tmpdir(), 'rtprobe-recordings-'));
  bridge = await serve('apps/dashboard/tests/bridge-of-agent.ts', [dashboard, store]);
  await logIn(page.context(), bridge, 'operator');
});

test.afterEach(async ({ page }) => {
  await page.close();
  await bridge.stop();
  rmSync(store, { recursive: true, force: true });
});

test('a recording is uploaded, played, moved and closed while the live host continues', async ({
  page,
  complaints,
}) => {
  complaints.expected.push(/status of 422/);
  await page.goto(`${bridge.url}/hosts`);
  const card = page.getByRole('region', { name: 'Recordings' });
  await expect(card).toContainText('No recordings yet');
  const chooser = card.locator('input[type=file]');
  await chooser.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.alloc(1000) });
  await expect(card.getByRole('alert')).toContainText('E_RECORD_FOREIGN');
  await chooser.setInputFiles(file);

  const player = page.getByRole('region', { name: 'Recording', exact: true });
  await expect(player).toContainText(`${NAME} of lab`);
  await expect(statusWord(page)).toHaveText(/REPLAY/);
  const hosts = page.getByRole('combobox', { name: 'Host' });
  await expect(hosts.locator('option:checked')).toHaveText(`▶ ${NAME} (recording)`);
  await expect(player.locator('.replay-marks line').first()).toBeAttached();

  const position = player.getByRole('slider', { name: 'Position in the recording' });
  const seconds = async () => Number(await position.inputValue()) / 1e6;
  await page.keyboard.press('Space');
  await expect(player.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  const paused = await seconds();
  await page.keyboard.press('.');
  const detail = page.getByRole('dialog', { name: 'spike' });
  await expect(detail.locator('.sentence')).toContainText(/\S{3}/);
  await expect.poll(seconds).toBeGreaterThan(paused);
  const atSpike = await seconds();
  await page.keyboard.press('ArrowRight');
  await expect.poll(seconds).toBeGreaterThan(atSpike + 9.9);
  await page.keyboard.press('ArrowLeft');
  await expect.poll(seconds).toBeLessThan(atSpike + 1);
  // The state of that time, in the bar's clock, which is not the present.
  await expect(player.locator('.replay-time')).not.toContainText(String(new Date().getFullYear() + 1));

  await position.fill(await position.getAttribute('max').then((max) => max!));
  await expect(player).toContainText('end of the recording');
  await player.getByRole('combobox', { name: 'Speed' }).selectOption('8');
  await player.getByRole('button', { name: 'Play again' }).click();
  await expect(player.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect(player).toContainText('end of the recording', { timeout: 30_000 });

  await hosts.selectOption('simulated');
  await expect(statusWord(page)).toHaveText(/LIVE/);
  await expect(player).toHaveCount(0);

  await page.goto(`${bridge.url}/hosts?host=simulated`);
  await expect(page.locator('.listed tr', { hasText: NAME }).first()).toContainText('recording of lab');
  await card.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(card.getByRole('button', { name: 'Open' })).toBeVisible();
  await expect(hosts).toHaveCount(0);
});

test('a viewer sees a recording but is asked for a code before it moves', async ({ page, complaints }) => {
  complaints.expected.push(/status of 403/);
  await page.goto(`${bridge.url}/hosts`);
  await page.locator('.recordings input[type=file]').setInputFiles(file);
  const player = page.getByRole('region', { name: 'Recording', exact: true });
  await expect(player).toContainText(`${NAME} of lab`);
  await page.context().clearCookies();
  await logIn(page.context(), bridge, 'viewer');
  await page.reload();
  await expect(player.locator('.replay-marks line').first()).toBeAttached();
  await player.getByRole('button', { name: 'Next spike' }).click();
  await expect(page.getByRole('dialog', { name: 'operator' })).toBeVisible();
});
