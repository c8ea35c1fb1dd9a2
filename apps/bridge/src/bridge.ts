// Wires sources to hosts, hosts to browsers, and starts listening.
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { Guard, urlHost } from './access/guard.ts';
import { nowMicros } from './base/clock.ts';
import { BridgeError } from './base/errors.ts';
import { createLog, type Log } from './base/log.ts';
import { BRIDGE_VERSION } from './base/version.ts';
import { SpikeExporter } from './exports/exporter.ts';
import { ExportFolder } from './exports/folder.ts';
import { History } from './history/history.ts';
import { Host } from './host/host.ts';
import type { HostListener } from './host/listener.ts';
import { readMachine } from './host/machine.ts';
import { HostRegistry } from './host/registry.ts';
import { createApp } from './http/app.ts';
import { Hub } from './live/hub.ts';
import { acceptWebSockets } from './live/upgrade.ts';
import {
  type BridgeOptions,
  type ParsedOptions,
  type ParsedSource,
  parseOptions,
  provisionalName,
} from './options.ts';
import { keyframe } from './recording/keyframe.ts';
import { FileReplay } from './recording/replay.ts';
import { createRecordingFile, RecordingWriter } from './recording/writer.ts';
import { AgentSource, SshSource } from './sources/agent.ts';
import { SocketSource } from './sources/socket.ts';
import type { Source } from './sources/source.ts';

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

async function createSource(spec: ParsedSource, log: Log): Promise<Source> {
  if (spec.kind === 'agent') return new AgentSource(spec.command);
  if (spec.kind === 'ssh') return new SshSource(spec.destination);
  if (spec.kind === 'socket') return new SocketSource(spec.path);
  const replay = await FileReplay.open(spec.file, spec.speed, spec.startAt);
  if (replay.truncatedBytes > 0) {
    const bytes = replay.truncatedBytes;
    log.warn({ file: spec.file, bytes }, 'the recording was cut off; what is whole is played');
  }
  return replay;
}

/** A name no other host of this bridge has. */
function uniqueName(name: string, usedNames: ReadonlySet<string>): string {
  let unique = name;
  for (let n = 2; usedNames.has(unique); n++) unique = `${name}-${n}`;
  return unique;
}

async function createHosts(
  specs: readonly ParsedSource[],
  listeners: readonly HostListener[],
  registry: HostRegistry,
  log: Log,
): Promise<Host[]> {
  const usedNames = new Set<string>();
  const hosts: Host[] = [];
  for (const [index, spec] of specs.entries()) {
    const source = await createSource(spec, log);
    const recordedName = source instanceof FileReplay ? source.host : undefined;
    const chosenName = spec.host ?? recordedName;
    const name = uniqueName(chosenName ?? provisionalName(spec), usedNames);
    usedNames.add(name);
    registry.reserve(index, name);
    const own = spec.kind === 'agent' ? { readMachine: () => readMachine() } : {};
    hosts.push(
      new Host(
        { index, name, nameIsGiven: chosenName !== undefined, source, log, registry, ...own },
        listeners,
      ),
    );
  }
  return hosts;
}

async function startRecording(path: string, host: Host, log: Log): Promise<RecordingWriter> {
  const target = {
    name: basename(path),
    file: await createRecordingFile(path),
    host: () => host.name,
    createdAt: nowMicros(),
  };
  const writer = new RecordingWriter(
    target,
    (at) => keyframe(host.state, host.family, at),
    () => host.recordingFailed(),
    log,
  );
  host.record(writer, writer.state);
  return writer;
}

const DAY_US = 86_400e6;

/** Undefined when none is wanted, and when only recordings are shown: they are on disk already. */
async function openHistory({ history, sources }: ParsedOptions, log: Log): Promise<History | undefined> {
  if (!history || sources.every(({ kind }) => kind === 'replay')) return undefined;
  const { dir, maxBytes, maxAgeDays } = history;
  return History.open({ dir, maxBytes, maxAgeUs: maxAgeDays * DAY_US }, log);
}

function follow(host: Host, history: History): void {
  host.history = () => history.stats(host.name);
}

async function openExporter({ exports }: ParsedOptions, log: Log): Promise<SpikeExporter | undefined> {
  if (!exports) return undefined;
  const { dir, aboveNs, ...bounds } = exports;
  return new SpikeExporter(await ExportFolder.open(dir, bounds), aboveNs, log);
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
export async function startBridge({ logger, ...options }: BridgeOptions): Promise<Bridge> {
  const log = logger ?? createLog();
  const parsed = parseOptions(options);
  const token = parsed.token ?? randomBytes(24).toString('base64url');
  const identity = { version: BRIDGE_VERSION, startedAt: nowMicros() };
  const hosts: Host[] = [];
  const exporter = await openExporter(parsed, log);
  const history = await openHistory(parsed, log);
  const hub = new Hub(hosts, identity);
  const listeners = [hub, history?.feed, exporter].filter((listener) => listener !== undefined);
  try {
    const registry = new HostRegistry(await history?.read({ ask: 'hosts' }));
    hosts.push(...(await createHosts(parsed.sources, listeners, registry, log)));
  } catch (error) {
    hub.close();
    await history?.close();
    throw error;
  }
  if (history) for (const host of hosts) if (host.source.kind === 'live') follow(host, history);
  if (exporter) for (const host of hosts) host.exports = () => exporter.statsOf(host);

  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS });
  server.maxConnections = CONNECTIONS_MAX;
  let recording: RecordingWriter | undefined;
  let port: number;
  try {
    port = await listen(server, parsed.listen);
    if (parsed.recordTo !== undefined) recording = await startRecording(parsed.recordTo, hosts[0]!, log);
  } catch (error) {
    server.close();
    hub.close();
    await Promise.all(hosts.map((host) => host.close()));
    await history?.close();
    throw error;
  }
  const guard = new Guard({ host: parsed.listen.host, port, token, origins: parsed.origins });
  server.on('request', createApp({ hosts, hub, guard, identity, history }, parsed.staticDir, log));
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
      hub.close();
      await Promise.all(hosts.map((host) => host.close()));
      await recording?.close();
      await exporter?.close();
      await history?.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
