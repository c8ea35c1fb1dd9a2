// Tries attacks known from similar programs on a running bridge.
import { request } from 'node:http';
import { connect } from 'node:net';
import { REQUEST_HEADER, SUBPROTOCOL } from '@rtprobe/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Harness, startHarness } from '../../tests/harness.ts';

let harness: Harness;
/** The same bridge, listening on every address of the machine. */
let open: Harness;

beforeAll(async () => {
  harness = await startHarness();
  open = await startHarness({
    ...{ listen: { host: '0.0.0.0', port: 0 }, insecureHttp: true, waitForLive: false },
  });
});
afterAll(async () => {
  await harness.close();
  await open.close();
});

/** Sends a request with headers that fetch does not allow. */
function raw(h: Harness, path: string, headers: Record<string, string>, method = 'GET', body = '') {
  return new Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }>(
    (resolve, reject) => {
      const req = request({ host: '127.0.0.1', port: h.bridge.port, path, method, headers }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers }),
        );
      });
      req.on('error', reject);
      req.end(body);
    },
  );
}

/** Returns the status of an upgrade; 101 if it was accepted. */
function upgrade(
  h: Harness,
  options: {
    origin?: string;
    host?: string;
    protocol?: string;
    path?: string;
    headers?: Record<string, string>;
  },
): Promise<number> {
  const url = `ws://127.0.0.1:${h.bridge.port}${options.path ?? '/ws'}`;
  const socket = new WebSocket(url, options.protocol ?? SUBPROTOCOL, {
    ...(options.origin !== undefined && { origin: options.origin }),
    headers: { ...(options.host && { host: options.host }), ...options.headers },
  });
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => {
      socket.terminate();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', () => {});
  });
}

/** Returns the bridge's answer to bytes that no client library would send. */
function bytes(text: string): Promise<string> {
  const socket = connect(harness.bridge.port, '127.0.0.1', () => socket.write(text));
  return new Promise((resolve) => {
    let all = '';
    socket.on('data', (chunk) => {
      all += chunk.toString();
    });
    socket.on('close', () => resolve(all));
  });
}

const self = (h: Harness): string => `127.0.0.1:${h.bridge.port}`;
const bearer = (h: Harness) => ({ authorization: `Bearer ${h.token}` });

/** Logs in like a browser and returns its cookie. */
async function cookieOf(h: Harness, role: 'viewer' | 'operator'): Promise<string> {
  const [, code] = /#code=(.+)$/.exec(h.bridge.openUrl(role))!;
  const headers = { host: self(h), origin: `http://${self(h)}`, 'content-type': 'application/json' };
  const answer = await raw(h, '/api/v1/session', headers, 'POST', JSON.stringify({ code }));
  expect(answer.status).toBe(200);
  return String(answer.headers['set-cookie']).split(';')[0]!;
}

