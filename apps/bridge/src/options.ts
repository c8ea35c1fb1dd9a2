// The options of a bridge.
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { z } from 'zod';
import { isLoopback } from './access/guard.ts';
import { readTls } from './access/tls.ts';
import { readAlerts } from './alerts/config.ts';
import { BridgeError } from './base/errors.ts';
import type { Log } from './base/log.ts';
import { BASE_PATH_RULE, isBasePath } from './http/base-path.ts';
import { readBrokerFiles } from './publish/broker.ts';
import type { RunDelayWatch } from './sources/run-delays.ts';
import { sshCommand } from './sources/ssh.ts';

const name = z.string().min(1).max(64).optional();
const words = z.array(z.string().min(1)).min(1);

const sourceSpec = z.discriminatedUnion('kind', [
  /** argv of an agent that uses its standard streams. */
  z.strictObject({ kind: z.literal('agent'), host: name, command: words }),
  /** rtprobe-agent on another machine, through ssh. */
  z.strictObject({ kind: z.literal('ssh'), host: name, destination: z.string().min(1) }),
  z.strictObject({
    kind: z.literal('socket'),
    host: name,
    path: z.string().min(1).max(107),
    /** Observes the host of a virtual machine. */
    runDelays: z.custom<RunDelayWatch>((watch) => typeof watch === 'function').optional(),
  }),
  /** A recording, played from `startAt` microseconds. */
  z.strictObject({
    kind: z.literal('replay'),
    host: name,
    file: z.string().min(1),
    speed: z.number().min(0.01).max(1000).default(1),
    startAt: z.number().int().min(0).default(0),
  }),
]);
export type SourceSpec = z.input<typeof sourceSpec>;
export type ParsedSource = z.output<typeof sourceSpec>;

/** Folder of the knowledge files of the machine. */
export const KNOWLEDGE_DIR = '/etc/rtprobe/knowledge.d';

export const DEFAULT_PORT = 9154;

/** Limits of the history on disk, with their defaults. */
export const HISTORY_LIMITS = {
  minBytes: 64 * 1024 ** 2,
  maxBytes: 1024 ** 4,
  defaultBytes: 2 * 1024 ** 3,
  minDays: 1 / 24,
  maxDays: 3650,
  defaultDays: 365,
} as const;
const { minBytes, maxBytes, defaultBytes, minDays, maxDays, defaultDays } = HISTORY_LIMITS;

/** Limits of automatic exports. Exports are never removed, so their number must be limited. */
export const EXPORT_LIMITS = {
  minBytes: 1024 ** 2,
  maxBytes: 1024 ** 4,
  defaultBytes: 1024 ** 3,
  maxSpikes: 100_000,
  defaultSpikes: 1000,
  maxAboveNs: 60e9,
} as const;

/** Limits of what waits on disk for the broker of a fleet. */
export const PUBLISH_LIMITS = {
  minBytes: 64 * 1024,
  maxBytes: 1024 ** 4,
  defaultBytes: 64 * 1024 ** 2,
} as const;

/** Limits of the folder for recordings. Nothing is removed from it automatically. */
export const RECORDINGS_LIMITS = {
  minBytes: 1024 ** 2,
  maxBytes: 1024 ** 4,
  defaultBytes: 4 * 1024 ** 3,
} as const;

/** Limits of the series of /metrics: each source has about 16. */
export const METRICS_LIMITS = { minTop: 1, maxTop: 500, defaultTop: 20 } as const;

