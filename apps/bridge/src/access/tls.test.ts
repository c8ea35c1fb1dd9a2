import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silent, startHarness, temporaryFolder } from '../../tests/harness.ts';
import { readTls, watchTls } from './tls.ts';

const dir = temporaryFolder();
const file = (name: string): string => join(dir, name);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Creates NAME.crt and NAME.key, valid for this many days. */
function certificate(name: string, days: number): void {
  const pair = ['-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)];
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const rest = ['-days', String(days), '-subj', `/CN=${name}`];
  execFileSync('openssl', [...kind, ...pair, ...rest], { stdio: 'pipe' });
  chmodSync(file(`${name}.key`), 0o600);
}

beforeAll(() => {
  certificate('one', 30);
  certificate('other', 30);
});

const read = (cert: string, key: string, now?: number) =>
  readTls({ certFile: file(cert), keyFile: file(key) }, now);
const fault = (message: RegExp) =>
  expect.objectContaining({ code: 'E_TLS', message: expect.stringMatching(message) });

describe('a certificate', () => {
  it('is refused with a reason when it is missing, damaged, of another key, expired or not yet valid', () => {
    expect(read('one.crt', 'one.key').cert.length).toBeGreaterThan(0);
    expect(() => read('none.crt', 'one.key')).toThrow(fault(/none\.crt cannot be read/));
    expect(() => read('one.crt', 'none.key')).toThrow(fault(/none\.key cannot be read/));
    writeFileSync(file('bad.pem'), 'no certificate', { mode: 0o600 });
    expect(() => read('bad.pem', 'one.key')).toThrow(fault(/not a certificate/));
    expect(() => read('one.crt', 'bad.pem')).toThrow(fault(/not a private key/));
    expect(() => read('one.crt', 'other.key')).toThrow(fault(/not the key of the certificate/));
    const year = 366 * 86_400_000;
    expect(() => read('one.crt', 'one.key', Date.now() + year)).toThrow(fault(/expired on/));
    expect(() => read('one.crt', 'one.key', Date.now() - year)).toThrow(fault(/clock/));
    copyFileSync(file('one.key'), file('open.key'));
    chmodSync(file('open.key'), 0o644);
    expect(() => read('one.crt', 'open.key')).toThrow(fault(/chmod/));
  });

  it('makes the bridge use TLS, with secure cookies and HSTS, also beyond loopback', async () => {
    const tls = { certFile: file('one.crt'), keyFile: file('one.key') };
    const harness = await startHarness({ listen: { host: '0.0.0.0', port: 0 }, tls, waitForLive: false });
    const { bridge } = harness;
    expect(bridge.url).toMatch(/^https:/);
    const ask = (path: string, host: string, method = 'GET', body = '') =>
      new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; subject: string }>(
        (resolve, reject) => {
          const headers = { host: `${host}:${bridge.port}`, 'content-type': 'application/json' };
          const options = {
            host: '127.0.0.1',
            port: bridge.port,
            path,
            method,
            headers,
            rejectUnauthorized: false,
          };
          const req = request({ ...options, agent: false }, (response) => {
            const subject = String((response.socket as TLSSocket).getPeerCertificate().subject.CN);
            response
              .resume()
              .on('end', () => resolve({ status: response.statusCode!, headers: response.headers, subject }));
          });
          req.on('error', reject);
          req.end(body);
        },
      );
    const health = await ask('/healthz', '127.0.0.1');
    expect(health.status).toBe(200);
    expect(health.headers['strict-transport-security']).toMatch(/^max-age=\d+$/);
    expect((await ask('/healthz', 'localhost')).headers['strict-transport-security']).toBeUndefined();
    const code = bridge.openUrl().split('#code=')[1];
    const login = await ask('/api/v1/session', '127.0.0.1', 'POST', JSON.stringify({ code }));
    expect(String(login.headers['set-cookie'])).toMatch(
      /^__Host-rtprobe-.*HttpOnly.*Secure.*SameSite=Strict/,
    );
    await harness.close();
  });

  it('is used for new connections when it changes on disk, unless it is damaged', async () => {
    const files = { certFile: file('live.crt'), keyFile: file('live.key') };
    const put = (name: string) => {
      copyFileSync(file(`${name}.key`), files.keyFile);
      copyFileSync(file(`${name}.crt`), files.certFile);
      chmodSync(files.keyFile, 0o600);
    };
    put('one');
    const used: string[] = [];
    const server = { setSecureContext: ({ cert }: { cert: Buffer }) => used.push(cert.toString()) };
    const errors: object[] = [];
    const log = { ...silent, error: (fields: object) => void errors.push(fields) };
    const stop = watchTls(server as never, files, log, 10);
    writeFileSync(files.certFile, 'half a certificate');
    await expect.poll(() => errors.length).toBe(1);
    expect(used).toEqual([]);
    put('other');
    await expect.poll(() => used.length).toBeGreaterThan(0);
    expect(used.at(-1)).toBe(read('other.crt', 'other.key').cert.toString());
    stop();
  });
});
