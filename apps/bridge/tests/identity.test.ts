// Tests hosts of one hostname through the whole bridge, over a restart and renames.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HostInfo, RunInfo } from '@rtprobe/protocol';
import { afterAll, afterEach, expect, it } from 'vitest';
import { type Bridge, startBridge } from '../src/index.ts';
import { silent, temporaryFolder } from './harness.ts';
import { SimulatedAgent } from './simulated-agent.ts';

const dir = temporaryFolder();
const boot = (n: number): string => `${n}`.padStart(8, '0').concat('-0000-4000-8000-000000000000');
const agents: SimulatedAgent[] = [];
let bridge: Bridge | undefined;
let token = '';
afterEach(async () => {
  await bridge?.close();
  bridge = undefined;
});
afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.close()));
  rmSync(dir, { recursive: true, force: true });
});

async function agent(n: number): Promise<SimulatedAgent> {
  const made = new SimulatedAgent(join(dir, `${n}.sock`));
  Object.assign(made, { hostname: 'box', instance: BigInt(n), helloWords: words(n, n) });
  await made.listen();
  agents.push(made);
  return made;
}
const words = (machine: number, bootNumber: number): string =>
  ` machine-id=${`${machine}`.padStart(32, 'ab')} boot-id=${boot(bootNumber)}`;

async function start(order: readonly SimulatedAgent[]): Promise<void> {
  const sources = order.map(({ path }) => ({ kind: 'socket', path }) as const);
  bridge = await startBridge({
    listen: { port: 0 },
    sources,
    logger: silent,
    history: { dir: join(dir, 'data') },
  });
  token = bridge.createToken();
}
async function get<T>(path: string): Promise<T> {
  const headers = { authorization: `Bearer ${token}` };
  return (await (await fetch(`${bridge!.url}${path}`, { headers })).json()) as T;
}
const hosts = async () => (await get<{ hosts: HostInfo[] }>('/api/v1/status')).hosts;
const names = async () =>
  (await hosts())
    .filter(({ state }) => state === 'live')
    .map(({ host }) => host)
    .sort();
const runs = async (host: string) => (await get<{ runs: RunInfo[] }>(`/api/v1/runs?host=${host}`)).runs;
const instances = async (host: string) => (await runs(host)).map(({ instance }) => instance);
const eventually = <T>(what: () => Promise<T>) => expect.poll(what, { timeout: 15_000 });

it('two hosts of one hostname have a history each, in whatever order they connect and whatever their names', async () => {
  const [a, b] = [await agent(1), await agent(2)];
  await start([a, b]);
  await eventually(names).toEqual(['box', 'box-2']);
  await eventually(async () => [...(await instances('box')), ...(await instances('box-2'))].sort()).toEqual([
    '1',
    '2',
  ]);
  const [first] = await runs('box');
  expect(first!.boot).toBe(boot(Number(first!.instance)));
  const [named] = await instances('box');
  await bridge!.close();

  // In reverse order, and the second host has booted again.
  b.instance = 3n;
  b.helloWords = words(2, 3);
  await start([b, a]);
  await eventually(names).toEqual(['box', 'box-2']);
  const other = named === '1' ? 'box-2' : 'box';
  await eventually(async () => (await instances(other)).sort()).toEqual(['2', '3']);
  expect(await instances(other === 'box' ? 'box-2' : 'box')).toEqual(['1']);

  b.hostname = 'crate';
  await eventually(names).toContain('crate');
  await eventually(async () => (await instances('crate')).sort()).toEqual(['2', '3']);
}, 60_000);

it('two hosts with one machine id stay separate, and one of them shows why', async () => {
  const [a, b] = [await agent(11), await agent(12)];
  for (const made of [a, b]) made.hostname = 'clone';
  b.helloWords = words(11, 12);
  await start([a, b]);
  await eventually(names).toEqual(['clone', 'clone-2']);
  const warnings = (await hosts()).flatMap(({ warning }) => warning ?? []);
  expect(warnings).toEqual([expect.stringContaining('machine id')]);
  const both = async () => [await instances('clone'), await instances('clone-2')].flat().sort();
  await eventually(both).toEqual(['b', 'c']);
}, 60_000);