describe('a bridge on loopback', () => {
  it('answers under its own names', async () => {
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      const host = `${name}:${harness.bridge.port}`;
      expect((await raw(harness, '/healthz', { host, origin: `http://${host}` })).status).toBe(200);
    }
  });

  it.each(['evil.example', 'evil.example:9154', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example:9154'])(
    'refuses the Host "%s", so that DNS rebinding fails',
    async (host) => {
      expect((await raw(harness, '/api/v1/status', { host })).status).toBe(421);
      expect(await upgrade(harness, { origin: `http://${self(harness)}`, host })).toBe(421);
    },
  );

  it.each([
    'http://evil.example',
    'null',
    'https://127.0.0.1',
    'http://127.0.0.1',
    'http://127.0.0.1:1',
    'file://',
  ])('refuses the Origin "%s" for HTTP and for upgrades', async (origin) => {
    expect((await raw(harness, '/api/v1/status', { host: self(harness), origin })).status).toBe(403);
    expect(await upgrade(harness, { origin })).toBe(403);
  });

  it('refuses an upgrade by cookie without any Origin, and one by token with a wrong Origin', async () => {
    const cookie = await cookieOf(harness, 'viewer');
    expect(await upgrade(harness, { headers: { cookie } })).toBe(403);
    expect(await upgrade(harness, { headers: bearer(harness) })).toBe(101);
    expect(await upgrade(harness, { origin: 'http://evil.example', headers: bearer(harness) })).toBe(403);
  });

  it('accepts its own page once it has a session', async () => {
    const origin = `http://${self(harness)}`;
    expect(await upgrade(harness, { origin })).toBe(401);
    const cookie = await cookieOf(harness, 'viewer');
    expect(await upgrade(harness, { origin, headers: { cookie } })).toBe(101);
  });

  it('refuses another path and another subprotocol', async () => {
    const origin = `http://${self(harness)}`;
    expect(await upgrade(harness, { origin, path: '/ws/' })).toBe(404);
    expect(await upgrade(harness, { origin, path: '/ws?token=x' })).toBe(404);
    expect(await upgrade(harness, { origin, protocol: 'rtprobe.v2', headers: bearer(harness) })).toBe(400);
  });

  it('answers no read without a session, not even on loopback', async () => {
    const host = self(harness);
    for (const path of [
      ...['status', 'sources', 'spikes', 'spikes/1-1', 'spikes/1-1/trace', 'tasks', 'rules', 'history'],
      ...['history/total', 'runs', 'causes', 'annotations', 'session', 'nothing'],
    ]) {
      for (const variant of [`/api/v1/${path}`, `/api/v1//${path}`]) {
        const { status, body } = await raw(harness, variant, { host });
        expect(status, variant).toBe(401);
        expect(JSON.parse(body).error.code).toBe('E_SESSION');
      }
    }
    // Other spellings do not bypass the check: these paths are pages, without data.
    for (const path of ['/API/v1/status', '//api/v1/status', '/api%2fv1/status']) {
      expect((await raw(harness, path, { host })).body, path).not.toContain('simulated');
    }
  });

  it('serves without a session what contains no data: the page, its files and /healthz', async () => {
    const host = self(harness);
    expect((await raw(harness, '/healthz', { host })).status).toBe(200);
    // 503: this bridge has no dashboard, otherwise it would serve it.
    expect((await raw(harness, '/spike/1', { host })).status).toBe(503);
    expect(await raw(harness, '/', { host }, 'HEAD')).toMatchObject({ status: 503, body: '' });
  });

  it('refuses a change without a session, with a damaged token, and with a token in a cookie', async () => {
    const change = JSON.stringify({ thresholdNs: 1 });
    const { token } = harness;
    const host = self(harness);
    const cookie = `rtprobe-${harness.bridge.port}=${token}`;
    for (const headers of [
      { host },
      { host, authorization: 'Bearer ' },
      { host, authorization: `Bearer ${token}x` },
      { host, authorization: `Bearer x${token}` },
      { host, authorization: `Basic ${token}` },
      { host, authorization: token },
      { host, cookie },
    ]) {
      const { status, body } = await raw(harness, '/api/v1/config', headers, 'POST', change);
      expect(status).toBe(401);
      expect(JSON.parse(body).error.code).toBe('E_SESSION');
    }
    expect(harness.agent.config.thresholdNs).toBe(500_000n);
  });

  it('refuses a change by a viewer, by token and by cookie, and accepts its reads', async () => {
    const host = self(harness);
    const viewer = { authorization: `Bearer ${harness.bridge.createToken('viewer')}` };
    const cookie = await cookieOf(harness, 'viewer');
    const json = { 'content-type': 'application/json' };
    for (const headers of [viewer, { cookie, [REQUEST_HEADER]: '1' }]) {
      expect((await raw(harness, '/api/v1/status', { host, ...headers })).status).toBe(200);
      const all = { host, ...json, ...headers };
      const { status, body } = await raw(harness, '/api/v1/config', all, 'POST', '{"thresholdNs":1}');
      expect(status).toBe(403);
      expect(JSON.parse(body).error).toMatchObject({ code: 'E_ROLE', word: 'viewer' });
      const gone = await raw(harness, '/api/v1/rules?all=true', all, 'DELETE');
      expect(gone.status).toBe(403);
    }
    expect(harness.agent.config.thresholdNs).toBe(500_000n);
  });

  it("refuses an operator's change that a page of another origin could send", async () => {
    const host = self(harness);
    const cookie = await cookieOf(harness, 'operator');
    const change = (headers: Record<string, string>) =>
      raw(harness, '/api/v1/config', { host, cookie, ...headers }, 'POST', '{"thresholdNs":500000}');
    const json = { 'content-type': 'application/json' };
    const own = { [REQUEST_HEADER]: '1' };
    for (const headers of [json, own, { ...own, 'content-type': 'text/plain' }, {}]) {
      const { status, body } = await change(headers);
      expect(status).toBe(403);
      expect(JSON.parse(body).error.code).toBe('E_CSRF');
    }
    const foreign = await change({ ...json, ...own, origin: 'http://127.0.0.1:1' });
    expect(JSON.parse(foreign.body).error.code).toBe('E_ORIGIN');
    expect((await change({ ...json, ...own, origin: `http://${host}` })).status).toBe(200);
    expect((await change({ ...json, ...own })).status).toBe(200);
  });

  it('refuses requests of pages on another port or site, with or without an Origin', async () => {
    const cookie = await cookieOf(harness, 'viewer');
    for (const site of ['same-site', 'cross-site']) {
      const headers = { host: self(harness), cookie, 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' };
      expect((await raw(harness, '/api/v1/status', headers)).status).toBe(403);
      // A link on another page may lead to this one.
      expect((await raw(harness, '/', headers)).status).not.toBe(403);
    }
    const own = { host: self(harness), cookie, 'sec-fetch-site': 'same-origin' };
    expect((await raw(harness, '/api/v1/status', own)).status).toBe(200);
  });

  it('accepts no change by GET, whatever it contains', async () => {
    expect((await harness.get('/api/v1/config')).status).toBe(405);
    expect((await harness.get('/api/v1/spikes/clear')).status).toBe(405);
  });

  it('sends a policy without inline scripts with every kind of answer', async () => {
    for (const path of ['/', '/healthz', '/api/v1/status', '/api/v1/nothing', '/nothing.js']) {
      const { headers } = await raw(harness, path, { host: self(harness) });
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      // The page may talk to a window that it opened; a page that opened this one may not talk to it.
      expect(headers['cross-origin-opener-policy']).toBe('same-origin-allow-popups');
      expect(policy).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers['x-powered-by']).toBeUndefined();
    }
  });

  it('reveals no internals when a request is malformed', async () => {
    const answer = await raw(harness, '/api/v1/spikes/%E0%A4%A', { host: self(harness), ...bearer(harness) });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body).error.code).toBe('E_PATH');
    expect(answer.body).not.toMatch(/node_modules|at .*\.ts/);
  });

  it('refuses a request without a Host', async () => {
    expect(await bytes('GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 421/);
    expect(await bytes('GET /healthz HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
  });

  it('survives an upgrade that is not a WebSocket', async () => {
    const origin = `http://${self(harness)}`;
    const text = await bytes(
      `GET /ws HTTP/1.1\r\nHost: ${self(harness)}\r\nOrigin: ${origin}\r\nConnection: Upgrade\r\n` +
        `Upgrade: websocket\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\nSec-WebSocket-Key: short\r\n\r\n`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 4\d\d/);
    expect((await harness.get('/healthz')).status).toBe(200);
  });
});

describe('a bridge on every address', () => {
  it('refuses to start without TLS unless a person allowed that', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'rt.example.org']) {
      await expect(startHarness({ listen: { host, port: 0 }, waitForLive: false })).rejects.toMatchObject({
        code: 'E_INSECURE',
        message: expect.stringMatching(/--tls-cert.*--behind-proxy.*--insecure-http/),
      });
    }
    await expect(startHarness({ behindProxy: true, waitForLive: false })).rejects.toMatchObject({
      code: 'E_CONFIG',
      message: expect.stringContaining('--origin'),
    });
  });

  it('answers no data without a session', async () => {
    expect((await raw(open, '/api/v1/status', { host: self(open) })).status).toBe(401);
    expect(await upgrade(open, { origin: `http://${self(open)}` })).toBe(401);
  });

  it('accepts no token in the address', async () => {
    const answer = await raw(open, `/?token=${open.token}`, { host: self(open) });
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect((await raw(open, `/api/v1/status?token=${open.token}`, { host: self(open) })).status).toBe(401);
  });

  it('refuses a name that is not of this machine, with or without a session', async () => {
    expect((await raw(open, '/healthz', { host: 'evil.example', ...bearer(open) })).status).toBe(421);
  });
});

