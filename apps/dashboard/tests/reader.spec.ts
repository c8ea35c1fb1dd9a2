// Opens the Chrome JSON of a real spike in an independent reader: speedscope, as its package ships it.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import type { Spike, Trace } from '@rtprobe/protocol';
import { durationOf, exportFormats, type Slice, slicesOf } from '@rtprobe/trace';
import { rtprobe, type Served } from './command.ts';
import { askOf } from './log-in.ts';

const file = fileURLToPath(new URL('../../bridge/tests/fixtures/6.12-rt-disturbed.rec.bin', import.meta.url));
const program = dirname(createRequire(import.meta.url).resolve('speedscope/package.json'));
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
};

let bridge: Served;
let server: Server;
let url: string;
let spike: Spike;
let trace: Trace;

const ask = <T>(path: string): Promise<T> => askOf<T>(bridge, path);

test.beforeAll(async () => {
  const words = ['serve', '--source', `replay:${file}`, '--speed', '20', '--listen', '127.0.0.1:0'];
  bridge = await rtprobe(words);
  // A handler that kept the CPU busy: its track has one long slice, and the track of tasks has the interrupted task.
  const found = async () => {
    const { hosts } = await ask<{ hosts: { spikes: Spike[] }[] }>('/spikes');
    return hosts[0]?.spikes.find((s) => s.measure === 'hardirq_duration' && s.traced === true);
  };
  await expect.poll(async () => (await found())?.measure, { timeout: 30_000 }).toBe('hardirq_duration');
  spike = (await found())!;
  await expect
    .poll(
      async () => (await ask<Partial<Trace>>(`/spikes/${spike.id}/trace`).catch(() => undefined))?.spike,
      {
        timeout: 30_000,
      },
    )
    .toBe(spike.id);
  trace = await ask<Trace>(`/spikes/${spike.id}/trace`);
  const text = exportFormats.perfetto.write({ spike, trace });
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://reader');
    const body = pathname === '/spike.json' ? text : readFileSync(join(program, 'dist/release', pathname));
    response.setHeader('content-type', types[extname(pathname)] ?? 'application/octet-stream').end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

test.afterAll(async () => {
  server?.close();
  await bridge?.stop();
});

/** Three digits and more, as speedscope writes a time. */
const written = (ns: number): string => `${(ns / 1e6).toFixed(2)}ms`;

test('speedscope shows a track for each context, and the handler with the duration of its spike', async ({
  page,
}) => {
  await page.goto(`${url}/index.html#profileURL=${encodeURIComponent(`${url}/spike.json`)}`);
  const body = page.locator('body');
  const tracks = new Set(slicesOf(trace).map((s) => `${s.cpu} ${s.context}`)).size + 1;
  await expect(body).toContainText(`(1/${tracks})`);
  // The table of what ran, by its key; n is the next track.
  await page.keyboard.press('3');
  await expect(body).toContainText(written(spike.valueNs));
  await expect(body).toContainText(spike.sentence);
  const irq = slicesOf(trace).filter(
    (s) => s.kind === 'irq' && s.number === spike.number && s.cpu === spike.cpu,
  );
  const sum = irq.reduce((total: number, s: Slice) => total + durationOf(s), 0);
  const wanted = new RegExp(`CPU ${spike.cpu} .*hard interrupts`);
  for (let track = 2; track <= tracks; track++) {
    await page.keyboard.press('n');
    await expect(body).toContainText(`(${track}/${tracks})`);
    if (wanted.test((await body.textContent()) ?? '')) break;
  }
  await expect(body).toContainText(`irq ${spike.number} ${spike.name}`);
  await expect(body).toContainText(written(sum));
});
