// Serves the built dashboard and the protocol with a synthetic host, for tests and benchmarks of the screen:
// node tests/feeder.ts [--port N] [--scenario NAME] [--history SECONDS]
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measures, PROTOCOL_VERSION, type ServerMessage, type Spike, SUBPROTOCOL } from '@rtprobe/protocol';
import { parseClientMessage } from '@rtprobe/protocol/schemas';
import { type WebSocket, WebSocketServer } from 'ws';
import { FeederRest, type RestContext } from './feeder-rest.ts';
import { type Scenario, SyntheticHost, scenarios } from './synthetic.ts';
import { breachOf } from './synthetic-isolation.ts';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
/** Span of a history frame: long, because making and reading ten a second would cost every test seconds. */
const SPAN_US = 500_000;
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const CSP = "default-src 'self'; frame-ancestors 'none'";

function serveFile(request: IncomingMessage, response: ServerResponse): void {
  const path = normalize(new URL(request.url ?? '/', 'http://x').pathname);
  const file = join(dist, path);
  const found = file.startsWith(dist) && existsSync(file) && statSync(file).isFile();
  const served = found ? file : join(dist, 'index.html');
  response.setHeader('content-security-policy', CSP);
  response.setHeader('cross-origin-opener-policy', 'same-origin-allow-popups');
  response.setHeader('content-type', TYPES[extname(served)] ?? 'application/octet-stream');
  if (found && path !== '/index.html') createReadStream(served).pipe(response);
  // As a bridge that publishes the page at the root.
  else response.end(readFileSync(served, 'utf8').replaceAll('="./', '="/'));
}

export interface Feeder {
  url: string;
  host: SyntheticHost;
  /** Highest acknowledged frame. */
  acknowledged(): number;
  /** Resolves when a page acknowledged this frame or a later one. */
  acknowledges(seq: number): Promise<void>;
  /** Sends nothing more, but keeps the connections open. */
  pause(): void;
  resume(): void;
  /** Sends any message to every page. */
  broadcast(message: ServerMessage): void;
  spike(spike: Spike): void;
  /** Sends a spike of the local timer on CPU 3 that breaks an expectation. */
  breakExpectation(text: string): void;
  /** Sends a custom frame to every page; pause first. */
  frame(bytes: Uint8Array): void;
  /** Sends statistics and tasks, as happens automatically while not paused. */
  statistics(): void;
  tasks(): void;
  /** Every session may make changes, without a code. */
  becomeOperator(): void;
  /** Changes requested over REST, in order. */
  changes: RestContext['changes'];
  close(): Promise<void>;
}

