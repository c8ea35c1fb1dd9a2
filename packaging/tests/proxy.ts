// Publishes the installed bridge under a path of Debian's nginx with TLS, and opens it in a browser.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium, type Page } from '@playwright/test';
import { chromiumArgs, chromiumPath } from '../../apps/dashboard/tests/chromium.ts';

const RECORDING = join(import.meta.dirname, '../../apps/bridge/tests/fixtures/6.12-rt.rec.bin');
const BRIDGE_PORT = 19_154;
/** Ports of nginx: one whose requests to the bridge keep the path, and one that removes it. */
const KEEPS = 19_443;
const REMOVES = 19_444;
const BASE = '/rt';

const site = (port: number, upstream: string) => `server {
  listen 127.0.0.1:${port} ssl;
  server_name localhost;
  ssl_certificate /packages/rt.crt;
  ssl_certificate_key /packages/rt.key;
  location / { return 404; }
  location ${BASE}/ {
    proxy_pass ${upstream};
    proxy_http_version 1.1;
    proxy_set_header Host $host:$server_port;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $http_connection;
    proxy_read_timeout 1h;
    proxy_buffering off;
  }
}
`;

const CONFIG = `source = replay:/packages/recording.bin
speed = 2
listen = 127.0.0.1:${BRIDGE_PORT}
behind-proxy = yes
origin = https://localhost:${KEEPS}
origin = https://localhost:${REMOVES}
base = ${BASE}
data = /tmp/proxy-state
socket = /tmp/proxy-state/run/{port}.sock
`;

type InTree = (tree: string, ...argv: string[]) => string[];

function start(argv: readonly string[]): ChildProcess {
  return spawn(argv[0]!, argv.slice(1), { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
}

/** Ends a program with what it started. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  process.kill(-child.pid, 'SIGKILL');
  await once(child, 'exit');
}

async function loginUrl(tree: string, inTree: InTree): Promise<string> {
  const socket = `/tmp/proxy-state/run/${BRIDGE_PORT}.sock`;
  const argv = inTree(tree, 'rtprobe', 'login', '--json', '--socket', socket);
  for (let tries = 0; tries < 60; tries++, await sleep(1000)) {
    const { stdout, status } = spawnSync(argv[0]!, argv.slice(1), { encoding: 'utf8' });
    if (status === 0) return (JSON.parse(stdout) as { url: string }).url;
  }
  throw new Error('the bridge does not answer');
}

/** Opens the page below one port and returns what is wrong with it. */
async function look(page: Page, url: string, origin: string): Promise<string[]> {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('websocket', (socket) => asked.push(socket.url().replace('wss:', 'https:')));
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('401')) faults.push(message.text());
  });
  await page.goto(url.replace(/^https:\/\/[^/]+/, origin));
  await page.locator('.bar .status', { hasText: 'REPLAY' }).waitFor({ timeout: 60_000 });
  await page.getByRole('navigation').getByRole('link', { name: 'Interrupts' }).click();
  await page.waitForURL(`${origin}${BASE}/interrupts`);
  await page.reload();
  await page.locator('main', { hasText: 'virtio' }).waitFor({ timeout: 60_000 });
  await page.goBack();
  await page.waitForURL(`${origin}${BASE}/`);
  if (!asked.includes(`${origin}${BASE}/ws`)) faults.push('the page opened no WebSocket');
  faults.push(
    ...asked.filter((each) => !each.startsWith(`${origin}${BASE}/`)).map((each) => `requested ${each}`),
  );
  const [cookie, ...others] = await page.context().cookies(`${origin}${BASE}/`);
  const { name = '', path, secure, httpOnly } = cookie ?? {};
  if (others.length > 0 || !name.startsWith('__Secure-rtprobe-') || path !== BASE || !secure || !httpOnly)
    faults.push(`cookie ${name} for ${path}`);
  return faults;
}

/** Returns the result as TAP. */
export async function tryProxy(tree: string, inTree: InTree): Promise<string> {
  copyFileSync(RECORDING, join(tree, 'packages/recording.bin'));
  writeFileSync(join(tree, 'packages/proxy.conf'), CONFIG);
  const bridge = `http://127.0.0.1:${BRIDGE_PORT}`;
  const sites = site(KEEPS, bridge) + site(REMOVES, `${bridge}/`);
  writeFileSync(
    join(tree, 'packages/nginx.conf'),
    `pid /tmp/nginx.pid; events {} http { access_log off; ${sites} }`,
  );
  const pair = ['-keyout', '/packages/rt.key', '-out', '/packages/rt.crt'];
  const request = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=localhost',
    '-days',
    '1',
    ...pair,
  ];
  const [unshare, ...words] = inTree(tree, 'openssl', ...request);
  spawnSync(unshare!, words);
  const programs = [
    start(inTree(tree, 'rtprobe', 'serve', '--config', '/packages/proxy.conf')),
    start(inTree(tree, 'nginx', '-c', '/packages/nginx.conf', '-g', 'daemon off; error_log stderr;')),
  ];
  let browser: Browser | undefined;
  const lines: string[] = [];
  try {
    browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArgs });
    for (const [number, port, what] of [
      [1, KEEPS, 'keeps'],
      [2, REMOVES, 'removes'],
    ] as const) {
      // A narrow page has its links behind a button.
      const viewport = { width: 1920, height: 1080 };
      const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport });
      // A first visit opens the help, which hides the links.
      await context.addInitScript(() => localStorage.setItem('rtprobe.helped', '1'));
      const found = await look(
        await context.newPage(),
        await loginUrl(tree, inTree),
        `https://localhost:${port}`,
      ).catch((error: unknown) => [String(error)]);
      lines.push(...found.map((fault) => `# ${fault.replaceAll('\n', ' ')}`));
      lines.push(
        `${found.length > 0 ? 'not ' : ''}ok ${number} - proxy: the page works below a path that nginx ${what}`,
      );
      await context.close();
    }
  } finally {
    await browser?.close();
    for (const program of programs) await end(program);
  }
  return [...lines, '1..2', '# end of proxy'].join('\n');
}
