// The options of `serve` and `demo`, and what the bridge is started with.
import { join } from 'node:path';
import { EXPORT_LIMITS, METRICS_LIMITS } from '@rtprobe/bridge';
import { type Command, Option } from 'commander';
import { controlSocket, keyFileIn } from '../access/paths.ts';
import { dataFolder } from '../data-folder.ts';
import { CliError } from '../errors.ts';
import {
  age,
  basePath,
  exportSize,
  integer,
  level,
  natsUrl,
  origin,
  recordingsSize,
  size,
  speed,
  spoolSize,
} from '../options.ts';
import type { ServeOptions } from './serve.ts';
import { type Address, parseListen } from './source.ts';

export interface ServeFlags {
  readonly listen: Address;
  readonly record?: string;
  readonly data: string;
  readonly recordings?: string;
  readonly recordingsSize?: number;
  /** False with --no-history. */
  readonly history: boolean;
  readonly historySize?: number;
  readonly historyAge?: number;
  readonly exportDir?: string;
  readonly exportAbove?: number;
  readonly exportSize?: number;
  readonly exportCount?: number;
  readonly speed: number;
  readonly open?: boolean;
  readonly json?: boolean;
  readonly origin?: readonly string[];
  readonly base?: string;
  readonly metricsTop?: number;
  readonly alerts?: string;
  readonly publish?: string;
  readonly site?: string;
  readonly publishCreds?: string;
  readonly publishCa?: string;
  readonly publishSpool?: number;
  readonly publishDetails?: boolean;
  readonly tokenFile?: string;
  readonly socket?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly insecureHttp?: boolean;
  readonly behindProxy?: boolean;
}

const DEFAULT_LISTEN = '127.0.0.1:9154';

export function withServeOptions(command: Command): Command {
  const listen = new Option('--listen <host:port>', 'address of the dashboard').argParser(parseListen);
  return command
    .addOption(listen.default(parseListen(DEFAULT_LISTEN), DEFAULT_LISTEN))
    .option(
      '--record <file>',
      'also save the stream to a new file, for a replay; needs exactly one live source',
    )
    .option('--data <dir>', 'folder for the history of live hosts', dataFolder())
    .option(
      '--recordings <dir>',
      'folder of recordings that can be opened in the page; default: recordings in the folder of --data',
    )
    .option(
      '--recordings-size <size>',
      'maximum size of that folder, beyond which uploads are refused, such as 500M; default: 4G',
      recordingsSize,
    )
    .option('--no-history', 'store no history on disk')
    .option('--history-size <size>', 'maximum size of the history, such as 500M; default: 2G', size)
    .option('--history-age <age>', 'maximum age of stored data, such as 12h or 30d; default: 365d', age)
    .option('--export-dir <dir>', 'export spikes of live hosts into this folder automatically')
    .option('--export-above <time>', 'only spikes over this value, such as 1ms; default: all', level)
    .option('--export-size <size>', 'maximum size of the folder, such as 500M; default: 1G', exportSize)
    .option(
      '--export-count <n>',
      'maximum number of spikes in the folder; default: 1000',
      integer({ min: 1, max: EXPORT_LIMITS.maxSpikes }),
    )
    .option('--alerts <file>', 'file with channels that report incidents, silent hosts and others')
    .option(
      '--publish <url>',
      'publish incidents to this NATS server, nats://HOST[:PORT]; needs --site',
      natsUrl,
    )
    .option('--site <name>', 'name of the site in what is published')
    .option('--publish-creds <file>', 'credentials for that server: a .creds file, or the seed of an nkey')
    .option(
      '--publish-ca <file>',
      "authority of that server's certificate, in PEM format; default: the system's",
    )
    .option(
      '--publish-spool <size>',
      'maximum size of what waits on disk while that server cannot be reached; default: 64M',
      spoolSize,
    )
    .option(
      '--publish-details',
      'reports and published incidents contain command lines, paths, addresses and registers; without it these stay here',
    )
    .option(
      '--metrics-top <n>',
      `number of sources of a measure with series of their own in /metrics; default: ${METRICS_LIMITS.defaultTop}`,
      integer({ min: METRICS_LIMITS.minTop, max: METRICS_LIMITS.maxTop }),
    )
    .option('--speed <n>', 'speed of a replay: 2 is twice the recorded speed', speed, 1)
    .option(
      '--origin <url>',
      "another address under which browsers reach it, such as a proxy's (repeatable)",
      origin,
    )
    .option('--base <path>', 'path under which a proxy publishes it, such as /rt', basePath)
    .option(
      '--token-file <file>',
      'key of all sessions, mode 600; default: access.key in the folder of --data',
    )
    .option('--socket <path>', 'unix socket for local programs; default: in the runtime folder')
    .option('--tls-cert <file>', 'certificate in PEM format; serves https')
    .option('--tls-key <file>', 'its private key')
    .option('--insecure-http', 'serve other machines without TLS; anybody on the network can read the data')
    .option('--behind-proxy', 'a proxy with TLS serves other machines; needs --origin')
    .option('--json', 'print the address, one with a login code, port and socket as JSON');
}

