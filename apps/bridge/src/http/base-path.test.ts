import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, silent, startHarness, temporaryFolder } from '../../tests/harness.ts';
import { type Bridge, startBridge } from '../bridge.ts';
import { isBasePath, withoutBase } from './base-path.ts';

describe('the base of an address', () => {
  it.each([
    ['/rt', '/'],
    ['/rt/', '/'],
    ['/rt?host=a', '/?host=a'],
    ['/rt/api/v1/status?host=a', '/api/v1/status?host=a'],
    ['/rt/rt', '/rt'],
  ])('is removed from %s', (url, rest) => expect(withoutBase(url, '/rt')).toBe(rest));

  it.each(['/', '/ws', '/rts', '/rt2/ws', '/healthz'])('is not required: %s stays', (url) =>
    expect(withoutBase(url, '/rt')).toBe(url),
  );

  it.each(['rt', '/rt/', '//rt', '/r t', '/..', '/rt/../x', '/api', '/ws/x', '/a"b'])(
    'cannot be %s',
    (base) => expect(isBasePath(base)).toBe(false),
  );
});

/** Returns the cookie of a new session, for a browser that knows the bridge by this host name. */
async function cookieOf({ port, openUrl }: Bridge, host: string): Promise<string | undefined> {
  const [, code] = openUrl().split('#code=');
  const headers = { host, 'content-type': 'application/json', 'x-rtprobe-request': '1' };
  const sent = request({ port, path: '/api/v1/session', method: 'POST', headers }).end(
    JSON.stringify({ code }),
  );
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  return response.headers['set-cookie']?.[0];
}

describe('a bridge under a path', () => {
  const staticDir = temporaryFolder();
  let harness: Harness;
  beforeAll(async () => {
    writeFileSync(
      join(staticDir, 'index.html'),
      '<meta content="./" /><script src="./assets/a.js"></script>',
    );
    harness = await startHarness({ base: '/site/rt', staticDir });
  });
  afterAll(async () => {
    await harness.close();
    rmSync(staticDir, { recursive: true });
  });

  it('prints addresses below the path', () => {
    expect(harness.bridge.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/site\/rt$/);
    expect(harness.bridge.openUrl()).toMatch(/\d\/site\/rt\/#code=/);
  });

  it('answers below the path, and without it for proxies that remove it', async () => {
    expect((await harness.get('/api/v1/status')).status).toBe(200);
    const headers = { authorization: `Bearer ${harness.token}` };
    const root = new URL(harness.bridge.url).origin;
    expect((await fetch(`${root}/api/v1/status`, { headers })).status).toBe(200);
    expect((await fetch(`${root}/other/api/v1/status`, { headers })).headers.get('content-type')).toMatch(
      /html/,
    );
  });

  it('carries the stream below the path', async () => {
    const browser = await harness.browser();
    browser.subscribe('simulated');
    await browser.next('sources');
  });

  it.each(['/', '/spikes', ''])('names its files below the path in the page %s', async (page) => {
    const { body } = await harness.get(page);
    expect(body).toBe('<meta content="/site/rt/" /><script src="/site/rt/assets/a.js"></script>');
  });

  it('sets a cookie for the path only', async () => {
    const cookie = await cookieOf(harness.bridge, new URL(harness.bridge.url).host);
    expect(cookie).toMatch(/^rtprobe-\d+=.*; Path=\/site\/rt;/);
  });

  it('uses a name for TLS that browsers accept with a path', async () => {
    const bridge = await startBridge({
      listen: { port: 0 },
      sources: [{ kind: 'socket', path: '/nowhere.sock' }],
      origins: ['https://rt.example.org'],
      behindProxy: true,
      base: '/rt',
      logger: silent,
    });
    expect(bridge.url).toBe('https://rt.example.org/rt');
    expect(await cookieOf(bridge, 'rt.example.org')).toMatch(
      /^__Secure-rtprobe-\d+=.*; Path=\/rt;.*; Secure/,
    );
    await bridge.close();
  });

  it('refuses a path that would hide its own', async () => {
    const sources = [{ kind: 'socket' as const, path: '/nowhere.sock' }];
    const started = startBridge({ listen: { port: 0 }, sources, base: '/api', logger: silent });
    await expect(started).rejects.toMatchObject({ code: 'E_CONFIG', word: 'base' });
  });
});
