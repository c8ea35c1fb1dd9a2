// Each attack that bit a program of this kind, tried on a running bridge.
import { request } from 'node:http';
import { connect } from 'node:net';
import { SUBPROTOCOL } from '@rtprobe/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Harness, startHarness } from '../../tests/harness.ts';

let harness: Harness;
/** The same bridge bound to every address of the machine. */
let open: Harness;

beforeAll(async () => {
  harness = await startHarness();
  open = await startHarness({ listen: { host: '0.0.0.0', port: 0 }, waitForLive: false });
});
afterAll(async () => {
  await harness.close();
  await open.close();
});

/** A request with headers that fetch would not let through. */
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

/** Status that an upgrade ends with; 101 when it was let in. */
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

/** What the bridge answers to bytes that no client library would send. */
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

describe('a bridge on loopback', () => {
  it('answers under its own names', async () => {
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      const host = `${name}:${harness.bridge.port}`;
      expect((await raw(harness, '/healthz', { host, origin: `http://${host}` })).status).toBe(200);
    }
  });

  it.each(['evil.example', 'evil.example:9154', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example:9154'])(
    'refuses the Host "%s", so that a rebound DNS name leads nowhere',
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
  ])('refuses the Origin "%s" on HTTP and on upgrade alike', async (origin) => {
    expect((await raw(harness, '/api/v1/status', { host: self(harness), origin })).status).toBe(403);
    expect(await upgrade(harness, { origin })).toBe(403);
  });

  it('refuses an upgrade without any Origin', async () => {
    expect(await upgrade(harness, {})).toBe(403);
  });

  it('lets its own page in', async () => {
    expect(await upgrade(harness, { origin: `http://${self(harness)}` })).toBe(101);
  });

  it('refuses another path, another subprotocol', async () => {
    const origin = `http://${self(harness)}`;
    expect(await upgrade(harness, { origin, path: '/ws/' })).toBe(404);
    expect(await upgrade(harness, { origin, path: '/ws?token=x' })).toBe(404);
    expect(await upgrade(harness, { origin, protocol: 'rtprobe.v2' })).toBe(400);
  });

  it('refuses a change without the token, with a wrong one, and with one in a cookie', async () => {
    const change = JSON.stringify({ thresholdNs: 1 });
    const { token } = harness.bridge;
    const host = self(harness);
    const cookie = `rtprobe-${harness.bridge.port}=${token}`;
    for (const headers of [
      { host },
      { host, authorization: 'Bearer ' },
      { host, authorization: `Bearer ${token}x` },
      { host, authorization: `Basic ${token}` },
      { host, authorization: token },
      { host, cookie },
    ]) {
      const { status, body } = await raw(harness, '/api/v1/config', headers, 'POST', change);
      expect(status).toBe(401);
      expect(JSON.parse(body).error.code).toBe('E_TOKEN');
    }
    expect(harness.agent.config.thresholdNs).toBe(500_000n);
  });

  it('takes no change by GET, whatever it carries', async () => {
    const authorization = `Bearer ${harness.bridge.token}`;
    expect((await harness.get('/api/v1/config', { authorization })).status).toBe(405);
    expect((await harness.get('/api/v1/spikes/clear', { authorization })).status).toBe(405);
  });

  it('sends a policy without inline script on every kind of answer', async () => {
    for (const path of ['/', '/healthz', '/api/v1/status', '/api/v1/nothing', '/nothing.js']) {
      const { headers } = await raw(harness, path, { host: self(harness) });
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      // The page may speak to a window it opened itself; whoever opens the page may not.
      expect(headers['cross-origin-opener-policy']).toBe('same-origin-allow-popups');
      expect(policy).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers['x-powered-by']).toBeUndefined();
    }
  });

  it('says nothing of its insides when a request is malformed', async () => {
    const answer = await raw(harness, '/api/v1/%E0%A4%A', { host: self(harness) });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body).error.code).toBe('E_PATH');
    expect(answer.body).not.toMatch(/node_modules|at .*\.ts/);
  });

  it('refuses a request without a Host', async () => {
    expect(await bytes('GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 421/);
    expect(await bytes('GET /healthz HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
  });

  it('ends an upgrade that is no WebSocket without harm', async () => {
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
  it('answers nothing at all without the token', async () => {
    for (const path of ['/', '/healthz', '/api/v1/status', '/assets/x.js']) {
      expect((await raw(open, path, { host: self(open) })).status, path).toBe(401);
    }
    expect(await upgrade(open, { origin: `http://${self(open)}` })).toBe(401);
  });

  it('moves the token of the first address into a cookie that scripts cannot read', async () => {
    const first = await raw(open, `/?token=${open.bridge.token}`, { host: self(open) });
    expect(first).toMatchObject({ status: 303, headers: { location: '/' } });
    const cookie = String(first.headers['set-cookie']);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const headers = { host: self(open), cookie: cookie.split(';')[0]! };
    expect((await raw(open, '/api/v1/status', headers)).status).toBe(200);
    expect(await upgrade(open, { origin: `http://${self(open)}`, headers })).toBe(101);
    expect((await raw(open, '/api/v1/config', headers, 'POST', '{"thresholdNs":1}')).status).toBe(401);
  });

  it('refuses a wrong token in the address', async () => {
    expect((await raw(open, '/?token=wrong', { host: self(open) })).status).toBe(401);
  });

  it('refuses a name that is not of this machine, token or not', async () => {
    const authorization = `Bearer ${open.bridge.token}`;
    expect((await raw(open, '/healthz', { host: 'evil.example', authorization })).status).toBe(421);
  });
});

it('a bridge behind a proxy answers under the origin it is told', async () => {
  const published = await startHarness({ origins: ['https://rt.example.org'], waitForLive: false });
  const headers = { host: 'rt.example.org', origin: 'https://rt.example.org' };
  expect((await raw(published, '/healthz', headers)).status).toBe(200);
  expect((await raw(published, '/healthz', { ...headers, origin: 'http://rt.example.org' })).status).toBe(
    403,
  );
  await published.close();
});

describe('a bridge that is asked without end', () => {
  it('answers so many requests a minute and refuses the rest by code', async () => {
    const asked = await startHarness({ waitForLive: false });
    const host = self(asked);
    const codes = new Set<string>();
    const statuses: number[] = [];
    for (let i = 0; i < 26; i++) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => raw(asked, '/healthz', { host })));
      for (const { status, body } of answers) {
        statuses.push(status);
        if (status !== 200) codes.add(JSON.parse(body).error.code);
      }
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(1200);
    expect([...codes]).toEqual(['E_RATE_LIMIT']);
    await asked.close();
  });

  it('lets so many guesses at the token through and refuses the rest unread', async () => {
    const guessed = await startHarness({ waitForLive: false });
    const statuses: number[] = [];
    for (let i = 0; i < 140; i++) {
      statuses.push((await guessed.post('/api/v1/config', { thresholdNs: 1 }, `guess-${i}`)).status);
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(120);
    expect(statuses.slice(-1)).toEqual([429]);
    await guessed.close();
  });
});
