// The real bridge, started by the real command, with a recording of a real guest.

import { fileURLToPath } from 'node:url';
import type { Incident } from '@rtprobe/protocol';
import { rtprobe, type Served } from './command.ts';
import { askOf, logIn } from './log-in.ts';
import { ALARM, expect, heatmap, pixelsLike, statusWord, test } from './page.ts';

const file = fileURLToPath(new URL('../../bridge/tests/fixtures/6.12-rt.rec.bin', import.meta.url));

function start(port = 0): Promise<Served> {
  const listen = `127.0.0.1:${port}`;
  return rtprobe(['serve', '--source', `replay:${file}`, '--speed', '2', '--listen', listen]);
}

let bridge: Served;

test.beforeEach(async ({ page }) => {
  bridge = await start();
  await logIn(page.context(), bridge, 'viewer');
});

// Closes the page first: without its bridge it correctly logs errors.
test.afterEach(async ({ page }) => {
  await page.close();
  await bridge.stop();
});

test('a recording shows its kernel and that it is a recording, and draws its distribution', async ({
  page,
}) => {
  await page.goto(bridge.url);
  await expect(statusWord(page)).toHaveText(/REPLAY/);
  await expect(page.locator('.bar')).toContainText(/6\.12\.\d+.*-rt.* · PREEMPT_RT/);
  const player = page.getByRole('region', { name: 'Recording' });
  await expect(player).toContainText('6.12-rt.rec.bin of lab');
  await expect(player).toContainText(/00:00:\d\d \/ 00:00:\d\d/);
  await expect(player.getByRole('combobox', { name: 'Speed' })).toHaveValue('2');
  // The bridge was started with it.
  await expect(player.getByRole('button', { name: 'Close recording' })).toHaveCount(0);
  await expect(page.locator('.worst .huge')).toHaveText(/^\d+(\.\d+)? (µs|ms)$/);
  await expect(page.locator('.distribution .recharts-area-curve')).toBeVisible();
  await expect.poll(() => pixelsLike(heatmap(page), [255, 234, 70], 90)).toBeGreaterThan(200);
});

test('a spike of the recording names its cause in a sentence, a mark and a table', async ({ page }) => {
  await page.goto(bridge.url);
  const disturbed = page.locator('.causes-panel tr', { hasText: 'rtprobe-edu' });
  await expect(disturbed).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('.interrupts tr', { hasText: 'rtprobe-edu' })).toContainText('▲');
  await disturbed.getByRole('button').click();
  await expect(statusWord(page)).toHaveText(/FROZEN/);
  const detail = page.getByRole('dialog', { name: 'spike' });
  await expect(detail.locator('.sentence')).toContainText('rtprobe-edu');
  await expect(detail).toContainText(/PID, TGID/);
  await expect(page).toHaveURL(/spike=/);
  await expect.poll(() => pixelsLike(heatmap(page), ALARM, 6)).toBeGreaterThan(50);
});

test('all figures of the screen agree with the REST interface', async ({ page }) => {
  await page.goto(bridge.url);
  // A recording stops at its end.
  await expect(page.locator('.replay')).toContainText('end of the recording', { timeout: 40_000 });
  type Incidents = { hosts: { incidents: Incident[] }[] };
  const { hosts } = await askOf<Incidents>(bridge, '/incidents');
  const { incidents } = hosts[0]!;
  await expect(page.locator('.rail > header')).toContainText(`${incidents.length} ·`);
  await page.keyboard.press('t');
  const table = page.locator('.distribution table');
  await expect(table).toContainText('Max (exact)');
  type Sources = { hosts: { sources: { measure: string }[] }[] };
  const sources = await askOf<Sources>(bridge, '/sources');
  const lines = sources.hosts[0]!.sources.filter((s) => s.measure !== 'timer_latency');
  await page.goto(`${bridge.url}/?quiet=1`);
  await expect(page.locator('.interrupts tbody tr')).toHaveCount(lines.length);
});

test('the page reconnects automatically when the bridge is restarted', async ({ page, complaints }) => {
  complaints.expected.push(/WebSocket connection to .* failed/, /ERR_CONNECTION/);
  await page.goto(bridge.url);
  await expect(statusWord(page)).toHaveText(/REPLAY/);
  const { port } = bridge;
  await bridge.stop();
  await expect(statusWord(page)).toHaveText(/OFFLINE/);
  await expect(page.locator('.notice')).toContainText('the bridge does not respond, retrying');
  await expect(page.locator('.page')).toHaveClass(/old/);
  bridge = await start(port);
  await expect(statusWord(page)).toHaveText(/REPLAY/, { timeout: 20_000 });
  await expect(page.locator('.page')).not.toHaveClass(/old/);
});

test('without a bridge the page shows how to start one', async ({ page, complaints }) => {
  complaints.expected.push(/WebSocket connection to .* failed/);
  await page.routeWebSocket(/\/ws$/, (socket) => socket.close());
  await page.goto(bridge.url);
  await expect(page.getByRole('heading', { name: 'The bridge does not respond' })).toBeVisible();
  await expect(page.locator('code')).toHaveText('npm start');
});
