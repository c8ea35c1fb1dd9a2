// Connects sources to hosts and hosts to browsers, and starts listening.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import type { Role } from '@rtprobe/protocol';
import { Access } from './access/access.ts';
import { Connections } from './access/connections.ts';
import { listenLocally, serveLocally } from './access/control-socket.ts';
import { Guard, isLoopback, urlHost } from './access/guard.ts';
import { readTls, watchTls } from './access/tls.ts';
import { Acknowledgements } from './acknowledgements/acknowledgements.ts';
import { Alerts } from './alerts/alerts.ts';
import { readAlerts } from './alerts/config.ts';
import { AlertWatch } from './alerts/watch.ts';
import { nowMicros } from './base/clock.ts';
import { BridgeError } from './base/errors.ts';
import { createLog, type Log } from './base/log.ts';
import { BRIDGE_VERSION } from './base/version.ts';
import { type DeviceNames, systemNames } from './devices/id-list.ts';
import { SpikeExporter } from './exports/exporter.ts';
import { ExportFolder } from './exports/folder.ts';
import { History } from './history/history.ts';
import { Host } from './host/host.ts';
import type { HostListener } from './host/listener.ts';
import { readMachine } from './host/machine.ts';
import { HostRegistry, uniqueName } from './host/registry.ts';
import { createApp } from './http/app.ts';
import { withoutBase } from './http/base-path.ts';
import { ExpectationKeeper } from './isolation/expectations.ts';
import { IsolationWatch } from './isolation/watch.ts';
import { Knowledge } from './knowledge/knowledge.ts';
import { Hub } from './live/hub.ts';
import { acceptWebSockets } from './live/upgrade.ts';
import { Metrics } from './metrics/metrics.ts';
import {
  type BridgeOptions,
  type ParsedOptions,
  type ParsedSource,
  parseOptions,
  provisionalName,
} from './options.ts';
import { readBrokerFiles } from './publish/broker.ts';
import { Publisher } from './publish/publisher.ts';
import { Spool } from './publish/spool.ts';
import { keyframe } from './recording/keyframe.ts';
import { FileReplay } from './recording/replay.ts';
import { createRecordingFile, RecordingWriter } from './recording/writer.ts';
import { RecordingFolder } from './replays/folder.ts';
import { Replays } from './replays/replays.ts';
import { Uploads } from './replays/uploads.ts';
import { AgentSource, SshSource } from './sources/agent.ts';
import { withRunDelays } from './sources/run-delays.ts';
import { SocketSource } from './sources/socket.ts';
import type { Source } from './sources/source.ts';

