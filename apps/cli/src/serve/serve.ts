import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Bridge, type BridgeOptions, DEFAULT_PORT, type SourceSpec, startBridge } from '@rtprobe/bridge';
import { agentSocketOf, buildAgent, runDelaysOf } from '@rtprobe/lab';
import { CliError } from '../errors.ts';
import { PROGRAM } from '../own-command.ts';
import { openBrowser } from './browser.ts';
import type { Address, SourceWord } from './source.ts';

export interface ServeOptions {
  readonly sources: readonly SourceSpec[];
  readonly listen: Address;
  readonly origins: readonly string[];
  readonly base?: string;
  readonly record?: string;
  readonly recordings?: BridgeOptions['recordings'];
  readonly history?: BridgeOptions['history'];
  readonly exports?: BridgeOptions['exports'];
  readonly alerts?: BridgeOptions['alerts'];
  readonly publish?: BridgeOptions['publish'];
  readonly publishDetails?: boolean;
  readonly metrics?: BridgeOptions['metrics'];
  readonly access: Pick<
    BridgeOptions,
    'tokenFile' | 'controlSocket' | 'tls' | 'insecureHttp' | 'behindProxy'
  >;
  readonly open: boolean;
  readonly json: boolean;
}

const AGENT = 'rtprobe-agent';

/** The built dashboard. */
const DASHBOARD = join(import.meta.dirname, '../../../dashboard/dist');

/** Returns the installed agent, else one built from this checkout. */
export async function localAgent(): Promise<string> {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(dir, AGENT);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // It is missing: try the next folder.
    }
  }
  return buildAgent();
}

/** Returns the source of the bridge for a word of the command line, without looking whether it exists here. */
export function sourceOf(word: SourceWord, speed: number): SourceSpec {
  const host = 'host' in word && word.host !== undefined ? { host: word.host } : {};
  switch (word.kind) {
    case 'agent':
      return { kind: 'agent', command: [AGENT], ...host };
    case 'lab':
      return { kind: 'socket', path: agentSocketOf(word.name), host: word.name };
    case 'unix':
      return { kind: 'socket', path: word.path, ...host };
    case 'ssh':
      return { kind: 'ssh', destination: word.destination, ...host };
    case 'replay':
      return { kind: 'replay', file: word.file, speed };
  }
}

/** Returns the source as well, with what is found on this machine. */
export async function resolveSource(word: SourceWord, speed: number): Promise<SourceSpec> {
  const source = sourceOf(word, speed);
  if (source.kind === 'agent') {
    if (process.getuid?.() === 0) return { ...source, command: [await localAgent()] };
    const todo = 'run it with sudo, or choose --source lab';
    throw new CliError('E_NO_ROOT', 'only root can read the local module', todo);
  }
  if (source.kind === 'replay' && !existsSync(source.file)) {
    throw new CliError('E_NO_FILE', `there is no ${source.file}`, 'name a recording');
  }
  if (word.kind === 'lab' && source.kind === 'socket')
    return { ...source, runDelays: runDelaysOf(word.name) };
  if (word.kind === 'unix' && word.runDelays) return { ...source, runDelays: word.runDelays } as SourceSpec;
  return source;
}

export function bridgeOptionsOf(options: ServeOptions): BridgeOptions {
  return {
    listen: options.listen,
    origins: [...options.origins],
    ...(options.base !== undefined && { base: options.base }),
    sources: [...options.sources],
    staticDir: DASHBOARD,
    program: PROGRAM,
    ...options.access,
    ...(options.record ? { recordTo: options.record } : {}),
    ...(options.recordings ? { recordings: options.recordings } : {}),
    ...(options.history ? { history: options.history } : {}),
    ...(options.exports ? { exports: options.exports } : {}),
    ...(options.alerts ? { alerts: options.alerts } : {}),
    ...(options.publish ? { publish: options.publish } : {}),
    ...(options.publishDetails ? { publishDetails: true } : {}),
    ...(options.metrics ? { metrics: options.metrics } : {}),
  };
}

/** Starts the bridge and prints its address. The caller closes it. */
export async function serve(options: ServeOptions): Promise<Bridge> {
  const bridge = await startBridge(bridgeOptionsOf(options));
  announce(bridge, options);
  if (options.open) openBrowser(bridge.openUrl());
  return bridge;
}

/** Prints a login code only if a person or a script reads it at once: it is useless in a log. */
function announce(bridge: Bridge, { json, open }: ServeOptions): void {
  const { url, port, controlSocket: socket } = bridge;
  if (json) console.log(JSON.stringify({ url, openUrl: bridge.openUrl(), port, socket }));
  else {
    const address = process.stdout.isTTY && !open ? bridge.openUrl() : url;
    console.log(`rtprobe: ${address}   (Ctrl-C ends it)`);
    const where = port === DEFAULT_PORT ? '' : ` --url http://127.0.0.1:${port}`;
    console.log(`rtprobe: log in another browser, or later: ${PROGRAM} login${where}`);
  }
}
