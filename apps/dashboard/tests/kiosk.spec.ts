// Tests a page on a kiosk: nobody reloads it, so it must recover automatically and not burn in.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Spike } from '@rtprobe/protocol';
import { chromiumPath } from './chromium.ts';
import { rtprobe, type Served, serve } from './command.ts';
import { type Feeder, startFeeder } from './feeder.ts';
import { logIn } from './log-in.ts';
import { expect, statusWord, test } from './page.ts';
import { SyntheticHost, scenarios } from './synthetic.ts';

const recording = fileURLToPath(new URL('../../bridge/tests/fixtures/6.12-rt.rec.bin', import.meta.url));
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const source = (port: number) => [
  'serve',
  '--source',
  `replay:${recording}`,
  '--speed',
  '1',
  '--listen',
  `127.0.0.1:${port}`,
];

test.describe('a kiosk of a real bridge', () => {
  let served: Served | undefined;

  test.afterEach(async ({ page }) => {
    await page.close();
    await served?.stop();
  });

  test('recovers when its bridge is killed and comes back, and shows that meanwhile', async ({
    page,
    complaints,
  }) => {
    complaints.expected.push(/WebSocket connection to .* failed/, /ERR_/);
    served = await rtprobe(source(0));
    const { port } = served;
    await logIn(page.context(), served, 'viewer');
    await page.goto(`${served.url}?kiosk=1`);
    await expect(statusWord(page)).toHaveText(/REPLAY/);
    for (let time = 0; time < 2; time++) {
      await served.kill();
      await expect(statusWord(page)).toHaveText(/OFFLINE/);
      await expect(page.locator('.notice')).toContainText('the bridge does not respond, retrying');
      await expect(page.locator('.page')).toHaveClass(/old/);
      served = await rtprobe(source(port));
      await expect(statusWord(page)).toHaveText(/REPLAY/, { timeout: 60_000 });
      await expect(page.locator('.page')).not.toHaveClass(/old/);
    }
  });
});

test.describe('rtprobe kiosk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rtprobe-wall-'));
  let served: Served | undefined;
  let feeder: Feeder | undefined;

  test.afterEach(async () => {
    await served?.stop();
    await feeder?.close();
  });
  test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Opens the page without a display, with a Chromium that writes down its own words. */
  async function tried(url: string, ...options: string[]) {
    const command = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));
    const noted = ['--chromium', join(folder, 'chromium'), '--profile', join(folder, 'profile')];
    const words = `echo "$@" >${folder}/words`;
    const script = `#!/bin/sh\n${words}\nexec "${chromiumPath}" "$@"\n`;
    writeFileSync(join(folder, 'chromium'), script, { mode: 0o755 });
    const all = [command, 'kiosk', '--headless', '--json', ...noted, ...options, url];
    const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { out: '', err: '' };
    child.stdout.on('data', (text) => {
      said.out += text;
    });
    child.stderr.on('data', (text) => {
      said.err += text;
    });
    const [code] = await once(child, 'close');
    return { code, ...said };
  }

  test('logs in, shows the kiosk view, and keeps its session in its own profile', async () => {
    served = await rtprobe(source(0));
    const first = await tried(served.url, '--socket', served.socket);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(first.out)).toMatchObject({ isKiosk: true, status: 'replay' });
    expect(readFileSync(join(folder, 'words'), 'utf8')).toContain(`--user-data-dir=${folder}/profile`);
    // The second time the session of the profile suffices.
    expect(await tried(served.url, '--socket', '/nowhere')).toMatchObject({ code: 0 });
    const other = ['--socket', '/nowhere', '--profile', join(folder, 'other')];
    expect(await tried(served.url, ...other)).toMatchObject({
      code: 1,
      err: expect.stringContaining('E_NO_BRIDGE'),
    });
  });

  test('shows a live host', async () => {
    feeder = await startFeeder({ scenario: scenarios.normal, historySeconds: 10 });
    const { code, out } = await tried(`${feeder.url}cpus?theme=contrast`);
    expect(JSON.parse(out)).toEqual({
      url: `${feeder.url}cpus?theme=contrast&kiosk=1`,
      isKiosk: true,
      status: 'live',
      chromium: join(folder, 'chromium'),
    });
    expect(code).toBe(0);
  });
});