function accessOf(flags: ServeFlags): ServeOptions['access'] {
  const { tlsCert: certFile, tlsKey: keyFile, insecureHttp, behindProxy } = flags;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const missing = certFile === undefined ? '--tls-cert' : '--tls-key';
    throw new CliError('E_NO_CERTIFICATE', `${missing} is missing`, 'give both --tls-cert and --tls-key');
  }
  return {
    tokenFile: flags.tokenFile ?? keyFileIn(flags.data),
    controlSocket: flags.socket ?? controlSocket('{port}'),
    ...(certFile !== undefined && keyFile !== undefined && { tls: { certFile, keyFile } }),
    ...(insecureHttp && { insecureHttp }),
    ...(behindProxy && { behindProxy }),
  };
}

function historyOf({ data, historySize, historyAge }: ServeFlags): ServeOptions['history'] {
  return {
    dir: data,
    ...(historySize !== undefined ? { maxBytes: historySize } : {}),
    ...(historyAge !== undefined ? { maxAgeDays: historyAge } : {}),
  };
}

function recordingsOf({
  data,
  recordings,
  recordingsSize: maxBytes,
}: ServeFlags): ServeOptions['recordings'] {
  return { dir: recordings ?? join(data, 'recordings'), ...(maxBytes !== undefined && { maxBytes }) };
}

function exportsOf(flags: ServeFlags): ServeOptions['exports'] {
  const { exportDir, exportAbove, exportSize: maxBytes, exportCount: maxSpikes } = flags;
  if (exportDir === undefined) {
    const alone = (['exportAbove', 'exportSize', 'exportCount'] as const).find(
      (flag) => flags[flag] !== undefined,
    );
    if (alone === undefined) return undefined;
    const word = alone.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`);
    throw new CliError('E_NO_FOLDER', `--${word} has no effect without a folder`, 'add --export-dir DIR');
  }
  return {
    dir: exportDir,
    ...(exportAbove !== undefined && { aboveNs: exportAbove }),
    ...(maxBytes !== undefined && { maxBytes }),
    ...(maxSpikes !== undefined && { maxSpikes }),
  };
}

function publishOf(flags: ServeFlags): ServeOptions['publish'] {
  const { data, publish: url, site, publishCreds, publishCa, publishSpool: maxBytes } = flags;
  if (url === undefined) {
    const alone = (['site', 'publishCreds', 'publishCa', 'publishSpool'] as const).find(
      (flag) => flags[flag] !== undefined,
    );
    if (alone === undefined) return undefined;
    const word = alone.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`);
    throw new CliError(
      'E_NO_BROKER',
      `--${word} has no effect without a server`,
      'add --publish nats://HOST',
    );
  }
  if (site === undefined) {
    throw new CliError('E_NO_SITE', '--publish needs the name of the site', 'add --site NAME');
  }
  return {
    ...{ url, site, dir: join(data, 'publish') },
    ...(publishCreds !== undefined && { credsFile: publishCreds }),
    ...(publishCa !== undefined && { caFile: publishCa }),
    ...(maxBytes !== undefined && { maxBytes }),
  };
}

/** Returns what the bridge is started with. Throws a CliError if options contradict each other. */
export function serveOptionsOf(
  flags: ServeFlags,
  sources: ServeOptions['sources'],
  open: boolean,
): ServeOptions {
  const exports = exportsOf(flags);
  const publish = publishOf(flags);
  const access = accessOf(flags);
  const { listen, record, origin: origins = [], base = '', json = false } = flags;
  return {
    ...{ sources, listen, origins, base, open, json, access },
    ...(record ? { record } : {}),
    recordings: recordingsOf(flags),
    ...(flags.history ? { history: historyOf(flags) } : {}),
    ...(exports ? { exports } : {}),
    ...(flags.alerts !== undefined && { alerts: { file: flags.alerts } }),
    ...(publish && { publish }),
    ...(flags.publishDetails && { publishDetails: true }),
    ...(flags.metricsTop !== undefined && { metrics: { top: flags.metricsTop } }),
  };
}
