// Wires sources to hosts, hosts to browsers, and starts listening.
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BridgeError } from './errors.ts';
import { nowMicros } from './host/clock.ts';
import { Host, type HostListener } from './host/host.ts';
import { createLog, type Log } from './log.ts';
import {
  type BridgeOptions,
  type ParsedOptions,
  parseOptions,
  provisionalName,
  type SourceSpec,
} from './options.ts';
import { createApp } from './server/app.ts';
import { Guard, urlHost } from './server/guard.ts';
import { Hub } from './server/hub.ts';
import { acceptWebSockets } from './server/upgrade.ts';
import { AgentSource } from './sources/agent.ts';
import { SocketSource } from './sources/socket.ts';
import type { Source } from './sources/source.ts';
import { sshCommand } from './sources/ssh.ts';
import { BRIDGE_VERSION } from './version.ts';

export interface Bridge {
  /** Address of the dashboard, without the token. */
  readonly url: string;
  /** The address to open: carries the token once where reading needs it. */
  readonly openUrl: string;
  readonly token: string;
  readonly port: number;
  close(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 20_000;
const CONNECTIONS_MAX = 256;

function createSource(spec: SourceSpec): Source {
  if (spec.kind === 'agent') return new AgentSource(spec.command);
  if (spec.kind === 'ssh') return new AgentSource(sshCommand(spec.destination));
  return new SocketSource(spec.path);
}

/** A name no other host of this bridge has. */
function uniqueName(name: string, taken: ReadonlySet<string>): string {
  let unique = name;
  for (let n = 2; taken.has(unique); n++) unique = `${name}-${n}`;
  return unique;
}

function createHosts(specs: readonly SourceSpec[], listener: HostListener, log: Log): Host[] {
  const taken = new Set<string>();
  return specs.map((spec, index) => {
    const name = uniqueName(provisionalName(spec), taken);
    taken.add(name);
    const nameIsGiven = spec.host !== undefined;
    return new Host({ index, name, nameIsGiven, source: createSource(spec), log }, listener);
  });
}

async function listen(server: Server, { host, port }: ParsedOptions['listen']): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen({ host, port }, resolve);
  });
  return (server.address() as AddressInfo).port;
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): BridgeError {
  const where = `${urlHost(host)}:${port}`;
  if (error.code === 'EADDRINUSE') {
    const todo = 'end the program that listens there (perhaps another bridge) or choose another port';
    return new BridgeError('E_PORT_IN_USE', `${where} is in use; ${todo}`, String(port));
  }
  return new BridgeError('E_LISTEN', `cannot listen on ${where}: ${error.message}`, host);
}

/**
 * Starts a bridge. Rejects with a BridgeError when an option is wrong or the address cannot be listened on;
 * a host that cannot be reached is no error, it shows as offline with the reason until it can.
 */
export async function startBridge(options: BridgeOptions, log: Log = createLog()): Promise<Bridge> {
  const parsed = parseOptions(options);
  const token = parsed.token ?? randomBytes(24).toString('base64url');
  const identity = { version: BRIDGE_VERSION, startedAt: nowMicros() };
  const hosts: Host[] = [];
  const hub = new Hub(hosts, identity);
  hosts.push(...createHosts(parsed.sources, hub, log));

  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS });
  server.maxConnections = CONNECTIONS_MAX;
  const port = await listen(server, parsed.listen);
  const guard = new Guard({ host: parsed.listen.host, port, token, origins: parsed.origins });
  server.on('request', createApp({ hosts, hub, guard, identity }, parsed.staticDir, log));
  const detach = acceptWebSockets(server, guard, hub);
  for (const host of hosts) host.start();

  const url = `http://${urlHost(parsed.listen.host)}:${port}`;
  return {
    url,
    openUrl: guard.needsTokenToRead ? `${url}/?token=${token}` : url,
    token,
    port,
    close: async () => {
      detach();
      await Promise.all(hosts.map((host) => host.close()));
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