export async function startFeeder(options: {
  scenario?: Scenario;
  port?: number;
  historySeconds?: number;
  /** Frames per second. */
  rate?: number;
}): Promise<Feeder> {
  const { scenario = scenarios.normal, port = 0, historySeconds = 60, rate = 10 } = options;
  const host = new SyntheticHost(scenario, (Date.now() - historySeconds * 1000) * 1000);
  const history = makeHistory(host, historySeconds);
  const pages = new Set<WebSocket>();
  let acknowledged = -1;
  const waits: (() => void)[] = [];
  const statistics = () => broadcast({ type: 'stats', host: 'synthetic', stats: host.stats() });
  const broadcastIncidents = () =>
    broadcast({ type: 'incidents-changed', host: 'synthetic', ...host.groupSpikes() });
  const addSpike = (made: Spike) => {
    const spike = { ...made, monoNs: host.monoNs(made.time) };
    host.spikes.push(spike);
    broadcast({ type: 'spike', host: 'synthetic', spike });
    broadcastIncidents();
  };
  const tasks = () => broadcast({ type: 'tasks', host: 'synthetic', tasks: [...host.tasks] });
  let paused = scenario.state === 'offline';
  const changes: RestContext['changes'] = [];
  const rest = new FeederRest({ host, changes, broadcast: (message) => broadcast(message) });
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/api/') === true) void rest.handle(request, response);
    else serveFile(request, response);
  });
  const sockets = new WebSocketServer({ server, path: '/ws', handleProtocols: () => SUBPROTOCOL });
  const send = (socket: WebSocket, message: ServerMessage) => socket.send(JSON.stringify(message));
  const broadcast = (message: ServerMessage) => {
    for (const page of pages) send(page, message);
  };
  sockets.on('connection', (socket) => {
    send(socket, {
      type: 'hello',
      version: PROTOCOL_VERSION,
      bridge: { version: 'synthetic', startedAt: host.startedAt },
      measures,
      hosts: [host.info()],
    });
    socket.on('close', () => pages.delete(socket));
    socket.on('message', (data) => {
      const message = parseClientMessage(String(data));
      if (message.type === 'ack') {
        acknowledged = Math.max(acknowledged, message.seq);
        for (const wait of waits.splice(0)) wait();
      }
      if (message.type !== 'subscribe') return;
      send(socket, {
        type: 'sources',
        host: 'synthetic',
        sources: host.sources,
        rows: host.rows.map(plainRow),
      });
      send(socket, { type: 'spikes', host: 'synthetic', spikes: host.spikes });
      send(socket, { type: 'incidents', host: 'synthetic', incidents: host.incidents() });
      const changed = [...rest.acknowledged.values()];
      send(socket, { type: 'acknowledgements', host: 'synthetic', changed, removed: [] });
      send(socket, { type: 'stats', host: 'synthetic', stats: host.stats() });
      send(socket, { type: 'rules', host: 'synthetic', rules: host.rules });
      send(socket, { type: 'tasks', host: 'synthetic', tasks: [...host.tasks] });
      // The first page gets the whole history, a later one the totals, as from a bridge.
      const first = history.splice(0);
      for (const frame of first) socket.send(frame);
      if (first.length === 0) socket.send(host.keyframe());
      pages.add(socket);
    });
  });
  const timer = setInterval(() => {
    if (paused) return;
    const { frame, spikes } = host.advance(Math.round(1e6 / rate));
    if (pages.size === 0 && history.length > 0) history.push(frame);
    for (const page of pages) page.send(frame);
    for (const spike of spikes) broadcast({ type: 'spike', host: 'synthetic', spike });
    if (spikes.length > 0) broadcastIncidents();
  }, 1000 / rate);
  const stats = setInterval(() => {
    if (paused) return;
    statistics();
    tasks();
    if (scenario.state === 'replay') broadcast({ type: 'host', host: host.info() });
  }, 1000);
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    host,
    acknowledged: () => acknowledged,
    acknowledges: async (seq) => {
      while (acknowledged < seq) await new Promise<void>((done) => waits.push(done));
    },
    frame: (bytes) => {
      for (const page of pages) page.send(bytes);
    },
    statistics,
    becomeOperator: () => {
      rest.role = 'operator';
    },
    tasks,
    pause: () => {
      paused = true;
    },
    resume: () => {
      // A bridge would have continued to count: so the totals continue, but the time between is not sent.
      host.time = Date.now() * 1000;
      for (const page of pages) page.send(host.keyframe());
      paused = false;
    },
    broadcast,
    changes,
    spike: addSpike,
    breakExpectation: (text) => addSpike(breachOf(host, text)),
    close: async () => {
      clearInterval(timer);
      clearInterval(stats);
      for (const client of sockets.clients) client.terminate();
      const closed = new Promise((done) => server.close(done));
      // A browser keeps its connections open for another request.
      server.closeAllConnections();
      await closed;
    },
  };
}

const plainRow = ({ row, source, cpu }: { row: number; source: number; cpu: number }) => ({
  row,
  source,
  cpu,
});

function makeHistory(host: SyntheticHost, seconds: number): Uint8Array[] {
  if (host.scenario.state === 'offline') return [];
  const frames = [host.keyframe()];
  const { gap } = host.scenario;
  for (let left = seconds; left > 0; left -= SPAN_US / 1e6) {
    if (gap !== undefined && left <= gap.from && left > gap.to) {
      host.time += SPAN_US;
      continue;
    }
    frames.push(host.advance(SPAN_US).frame);
  }
  return frames;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '9155' },
      scenario: { type: 'string', default: 'normal' },
      history: { type: 'string', default: '700' },
    },
  });
  const scenario = Object.hasOwn(scenarios, values.scenario)
    ? scenarios[values.scenario as keyof typeof scenarios]
    : undefined;
  if (scenario === undefined) {
    console.error(`unknown scenario "${values.scenario}": one of ${Object.keys(scenarios).join(', ')}`);
    process.exit(2);
  }
  const feeder = await startFeeder({
    scenario,
    port: Number(values.port),
    historySeconds: Number(values.history),
  });
  console.log(`synthetic host at ${feeder.url}`);
}
