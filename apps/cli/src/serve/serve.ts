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
  readonly record?: string;
  readonly recordings?: BridgeOptions['recordings'];
  readonly history?: BridgeOptions['history'];
  readonly exports?: BridgeOptions['exports'];
  readonly access: Pick<
    BridgeOptions,
    'tokenFile' | 'controlSocket' | 'tls' | 'insecureHttp' | 'behindProxy'
  >;
  readonly open: boolean;
  readonly json: boolean;
}

/** The built dashboard. */
const DASHBOARD = join(import.meta.dirname, '../../../dashboard/dist');

/** Returns the installed agent, else one built from this checkout. */
async function localAgent(): Promise<string> {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(dir, 'rtprobe-agent');
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // It is missing: try the next folder.
    }
  }
  return buildAgent();
}

/** Returns the source of the bridge for each word of the command line. */
export async function resolveSource(word: SourceWord, speed: number): Promise<SourceSpec> {
  switch (word.kind) {
    case 'agent':
      if (process.getuid?.() !== 0) {
        throw new CliError(
          'E_NO_ROOT',
          'only root can read the local module',
          'run it with sudo, or choose --source lab',
        );
      }
      return { kind: 'agent', command: [await localAgent()], ...(word.host ? { host: word.host } : {}) };
    case 'lab':
      return {
        kind: 'socket',
        path: agentSocketOf(word.name),
        host: word.name,
        runDelays: runDelaysOf(word.name),
      };
    case 'unix': {
      const { path, host, runDelays } = word;
      return { kind: 'socket', path, ...(host && { host }), ...(runDelays && { runDelays }) };
    }
    case 'ssh':
      return { kind: 'ssh', destination: word.destination, ...(word.host ? { host: word.host } : {}) };
    case 'replay':
      if (!existsSync(word.file))
        throw new CliError('E_NO_FILE', `there is no ${word.file}`, 'name a recording');
      return { kind: 'replay', file: word.file, speed };
  }
}

/** Starts the bridge and prints its address. The caller closes it. */
export async function serve(options: ServeOptions): Promise<Bridge> {
  const bridge = await startBridge({
    listen: options.listen,
    origins: [...options.origins],
    sources: [...options.sources],
    staticDir: DASHBOARD,
    program: PROGRAM,
    ...options.access,
    ...(options.record ? { recordTo: options.record } : {}),
    ...(options.recordings ? { recordings: options.recordings } : {}),
    ...(options.history ? { history: options.history } : {}),
    ...(options.exports ? { exports: options.exports } : {}),
  });
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