it('a bridge behind a proxy answers under its configured origin, with cookies for TLS only', async () => {
  const published = await startHarness({
    ...{ listen: { host: '0.0.0.0', port: 0 }, behindProxy: true, origins: ['https://rt.example.org'] },
    waitForLive: false,
  });
  const headers = { host: 'rt.example.org', origin: 'https://rt.example.org' };
  expect((await raw(published, '/healthz', headers)).status).toBe(200);
  expect((await raw(published, '/healthz', { ...headers, origin: 'http://rt.example.org' })).status).toBe(
    403,
  );
  // The proxy cannot be bypassed.
  expect((await raw(published, '/healthz', { host: self(published) })).status).toBe(421);
  const address = published.bridge.openUrl();
  expect(address).toMatch(/^https:\/\/rt\.example\.org\/#code=/);
  const body = JSON.stringify({ code: address.split('#code=')[1] });
  const json = { ...headers, 'content-type': 'application/json' };
  const login = await raw(published, '/api/v1/session', json, 'POST', body);
  expect(String(login.headers['set-cookie'])).toMatch(/^__Host-rtprobe-\d+=.*; Secure/);
  await published.close();
});

describe('a bridge that gets requests without pause', () => {
  it('refuses one session by code after too many requests, and serves all others', async () => {
    const asked = await startHarness({ waitForLive: false });
    const host = self(asked);
    const greedy = { host, authorization: `Bearer ${asked.bridge.createToken()}` };
    const codes = new Set<string>();
    let served = 0;
    for (let i = 0; i < 30 && codes.size === 0; i++) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => raw(asked, '/api/v1/session', greedy)),
      );
      for (const { status, body, headers } of answers) {
        if (status === 200) served++;
        else {
          codes.add(JSON.parse(body).error.code);
          expect(headers['retry-after']).toBe('5');
        }
      }
    }
    expect([...codes]).toEqual(['E_RATE_LIMIT']);
    expect(served).toBeGreaterThanOrEqual(1200);
    expect((await raw(asked, '/api/v1/session', { host, ...bearer(asked) })).status).toBe(200);
    expect((await raw(asked, '/healthz', greedy)).status).toBe(200);
    await asked.close();
  });

  it('limits all clients without a session together, and none of them blocks a session or a correct code', async () => {
    const guessed = await startHarness({ waitForLive: false });
    const host = self(guessed);
    const statuses: number[] = [];
    const guess = { host, 'content-type': 'application/json' };
    const address = guessed.bridge.openUrl('viewer');
    for (let i = 0; i < 250; i++) {
      statuses.push((await raw(guessed, '/api/v1/status', { host })).status);
      statuses.push((await raw(guessed, '/api/v1/session', guess, 'POST', `{"code":"guess-${i}"}`)).status);
    }
    const refused = statuses.filter((status) => status === 429);
    expect(statuses.slice(0, 300).every((status) => status === 401)).toBe(true);
    expect(refused.length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status === 401).length + refused.length).toBe(500);
    expect((await raw(guessed, '/api/v1/session', { host, ...bearer(guessed) })).status).toBe(200);
    expect((await raw(guessed, '/healthz', { host })).status).toBe(200);
    // A page without a session needs this answer to show what to run.
    const asked = await raw(guessed, '/api/v1/session', { host });
    expect(JSON.parse(asked.body)).toMatchObject({ error: { code: 'E_SESSION', command: 'rtprobe login' } });
    expect(await upgrade(guessed, { origin: `http://${host}`, headers: bearer(guessed) })).toBe(101);
    const body = JSON.stringify({ code: address.split('#code=')[1] });
    expect((await raw(guessed, '/api/v1/session', guess, 'POST', body)).status).toBe(200);
    await guessed.close();
  });

  it('does not let a web page use up the limit of a session, or of all clients', async () => {
    const asked = await startHarness({ waitForLive: false });
    const host = self(asked);
    const cookie = await cookieOf(asked, 'viewer');
    const foreign = { host, cookie, origin: 'http://evil.example' };
    for (let i = 0; i < 30; i++) {
      await Promise.all(Array.from({ length: 50 }, () => raw(asked, '/api/v1/session', foreign)));
    }
    for (let i = 0; i < 150; i++)
      await upgrade(asked, { origin: 'http://evil.example', headers: { cookie } });
    expect((await raw(asked, '/api/v1/session', { host, cookie })).status).toBe(200);
    expect(await upgrade(asked, { origin: `http://${host}`, headers: { cookie } })).toBe(101);
    await asked.close();
  });

  it('closes the connection of a client without a session when there are too many', async () => {
    const asked = await startHarness({ waitForLive: false });
    const browser = await asked.browser();
    const held = Array.from({ length: 300 }, () =>
      connect(asked.bridge.port, '127.0.0.1').on('error', () => {}),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await asked.get('/api/v1/session')).status).toBe(200);
    expect(browser.closed).toBeUndefined();
    for (const socket of held) socket.destroy();
    await asked.close();
  });
});