const bridgeOptions = z.strictObject({
  listen: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      /** 0: any free port. */
      port: z.number().int().min(0).max(65535).default(DEFAULT_PORT),
    })
    .prefault({}),
  sources: z.array(sourceSpec).min(1).max(64),
  staticDir: z.string().min(1).optional(),
  /** How a person runs rtprobe where the bridge was started, for messages. */
  program: z.string().min(1).max(1024).default('rtprobe'),
  /** File with the key of all sessions; created if missing. Without it, sessions end with the bridge. */
  tokenFile: z.string().min(1).optional(),
  /**
   * Unix socket on which programs of this user and of root are operators; `{port}` is replaced by the port. No socket
   * if missing.
   */
  controlSocket: z.string().min(1).optional(),
  /** Certificate and private key in PEM format. */
  tls: z.strictObject({ certFile: z.string().min(1), keyFile: z.string().min(1) }).optional(),
  /** Serve other machines without TLS. */
  insecureHttp: z.boolean().default(false),
  /** Serve other machines through a proxy that terminates TLS; needs `origins`. */
  behindProxy: z.boolean().default(false),
  /** File to record the only live source to; must not exist yet. */
  recordTo: z.string().min(1).optional(),
  /** Recordings that can be opened in the page; none if missing. */
  recordings: z
    .strictObject({
      /** Created by the first upload. */
      dir: z.string().min(1),
      /** Limit for all files in the folder; beyond it uploads are refused. */
      maxBytes: z
        .number()
        .int()
        .min(RECORDINGS_LIMITS.minBytes)
        .max(RECORDINGS_LIMITS.maxBytes)
        .default(RECORDINGS_LIMITS.defaultBytes),
    })
    .optional(),
  /** Where and how much history of live hosts is stored on disk; none if missing. */
  history: z
    .strictObject({
      /** Created if missing. Only one bridge at a time can write to it. */
      dir: z.string().min(1),
      maxBytes: z.number().int().min(minBytes).max(maxBytes).default(defaultBytes),
      maxAgeDays: z.number().min(minDays).max(maxDays).default(defaultDays),
    })
    .optional(),
  /** Folder with knowledge files of this machine; it may be missing. */
  knowledgeDir: z.string().min(1).default(KNOWLEDGE_DIR),
  /** Automatic export of every spike of a live host over a level; none if missing. */
  exports: z
    .strictObject({
      /** Created if missing. */
      dir: z.string().min(1),
      /** 0 exports every spike. */
      aboveNs: z.number().int().min(0).max(EXPORT_LIMITS.maxAboveNs).default(0),
      /** Limit for all files in the folder, including those of earlier bridges. */
      maxBytes: z
        .number()
        .int()
        .min(EXPORT_LIMITS.minBytes)
        .max(EXPORT_LIMITS.maxBytes)
        .default(EXPORT_LIMITS.defaultBytes),
      maxSpikes: z.number().int().min(1).max(EXPORT_LIMITS.maxSpikes).default(EXPORT_LIMITS.defaultSpikes),
    })
    .optional(),
  /** Reports of incidents, silent hosts and others; none if missing. */
  alerts: z.strictObject({ file: z.string().min(1) }).optional(),
  /** Incidents are published to the broker of a fleet; none if missing. */
  publish: z
    .strictObject({
      /** nats://HOST[:PORT] */
      url: z
        .url({ protocol: /^nats$/ })
        .refine((url) => new URL(url).username === '', 'credentials belong into a file (publishCreds)'),
      site: z.string().min(1).max(64),
      /** Folder of what waits; created if missing. */
      dir: z.string().min(1),
      maxBytes: z
        .number()
        .int()
        .min(PUBLISH_LIMITS.minBytes)
        .max(PUBLISH_LIMITS.maxBytes)
        .default(PUBLISH_LIMITS.defaultBytes),
      /** User JWT with its seed, or the seed of an nkey. */
      credsFile: z.string().min(1).optional(),
      /** Authority of the server's certificate in PEM format; the system's authorities if missing. */
      caFile: z.string().min(1).optional(),
    })
    .optional(),
  /** Messages of alerts and of publishing contain command lines, paths, addresses and registers. */
  publishDetails: z.boolean().default(false),
  /** What /metrics has. */
  metrics: z
    .strictObject({
      /** Sources of a measure that have series of their own; the others are summed. */
      top: z
        .number()
        .int()
        .min(METRICS_LIMITS.minTop)
        .max(METRICS_LIMITS.maxTop)
        .default(METRICS_LIMITS.defaultTop),
    })
    .prefault({}),
  /** Origins under which a proxy publishes this bridge, such as https://rt.example.org. */
  origins: z.array(z.url({ protocol: /^https?$/ })).default([]),
  /** Path under which a proxy publishes this bridge, such as /rt. */
  base: z.string().refine(isBasePath, BASE_PATH_RULE).default(''),
});
export type ParsedOptions = z.output<typeof bridgeOptions>;
/** `logger` receives log lines; stderr if missing. */
export type BridgeOptions = z.input<typeof bridgeOptions> & { logger?: Log };