export interface Bridge {
  /** Address of the dashboard. */
  readonly url: string;
  /** Returns the address with a new one-use code that gives a browser a session. */
  openUrl(role?: Role): string;
  /** Returns a token for the header `Authorization: Bearer`. */
  createToken(role?: Role, lifetimeMs?: number): string;
  readonly port: number;
  /** Unix socket on which local programs are operators. */
  readonly controlSocket: string | undefined;
  close(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 20_000;

async function createSource(spec: ParsedSource, log: Log): Promise<Source> {
  if (spec.kind === 'agent') return new AgentSource(spec.command);
  if (spec.kind === 'ssh') return new SshSource(spec.destination);
  if (spec.kind === 'socket') {
    const source = new SocketSource(spec.path);
    return spec.runDelays ? withRunDelays(source, spec.runDelays) : source;
  }
  const replay = await FileReplay.open(spec.file, spec.speed, spec.startAt);
  if (replay.truncatedBytes > 0) {
    const bytes = replay.truncatedBytes;
    log.warn({ file: spec.file, bytes }, 'the recording is truncated; its complete part is played');
  }
  return replay;
}

async function createHosts(
  specs: readonly ParsedSource[],
  listeners: readonly HostListener[],
  registry: HostRegistry,
  deviceNames: DeviceNames,
  log: Log,
): Promise<Host[]> {
  // Given names are those of their hosts, whatever the others are called.
  const usedNames = new Set(specs.flatMap(({ host }) => host ?? []));
  const hosts: Host[] = [];
  for (const [index, spec] of specs.entries()) {
    const source = await createSource(spec, log);
    const recordedName = source instanceof FileReplay ? source.host : undefined;
    const chosenName = spec.host ?? recordedName;
    const name = spec.host ?? uniqueName(recordedName ?? provisionalName(spec), usedNames);
    usedNames.add(name);
    registry.reserve(index, name);
    const own = spec.kind === 'agent' ? { readMachine: () => readMachine() } : {};
    hosts.push(
      new Host(
        { index, name, nameIsGiven: chosenName !== undefined, source, log, registry, deviceNames, ...own },
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

/** Returns undefined if no history is wanted, or if all sources are recordings. */
async function openHistory({ history, sources }: ParsedOptions, log: Log): Promise<History | undefined> {
  if (!history || sources.every(({ kind }) => kind === 'replay')) return undefined;
  const { dir, maxBytes, maxAgeDays } = history;
  return History.open({ dir, maxBytes, maxAgeUs: maxAgeDays * DAY_US }, log);
}

function follow(host: Host, history: History, keeper: ExpectationKeeper): void {
  host.history = () => history.stats(host.name);
  keeper.follow(host);
}

async function openExporter({ exports }: ParsedOptions, log: Log): Promise<SpikeExporter | undefined> {
  if (!exports) return undefined;
  const { dir, aboveNs, ...bounds } = exports;
  return new SpikeExporter(await ExportFolder.open(dir, bounds), aboveNs, log);
}

async function openPublisher(
  { publish, publishDetails: details }: ParsedOptions,
  log: Log,
): Promise<Publisher | undefined> {
  if (!publish) return undefined;
  const { dir, maxBytes, ...broker } = publish;
  const files = readBrokerFiles(broker);
  // Nobody reads what stays on this machine.
  const isEncrypted = broker.caFile !== undefined || !isLoopback(new URL(broker.url).hostname);
  return new Publisher({ ...broker, details, isEncrypted }, files, await Spool.open(dir, maxBytes), log);
}

/** Returns undefined if the bridge has no folder for recordings. */
async function openReplays(
  { recordings }: ParsedOptions,
  parts: ConstructorParameters<typeof Replays>[2],
): Promise<Replays | undefined> {
  if (!recordings) return undefined;
  const folder = new RecordingFolder(recordings.dir);
  const uploads = new Uploads(folder, recordings.maxBytes);
  await uploads.start();
  return new Replays(folder, uploads, parts);
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
    const todo = 'stop the program that listens there (perhaps another bridge) or choose another port';
    return new BridgeError('E_PORT_IN_USE', `${where} is in use`, todo, String(port));
  }
  const todo = 'choose an address of this machine and a port that this user may use';
  return new BridgeError('E_LISTEN', `cannot listen on ${where}: ${error.message}`, todo, host);
}

/**
 * Starts a bridge. Rejects with a BridgeError if an option is invalid or the address cannot be listened on. A host that
 * cannot be reached is not an error: it is shown as offline, with the reason.
 */
export async function startBridge({ logger, ...options }: BridgeOptions): Promise<Bridge> {
  const log = logger ?? createLog();
  const parsed = parseOptions(options);
  const material = parsed.tls && readTls(parsed.tls);
  const reports = parsed.alerts && readAlerts(parsed.alerts.file);
  const access = Access.open(parsed.tokenFile, log);
  const identity = { version: BRIDGE_VERSION, startedAt: nowMicros() };
  const hosts: Host[] = [];
  const exporter = await openExporter(parsed, log);
  const publisher = await openPublisher(parsed, log);
  const history = await openHistory(parsed, log);
  const hub = new Hub(hosts, identity);
  const acknowledgements = new Acknowledgements(history, (...change) => hub.acknowledged(...change));
  hub.acknowledgementsOf = (host) => acknowledgements.list(host);
  const isolation = new IsolationWatch();
  let url = '';
  const alerts = reports && new Alerts({ ...reports, url: () => url, details: parsed.publishDetails, log });
  const watch = alerts && new AlertWatch(alerts);
  const metrics = new Metrics(parsed.metrics.top);
  const keeper = history && new ExpectationKeeper(history, isolation, log);
  const listeners = [hub, history?.feed, exporter, publisher, isolation, metrics, watch, keeper].filter(
    (listener) => listener !== undefined,
  );
  const deviceNames = systemNames();
  let registry: HostRegistry;
  try {
    registry = new HostRegistry(await history?.read({ ask: 'hosts' }));
    hosts.push(...(await createHosts(parsed.sources, listeners, registry, deviceNames, log)));
  } catch (error) {
    hub.close();
    await history?.close();
    throw error;
  }
  if (history && keeper)
    for (const host of hosts) if (host.source.kind === 'live') follow(host, history, keeper);
  const replays = await openReplays(parsed, { hosts, listeners, registry, deviceNames, log });
  for (const host of hosts) host.needsTasks = () => isolation.needsTasks(host);
  if (exporter) for (const host of hosts) host.exports = () => exporter.statsOf(host);
  if (publisher) for (const host of hosts) host.publish = () => publisher.statsOf(host);

  const timeouts = { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS };
  const server = material ? createTlsServer({ ...timeouts, ...material }) : createServer(timeouts);
  const connections = new Connections(server);
  let recording: RecordingWriter | undefined;
  let guard: Guard;
  let local: Server | undefined;
  try {
    const port = await listen(server, parsed.listen);
    const controlSocket = parsed.controlSocket?.replace('{port}', String(port));
    const { origins, behindProxy, base, program } = parsed;
    guard = new Guard(
      { host: parsed.listen.host, port, tls: material !== undefined, origins, behindProxy, base, program },
      access,
    );
    if (controlSocket !== undefined) local = await listenLocally(controlSocket, (s) => guard.trustLocal(s));
    if (parsed.recordTo !== undefined) recording = await startRecording(parsed.recordTo, hosts[0]!, log);
  } catch (error) {
    server.close();
    hub.close();
    local?.close();
    await Promise.all(hosts.map((host) => host.close()));
    await history?.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  url = addressOf(parsed, port);
  const openUrl = (role: Role) => {
    const code = access.codes.create(role);
    return { url: `${url}/#code=${code}`, code };
  };
  const knowledge = new Knowledge(parsed.knowledgeDir, log);
  const context = {
    hosts,
    hub,
    guard,
    access,
    connections,
    identity,
    history,
    knowledge,
    isolation,
    metrics,
    acknowledgements,
    alerts,
    replays,
    openUrl,
  };
  const { base } = parsed;
  const app = createApp({ ...context, tls: material !== undefined, base }, parsed.staticDir, log);
  for (const one of local ? [server, local] : [server]) removeBase(one, base);
  server.on('request', app);
  const closeLocal = local && serveLocally(local, app);
  const detach = acceptWebSockets(local ? [server, local] : [server], context);
  const unwatch = parsed.tls && watchTls(server as TlsServer, parsed.tls, log);
  alerts?.start();
  publisher?.start();
  watch?.start();
  for (const host of hosts) host.start();

  return {
    url,
    openUrl: (role = 'operator') => openUrl(role).url,
    createToken: (role = 'operator', lifetimeMs) => access.createToken(role, lifetimeMs).text,
    port,
    controlSocket: parsed.controlSocket?.replace('{port}', String(port)),
    close: async () => {
      unwatch?.();
      detach();
      hub.close();
      await closeLocal?.();
      await replays?.uploads.close();
      await Promise.all(hosts.map((host) => host.close()));
      await recording?.close();
      await exporter?.close();
      await publisher?.close();
      watch?.close();
      alerts?.close();
      await history?.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Returns the address of the dashboard; behind a proxy, the proxy's address. */
function addressOf({ listen, tls, behindProxy, origins, base }: ParsedOptions, port: number): string {
  if (behindProxy) return `${new URL(origins[0]!).origin}${base}`;
  return `${tls ? 'https' : 'http'}://${urlHost(listen.host)}:${port}${base}`;
}

/** Removes the base from the addresses of requests and upgrades before anything else reads them. */
function removeBase(server: Server, base: string): void {
  const remove = (request: IncomingMessage) => {
    request.url = withoutBase(request.url ?? '/', base);
  };
  server.on('request', remove).on('upgrade', remove);
}
