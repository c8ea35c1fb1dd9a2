// Tests the login at a real bridge, started by the real command: by an address, by a pasted code, and when a session
// ends.
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from '@playwright/test';
import { askBridge } from '../../cli/src/access/client.ts';
import { violationsOf } from './axe.ts';
import { rtprobe, type Served } from './command.ts';
import { logIn } from './log-in.ts';
import { expect, statusWord, test } from './page.ts';

const file = fileURLToPath(new URL('../../bridge/tests/fixtures/6.12-rt.rec.bin', import.meta.url));

let bridge: Served;

test.beforeAll(async () => {
  bridge = await rtprobe(['serve', '--source', `replay:${file}`, '--speed', '2', '--listen', '127.0.0.1:0']);
});
test.afterAll(() => bridge.stop());
test.beforeEach(({ complaints }) => {
  // Errors that the tests cause on purpose.
  complaints.expected.push(/status of 40[13]/, /WebSocket connection to .* failed/);
});

interface Code {
  url: string;
  code: string;
}

/** What `rtprobe login` does. */
async function newCode(role: 'viewer' | 'operator'): Promise<Code> {
  const answer = await askBridge(bridge, '/session/codes', { method: 'POST', body: { role } });
  return answer.body as Code;
}

const cookies = async (context: BrowserContext) =>
  (await context.cookies()).filter(({ name }) => name.includes('rtprobe'));
const field = (page: Page) => page.getByLabel('Login code');

test('a browser without a session sees what to run, and no data', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${bridge.url}/interrupts?window=60`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Log in');
  await expect(page.locator('.command code')).toHaveText(`npx rtprobe login --url ${bridge.url}`);
  await expect(field(page)).toBeFocused();
  await expect(page.locator('main')).not.toContainText('virtio');
  expect(asked).not.toContain('/ws');
  expect(asked.filter((path) => path.startsWith('/api/'))).toEqual(['/api/v1/session']);
  expect(await violationsOf(page)).toEqual([]);
  // The requested address is still there after the login.
  await field(page).fill((await newCode('viewer')).code);
  await page.keyboard.press('Enter');
  await expect(statusWord(page)).toHaveText(/REPLAY/);
  await expect(page).toHaveURL(/\/interrupts\?window=60/);
});

test('an address with a code logs in once, and neither the address nor the history shows the code', async ({
  page,
  context,
}) => {
  const { url, code } = await newCode('operator');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url() + (request.headers().referer ?? '')));
  await page.goto(url);
  await expect(statusWord(page)).toHaveText(/REPLAY/);
  expect(page.url()).not.toContain(code);
  expect(asked.filter((address) => address.includes(code))).toEqual([]);
  const [cookie] = await cookies(context);
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', name: `rtprobe-${bridge.port}` });
  expect(cookie!.expires * 1000).toBeGreaterThan(Date.now() + 30 * 86_400_000);
  expect(
    await page.evaluate(() => document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })),
  ).not.toMatch(new RegExp(`${code}|${cookie!.value.slice(0, 20)}`));
  // Another browser cannot use the code again; this one is already logged in.
  const again = await context.newPage();
  await again.goto(url);
  await expect(statusWord(again)).toHaveText(/REPLAY/);
  await again.close();
  await context.clearCookies();
  // In the same tab, where only the part after the # changes.
  await page.goto(url);
  await expect(page.getByRole('alert')).toContainText('This code is wrong, was used before');
  await expect(page.getByRole('alert')).toContainText('Run the command again');
});

test('a wrong code says what to do, and the whole address can be pasted', async ({ page }) => {
  await page.goto(bridge.url);
  await field(page).fill('guess');
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('alert')).toContainText('older than 60 seconds. Run the command again');
  await expect(field(page)).toBeFocused();
  expect(await violationsOf(page)).toEqual([]);
  await field(page).fill((await newCode('viewer')).url);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(statusWord(page)).toHaveText(/REPLAY/);
});

test('a viewer becomes an operator with a code, and logs out from the help', async ({ page, context }) => {
  await logIn(context, bridge, 'viewer');
  await page.goto(bridge.url);
  await expect(statusWord(page)).toHaveText(/REPLAY/);
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'help' });
  await expect(help).toContainText('Logged in as viewer: reads only');
  await help.getByRole('button', { name: 'Log out' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Log in');
  expect(await cookies(context)).toEqual([]);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Log in');
});

test('a page whose session is ended from elsewhere shows the login page at once, and says why', async ({
  page,
  context,
}) => {
  await logIn(context, bridge, 'viewer');
  await page.goto(bridge.url);
  await expect(statusWord(page)).toHaveText(/REPLAY/);
  await askBridge(bridge, '/session/all', { method: 'DELETE' });
  await expect(page.locator('main [role=status]')).toContainText('Your session ended', { timeout: 5000 });
  await field(page).fill((await newCode('viewer')).code);
  await page.keyboard.press('Enter');
  await expect(statusWord(page)).toHaveText(/REPLAY/);
});
