// Debian's Prometheus reads a bridge on loopback, and evaluates the alert rules and the queries of the dashboard that
// rtprobe supplies.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { cacheRoot } from '@rtprobe/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { unpackedPackages } from '../../../packages/lab/src/apt/unpack.ts';
import { silent } from '../../../packages/lab/src/progress.ts';
import { families } from '../src/metrics/families.ts';
import { type Harness, startHarness, temporaryFolder, until } from './harness.ts';

const MONITORING = join(import.meta.dirname, '../monitoring');
const RULES = join(MONITORING, 'rtprobe.rules.yml');
const DASHBOARD = readFileSync(join(MONITORING, 'grafana-dashboard.json'), 'utf8');

let bin: string;
let harness: Harness;
let dir: string;
let prometheus: ChildProcess | undefined;
let api: string;
let output = '';

beforeAll(async () => {
  const root = await unpackedPackages(
    join(cacheRoot(), 'tools/prometheus'),
    'bookworm',
    ['prometheus'],
    silent,
  );
  bin = join(root, 'usr/bin');
  harness = await startHarness();
  dir = temporaryFolder();
});
afterAll(async () => {
  prometheus?.kill();
  await harness?.close();
  if (dir) rmSync(dir, { recursive: true, force: true });
});

function promtool(words: string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync(join(bin, 'promtool'), words, { input, encoding: 'utf8' });
  expect(`${stdout}${stderr}`).not.toContain('FAILED');
  expect(status, `${stdout}${stderr}`).toBe(0);
  return stdout + stderr;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function ask<T>(path: string): Promise<T> {
  const response = await fetch(`${api}/api/v1/${path}`);
  const { status, data, error } = (await response.json()) as { status: string; data: T; error?: string };
  if (status !== 'success') throw new Error(`${path}: ${error}`);
  return data;
}

interface Alert {
  state: string;
  labels: Record<string, string>;
}

async function startPrometheus(): Promise<void> {
  writeFileSync(join(dir, 'token'), harness.token, { mode: 0o600 });
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [RULES],
    scrape_configs: [
      {
        job_name: 'rtprobe',
        authorization: { credentials_file: join(dir, 'token') },
        static_configs: [{ targets: [harness.bridge.url.replace('http://', '')] }],
      },
    ],
  };
  const file = join(dir, 'prometheus.yml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config));
  promtool(['check', 'config', file]);
  const address = `127.0.0.1:${await freePort()}`;
  api = `http://${address}`;
  const words = [`--config.file=${file}`, `--storage.tsdb.path=${join(dir, 'data')}`];
  const more = ['--web.console.libraries=/nonexistent', '--web.console.templates=/nonexistent'];
  prometheus = spawn(join(bin, 'prometheus'), [...words, ...more, `--web.listen-address=${address}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  prometheus.stderr!.on('data', (text) => {
    output = (output + text).slice(-20_000);
  });
  await until('Prometheus', () => output.includes('Server is ready') && true, 60_000);
}

const dashboard = z
  .object({
    uid: z.string(),
    schemaVersion: z.number().min(36),
    templating: z.object({
      list: z.array(z.object({ name: z.string(), type: z.enum(['datasource', 'query']) })).min(1),
    }),
    panels: z.array(
      z.object({
        id: z.number(),
        title: z.string().min(1),
        type: z.enum(['stat', 'timeseries', 'bargauge', 'table']),
        datasource: z.object({ type: z.literal('prometheus'), uid: z.literal(`\${datasource}`) }),
        gridPos: z.object({ x: z.number(), y: z.number(), w: z.number().max(24), h: z.number() }),
        targets: z.array(z.object({ refId: z.string(), expr: z.string().min(1) })).min(1),
      }),
    ),
  })
  .parse(JSON.parse(DASHBOARD));

/** Returns the queries of the dashboard with its variables replaced. */
const queries = dashboard.panels.flatMap(({ targets }) =>
  targets.map(({ expr }) => expr.replaceAll(/\$(host|measure)/g, '.*').replaceAll('$__rate_interval', '1m')),
);

describe('what rtprobe supplies for Prometheus', () => {
  it('passes the checks of promtool', async () => {
    expect(promtool(['check', 'rules', RULES])).toContain('7 rules found');
    promtool(['test', 'rules', join(MONITORING, 'rtprobe.rules.test.yml')]);
    const headers = { authorization: `Bearer ${harness.token}` };
    const response = await fetch(`${harness.bridge.url}/metrics`, { headers });
    expect(promtool(['check', 'metrics'], await response.text())).toBe('');
  });

  it('names only metrics that exist', () => {
    const names = new Set(
      Object.values(families).flatMap(({ name, type }) =>
        type === 'counter' ? [`${name}_total`] : [name, `${name}_count`, `${name}_sum`, `${name}_bucket`],
      ),
    );
    const used = [...`${DASHBOARD}${readFileSync(RULES, 'utf8')}`.matchAll(/\brtprobe_\w+/g)].map(
      ([name]) => name,
    );
    expect(used.filter((name) => !names.has(name))).toEqual([]);
  });

  it('is read and evaluated: dropped data, a value over its threshold and a silent host raise their alerts', async () => {
    const { agent } = harness;
    agent.lost = { noRow: 0n };
    agent.record(1, 0, 5000);
    await startPrometheus();
    const active = async () => (await ask<{ alerts: Alert[] }>('alerts')).alerts;
    const value = async (query: string) => {
      const { result } = await ask<{ result: { value: [number, string] }[] }>(
        `query?query=${encodeURIComponent(query)}`,
      );
      return result[0]?.value[1];
    };
    const count = 'rtprobe_measure_seconds_count{measure="timer_latency"}';
    await expect.poll(() => value('up{job="rtprobe"}'), { timeout: 60_000 }).toBe('1');
    await expect.poll(() => value(count), { timeout: 60_000 }).toBe('1');
    for (const query of queries) await ask(`query?query=${encodeURIComponent(query)}`);

    agent.lost = { noRow: 3n };
    await expect
      .poll(async () => (await active()).map(({ labels }) => labels.alertname), { timeout: 60_000 })
      .toContain('RtprobeDataDropped');
    agent.record(1, 0, 900_000);
    // The maximum appears when its minute is complete.
    await expect.poll(active, { timeout: 150_000 }).toContainEqual(
      expect.objectContaining({
        state: 'firing',
        labels: expect.objectContaining({ alertname: 'RtprobeOverThreshold', measure: 'timer_latency' }),
      }),
    );
    expect(await value('rtprobe_measure_max_seconds{window="1m"}')).toBe('0.0009');

    agent.deaf = true;
    await expect.poll(active, { timeout: 60_000 }).toContainEqual(
      expect.objectContaining({
        state: 'pending',
        labels: expect.objectContaining({ alertname: 'RtprobeHostSilent', host: 'simulated' }),
      }),
    );
  });
});