test.describe('another build of the page', () => {
  const folders: string[] = [];
  let bridge: Served | undefined;
  let stateFolder: string | undefined;

  /** Folder with the key of both bridges of a test. */
  function state(): string {
    stateFolder ??= mkdtempSync(join(tmpdir(), 'rtprobe-key-'));
    return stateFolder;
  }

  /** Returns a folder like a build, with other names of its scripts. */
  function build(name: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'rtprobe-dist-'));
    folders.push(folder);
    cpSync(dist, folder, { recursive: true });
    const assets = join(folder, 'assets');
    const index = join(folder, 'index.html');
    for (const copy of readdirSync(assets).filter((asset) => asset.endsWith('.gz')))
      rmSync(join(assets, copy));
    const first = /index-[\w-]+\.js/.exec(readFileSync(index, 'utf8'))![0];
    const scripts = readdirSync(assets).filter((asset) => asset.endsWith('.js'));
    const nameOf = (script: string) =>
      script === first ? `index-${name}.js` : script.replace(/\.js$/, `-${name}.js`);
    for (const script of scripts) renameSync(join(assets, script), join(assets, nameOf(script)));
    // Scripts import each other by name.
    for (const file of [index, ...readdirSync(assets).map((asset) => join(assets, asset))]) {
      const text = readFileSync(file, 'utf8');
      writeFileSync(
        file,
        scripts.reduce((before, script) => before.replaceAll(script, nameOf(script)), text),
      );
    }
    return folder;
  }

  const start = (port: number, staticDir: string) =>
    serve('apps/dashboard/tests/bridge-of-build.ts', [staticDir, recording, String(port), state()]);

  test.afterEach(async ({ page }) => {
    await page.close();
    await bridge?.stop();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
    if (stateFolder !== undefined) rmSync(stateFolder, { recursive: true });
    stateFolder = undefined;
  });

  for (const { query, loads } of [
    { query: '?kiosk=1', loads: 2 },
    { query: '', loads: 1 },
  ]) {
    const what = query === '' ? 'is offered to a page on a desk' : 'is loaded once by a kiosk';
    test(what, async ({ page, complaints }) => {
      complaints.expected.push(/WebSocket connection to .* failed/, /ERR_/);
      let loaded = 0;
      page.on('load', () => loaded++);
      bridge = await start(0, build('one'));
      const { port } = bridge;
      await logIn(page.context(), bridge, 'viewer');
      await page.goto(`http://127.0.0.1:${port}/${query}`);
      await expect(statusWord(page)).toHaveText(/REPLAY/);
      await bridge.stop();
      await expect(statusWord(page)).toHaveText(/OFFLINE/);
      bridge = await start(port, build('two'));
      await expect(statusWord(page)).toHaveText(/REPLAY/, { timeout: 60_000 });
      if (query === '') await expect(page.locator('.notice')).toContainText('another version of this page');
      else await expect(page.locator('script[src*="index-two"]')).toHaveCount(1);
      await page.waitForTimeout(3000);
      expect(loaded).toBe(loads);
    });
  }
});

function anySpike(): Spike {
  const host = new SyntheticHost(scenarios.normal, 0);
  while (host.spikes.length === 0) host.advance(1e6);
  return host.spikes[0]!;
}

test.describe('a kiosk', () => {
  let feeder: Feeder;

  test.beforeEach(async () => {
    feeder = await startFeeder({ scenario: scenarios.normal, historySeconds: 60 });
  });

  test.afterEach(async ({ page }) => {
    await page.close();
    await feeder.close();
  });

  test('detects a network that was cut silently, and reconnects', async ({ page }) => {
    let cut = false;
    let connections = 0;
    await page.routeWebSocket(/\/ws$/, (socket) => {
      const first = connections++ === 0;
      const server = socket.connectToServer();
      server.onMessage((message) => {
        if (!(cut && first)) socket.send(message);
      });
    });
    await page.goto(`${feeder.url}?kiosk=1`);
    await expect(statusWord(page)).toHaveText(/LIVE/);
    cut = true;
    await expect(statusWord(page)).toHaveText(/STALE/);
    await expect(page.locator('.notice')).toContainText(/no data for \d+ s/);
    await expect(statusWord(page)).toHaveText(/LIVE/, { timeout: 90_000 });
    expect(connections).toBe(2);
  });

  test('has larger type than a desk, no controls, and hides the pointer until it moves', async ({ page }) => {
    const size = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((e) => Number.parseFloat(getComputedStyle(e).fontSize));
    await page.goto(feeder.url);
    await expect(page.locator('.worst .huge')).toBeVisible();
    const desk = await size('.sentence');
    await page.goto(`${feeder.url}?kiosk=1`);
    await expect(page.locator('.worst .huge')).toBeVisible();
    expect(await size('.sentence')).toBeGreaterThan(desk * 1.5);
    await expect(page.getByRole('button', { name: /Freeze/ })).toBeHidden();
    const overflow = await page.evaluate(() => {
      const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
      return [scrollWidth - clientWidth, scrollHeight - clientHeight];
    });
    expect(overflow).toEqual([0, 0]);
    const pointer = () => page.locator('.page').evaluate((e) => getComputedStyle(e).cursor);
    expect(await pointer()).toBe('none');
    await page.mouse.move(300, 300);
    expect(await pointer()).not.toBe('none');
    await expect.poll(pointer).toBe('none');
  });

  test('moves its picture slowly, dims what does not change and keeps the display on', async ({ page }) => {
    await feeder.close();
    feeder = await startFeeder({ scenario: scenarios.quiet, historySeconds: 20 });
    await page.clock.install();
    await page.goto(`${feeder.url}?kiosk=1&theme=dark`);
    await expect(page.locator('.worst .huge')).toBeVisible();
    // From here on time passes only where the test says so, however slow the machine is.
    await page.clock.pauseAt(new Date(Date.now() + 60_000));
    const html = page.locator('html');
    const place = () => page.locator('.page').evaluate((e) => getComputedStyle(e).transform);
    for (let minute = 0; minute < 5; minute++) {
      const before = await place();
      await page.clock.fastForward(60_000);
      // Two steps apart it can be at the same place again, depending on the time of day.
      expect(await place()).not.toBe(before);
    }
    await expect(html).not.toHaveAttribute('data-calm');
    await page.clock.fastForward(11 * 60_000);
    await page.clock.runFor(6000);
    await expect(html).toHaveAttribute('data-calm', '');
    feeder.spike({ ...anySpike(), time: feeder.host.time });
    // The page took the jumps for a silent connection: it may be connecting again.
    const shown = async () => {
      await page.clock.runFor(1000);
      return page.locator('.rail .spike').count();
    };
    await expect.poll(shown).toBe(1);
    await page.clock.runFor(6000);
    await expect(html).not.toHaveAttribute('data-calm');
  });
});
