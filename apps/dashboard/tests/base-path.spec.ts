// Tests the page of a bridge that a proxy publishes under a path: everything it requests and every link is below it.
import { fileURLToPath } from 'node:url';
import { askBridge } from '../../cli/src/access/client.ts';
import { rtprobe, type Served } from './command.ts';
import { expect, statusWord, test } from './page.ts';

const BASE = '/site/rt';
const file = fileURLToPath(new URL('../../bridge/tests/fixtures/6.12-rt.rec.bin', import.meta.url));

let bridge: Served;

test.beforeAll(async () => {
  const source = ['--source', `replay:${file}`, '--speed', '2'];
  bridge = await rtprobe(['serve', ...source, '--listen', '127.0.0.1:0', '--base', BASE]);
});
test.afterAll(() => bridge.stop());

test('a page under a path stays below it', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  page.on('websocket', (socket) => asked.push(new URL(socket.url()).pathname));
  const answer = await askBridge(bridge, '/session/codes', { method: 'POST', body: { role: 'operator' } });
  await page.goto((answer.body as { url: string }).url);
  await expect(statusWord(page)).toHaveText(/REPLAY/);
  await expect(page).toHaveURL(`${bridge.url}/`);

  await page.getByRole('navigation').getByRole('link', { name: 'Interrupts' }).click();
  await expect(page).toHaveURL(`${bridge.url}/interrupts`);
  // A bookmark opens the same page, with files that are loaded later.
  await page.reload();
  await expect(page.locator('main')).toContainText('virtio');
  await page.goBack();
  await expect(page).toHaveURL(`${bridge.url}/`);
  for (const link of await page.locator('a[href^="/"]').all())
    expect(await link.getAttribute('href')).toMatch(/^\/site\/rt\//);

  expect(asked).toContain(`${BASE}/ws`);
  expect(asked).toContain(`${BASE}/api/v1/session`);
  expect(asked.filter((path) => !path.startsWith(`${BASE}/`))).toEqual([]);
  const cookies = await page.context().cookies(`${bridge.url}/`);
  expect(cookies.map(({ path }) => path)).toEqual([BASE]);
});