/** Throws E_CONFIG with the invalid word. */
export function parseOptions(options: Omit<BridgeOptions, 'logger'>): ParsedOptions {
  const parsed = bridgeOptions.safeParse(options);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const word =
      issue.code === 'unrecognized_keys' ? String(issue.keys[0]) : issue.path.map(String).join('.');
    throw new BridgeError(
      'E_CONFIG',
      `${word}: ${issue.message}`,
      'rtprobe serve --help lists the options',
      word,
    );
  }
  checkExposure(parsed.data);
  checkNames(parsed.data.sources);
  const { recordTo, sources } = parsed.data;
  if (recordTo !== undefined && (sources.length !== 1 || sources[0]!.kind === 'replay')) {
    const why = 'recording needs exactly one source, and it must be live';
    throw new BridgeError('E_CONFIG', why, 'start a bridge for that source, or do not record', 'recordTo');
  }
  return parsed.data;
}

/** Throws what the start of a bridge would throw because of its options and its certificate. */
export function checkBridgeOptions({ logger: _, ...options }: BridgeOptions): void {
  const { tls, sources, alerts, publish } = parseOptions(options);
  if (tls) readTls(tls);
  if (alerts) readAlerts(alerts.file);
  if (publish) readBrokerFiles(publish);
  for (const source of sources) if (source.kind === 'ssh') sshCommand(source.destination);
}

/** Rejects a name that is given to two hosts: their histories would depend on the order of the sources. */
function checkNames(sources: readonly ParsedSource[]): void {
  const names = sources.map(({ host }) => host);
  const again = names.findIndex((given, i) => given !== undefined && names.indexOf(given) < i);
  if (again < 0) return;
  const word = `sources.${again}.host`;
  throw new BridgeError(
    'E_CONFIG',
    `${word}: two sources are named ${names[again]}`,
    'rename one of them',
    word,
  );
}

/**
 * Rejects an address that other machines can reach, unless the connection is encrypted or the user allowed plain HTTP.
 */
function checkExposure({ listen, tls, insecureHttp, behindProxy, origins }: ParsedOptions): void {
  if (behindProxy && origins.length === 0) {
    const why = '--behind-proxy needs the address browsers use';
    throw new BridgeError('E_CONFIG', why, 'add --origin https://NAME', 'origins');
  }
  if (isLoopback(listen.host) || tls || insecureHttp || behindProxy) return;
  const what = `other machines can reach ${listen.host}, and without TLS anybody on the network can read the data`;
  const todo =
    'add --tls-cert FILE --tls-key FILE, or put a proxy with TLS in front (--behind-proxy --origin https://NAME), ' +
    'or accept it with --insecure-http';
  throw new BridgeError('E_INSECURE', what, todo, 'listen');
}

/** Returns the name of a host until its kernel reports its hostname. */
export function provisionalName(spec: ParsedSource): string {
  if (spec.host !== undefined) return spec.host;
  if (spec.kind === 'agent') return hostname();
  if (spec.kind === 'ssh') return spec.destination.replace(/^.*@/, '');
  const path = spec.kind === 'replay' ? spec.file : spec.path;
  return basename(path).replace(/\.[^.]*$/, '') || 'host';
}
