// Tests `rtprobe serve --config` and `rtprobe check-config` as a service uses them.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { faultsOf } from './check.ts';
import { serveCommand } from './commands.ts';

const MAIN = join(import.meta.dirname, '../main.ts');
const dir = mkdtempSync(join(tmpdir(), 'rtprobe-service-'));
const file = join(dir, 'bridge.conf');
const sent = join(dir, 'sent');
const configure = (...lines: string[]) => writeFileSync(file, `${lines.join('\n')}\n`);
const COMMON = [
  'source = unix:/nowhere.sock=first',
  'listen = 127.0.0.1:0',
  'no-history = yes',
  `data = ${dir}`,
  `socket = ${dir}/run/bridge.sock`,
];

/** Stands for the tool of systemd: keeps what would be sent. */
function putNotify(): void {
  writeFileSync(join(dir, 'systemd-notify'), `#!/bin/sh\necho "$*" >>${sent}\n`, { mode: 0o755 });
}

let service: ChildProcess;
let output = '';
beforeAll(() => {
  putNotify();
  configure(...COMMON);
  const env = {
    ...process.env,
    PATH: `${dir}:${process.env.PATH}`,
    NOTIFY_SOCKET: '/nowhere',
    WATCHDOG_USEC: '200000',
  };
  service = spawn(process.execPath, [MAIN, 'serve', '--config', file], { env });
  for (const stream of [service.stdout!, service.stderr!])
    stream.on('data', (text) => {
      output += text;
    });
});
afterAll(async () => {
  service.kill();
  if (service.exitCode === null) await once(service, 'exit');
  rmSync(dir, { recursive: true });
});

const until = (condition: () => boolean) => expect.poll(condition, { timeout: 15_000 }).toBe(true);
const addresses = () => [...output.matchAll(/rtprobe: (http:\S+)/g)].map(([, url]) => url);
const notes = () => (existsSync(sent) ? readFileSync(sent, 'utf8') : '');

it('reports to systemd that it is ready, and then that it runs', async () => {
  await until(() => /^READY=1\n(.*\n)*WATCHDOG=1/.test(notes()));
});

it('continues after SIGHUP if the file is wrong, and names the line', async () => {
  configure(...COMMON, 'listen = nowhere');
  service.kill('SIGHUP');
  await until(() => output.includes('the options are unchanged'));
  expect(output).toContain(`${file}:6: E_CONFIG_VALUE: listen does not accept nowhere`);
  expect((await fetch(`${addresses()[0]}/healthz`)).status).toBe(200);
  expect(notes()).not.toContain('RELOADING');
});

it('reads the file again after SIGHUP', async () => {
  configure(...COMMON, 'base = /rt');
  service.kill('SIGHUP');
  await until(() => output.includes('the options were read again'));
  expect(addresses().at(-1)).toMatch(/\d\/rt$/);
  expect((await fetch(`${addresses().at(-1)}/healthz`)).status).toBe(200);
  await until(() => /RELOADING=1\n(.*\n)*READY=1/.test(notes()));
});

it('checks a file with an exit code and as JSON', () => {
  configure(...COMMON, 'lissten = 1');
  const { status, stdout } = spawnSync(process.execPath, [MAIN, 'check-config', file, '--json'], {
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ file, ok: false, faults: [{ code: 'E_CONFIG_NAME', line: 6 }] });
});

it.each([
  [COMMON, undefined, undefined],
  [['listen = 0.0.0.0:9154', 'source = agent'], 'E_INSECURE', 1],
  [['source = agent=a', 'source = unix:/x', 'source = unix:/y=a'], 'E_CONFIG', 3],
  [['source = agent', 'tls-cert = /x'], 'E_NO_CERTIFICATE', undefined],
  [['source = agent', 'tls-cert = /x', 'tls-key = /y'], 'E_TLS', 2],
  [['source = agent', '', 'source = ssh:-oProxyCommand=x'], 'E_SSH_HOST', 3],
  [['listen = 9154'], 'E_NO_SOURCE', undefined],
])('finds options that the bridge would refuse together: %j %s', (lines, code, line) => {
  configure(...lines);
  const found = faultsOf(file, serveCommand());
  expect(found.map((fault) => [fault.code, fault.line])).toEqual(code === undefined ? [] : [[code, line]]);
});
