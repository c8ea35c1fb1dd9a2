// Tests that a bridge that is killed while writing loses nothing that it had acknowledged, and can open its file again
// at once.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { FrameKind, type HistoryJson, type HistoryStats } from '@rtprobe/protocol';
import { afterAll, beforeAll, it } from 'vitest';
import { Browser, temporaryFolder, until } from './harness.ts';
import { SimulatedAgent } from './simulated-agent.ts';

/** Stores that are written in parallel: most of a round is waiting. */
const STORES = 4;
/** Twenty kills in total. */
const ROUNDS = 5;

const dir = temporaryFolder();
const agents = Array.from({ length: STORES }, (_, n) => new SimulatedAgent(join(dir, `agent-${n}.sock`)));
let recording: NodeJS.Timeout;
let value = 0;

beforeAll(async () => {
  await Promise.all(agents.map((agent) => agent.listen()));
  recording = setInterval(() => {
    value++;
    for (const agent of agents) agent.record(3, value % 2, 1000 + ((value * 7919) % 100_000));
  }, 5);
});
afterAll(async () => {
  clearInterval(recording);
  await Promise.all(agents.map((agent) => agent.close()));
  rmSync(dir, { recursive: true, force: true });
});

interface Running {
  child: ChildProcess;
  url: string;
  headers: { authorization: string };
}

async function start(agent: SimulatedAgent): Promise<Running> {
  const program = join(import.meta.dirname, 'bridge-process.ts');
  const child = spawn(process.execPath, [program, agent.path, `${agent.path}.data`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  const { url, token } = JSON.parse(line) as { url: string; token: string };
  return { child, url, headers: { authorization: `Bearer ${token}` } };
}

async function historyStats({ url, headers }: Running): Promise<HistoryStats | undefined> {
  const { hosts } = (await (await fetch(`${url}/api/v1/status`, { headers })).json()) as {
    hosts: { stats?: { history?: HistoryStats } }[];
  };
  return hosts[0]!.stats?.history;
}

/** Returns the counts by second that a browser received, for seconds it received completely. */
function told(browser: Browser): Map<number, number> {
  const seconds = new Map<number, number>();
  for (const { kind, time, rows } of browser.frames) {
    if (kind !== FrameKind.delta) continue;
    const second = Math.floor((time - 1) / 1e6);
    seconds.set(
      second,
      rows.reduce((sum, row) => sum + row.count, seconds.get(second) ?? 0),
    );
  }
  const [first] = seconds.keys();
  if (first !== undefined) seconds.delete(first);
  return seconds;
}

async function stored({ url, headers }: Running, from: number, to: number): Promise<Map<number, number>> {
  const stretch = `from=${from * 1e6}&to=${(to + 1) * 1e6}`;
  const path = `/api/v1/history?measure=vector_duration&${stretch}&width=1000000`;
  const response = await fetch(url + path, { headers });
  const { columns } = (await response.json()) as HistoryJson;
  return new Map(columns.map(({ time, count }) => [time / 1e6, count]));
}

/** Kills a bridge once it has acknowledged a second that the browser received completely; adds what it acknowledged. */
async function round(agent: SimulatedAgent, acknowledged: Map<number, number>): Promise<void> {
  const running = await start(agent);
  const { child, url, headers } = running;
  const browser = await Browser.open(url, { headers });
  browser.subscribe('simulated');
  await until('frames', () => told(browser).size > 0, 30_000);
  const [first] = told(browser).keys();
  let storedTo = 0;
  while (storedTo < (first! + 1) * 1e6) {
    storedTo = (await historyStats(running))?.storedTo ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 80));
  }
  child.kill('SIGKILL');
  await once(child, 'exit');
  browser.close();
  for (const [second, count] of told(browser)) {
    if ((second + 1) * 1e6 <= storedTo) acknowledged.set(second, count);
  }
}

it.for(agents.map((_, n) => n))(
  `killed ${ROUNDS} times while it writes store %d, has every second it acknowledged`,
  {
    timeout: 300_000,
    concurrent: true,
  },
  async (n, { expect }) => {
    const agent = agents[n]!;
    const acknowledged = new Map<number, number>();
    for (let i = 0; i < ROUNDS; i++) await round(agent, acknowledged);
    expect(acknowledged.size).toBeGreaterThanOrEqual(ROUNDS);
    const running = await start(agent);
    const { child, url, headers } = running;
    const seconds = [...acknowledged.keys()];
    const all = await stored(running, Math.min(...seconds), Math.max(...seconds));
    for (const [second, count] of acknowledged) expect(all.get(second), `second ${second}`).toBe(count);
    const { runs } = (await (await fetch(`${url}/api/v1/runs`, { headers })).json()) as { runs: object[] };
    expect(runs).toHaveLength(1);
    child.kill();
    await once(child, 'exit');
  },
);
