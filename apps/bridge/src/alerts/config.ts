// The file of alerts: channels, and what they report. docs/reference/alerts.md describes it.
import { parseDuration } from '@rtprobe/metrics';
import { REPORTED_KINDS } from '@rtprobe/protocol';
import { measureSchema } from '@rtprobe/protocol/schemas';
import { z } from 'zod';
import { PrivateFileError, readPrivate } from '../access/private-file.ts';
import { readBounded } from '../base/bounded-file.ts';
import { BridgeError, reasonOf } from '../base/errors.ts';
import { type PlacedYaml, parsePlacedYaml } from '../base/yaml.ts';
import { TEMPLATES } from './templates.ts';

const BYTES_MAX = 65_536;
const SECONDS = { s: 1, m: 60, h: 3600 } as const;

/** A time such as 30s, 5m or 1h, as ms. */
const interval = (minS: number, maxS: number) =>
  z
    .string()
    .regex(/^\d{1,5}[smh]$/, 'must be a time such as 30s, 5m or 1h')
    .transform((text) => Number(text.slice(0, -1)) * SECONDS[text.at(-1) as keyof typeof SECONDS] * 1000)
    .refine((ms) => ms >= minS * 1000 && ms <= maxS * 1000, `must be from ${minS} to ${maxS} s`);

const value = z
  .string()
  .transform((text) => parseDuration(text) ?? Number.NaN)
  .refine((ns) => ns >= 1 && ns <= 60e9, 'must be a time such as 200us or 1ms');

const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 22:00')
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

const kinds = z.array(z.enum(REPORTED_KINDS)).min(1);
const file = z.string().min(1).max(1024);
const address = z
  .string()
  .regex(/^[^\s<>@,"]{1,64}@[^\s<>@,"]{1,255}$/, 'must be an address such as oncall@example.org');

const common = {
  name: z.string().regex(/^[\w.-]{1,32}$/, 'must be letters, digits and ._-'),
  /** What it reports; everything if missing. */
  on: kinds.default([...REPORTED_KINDS]),
};

const channel = z.discriminatedUnion('type', [
  z.strictObject({
    ...common,
    type: z.literal('webhook'),
    url: z.url({ protocol: /^https?$/ }),
    template: z.enum(TEMPLATES).default('json'),
    /** File with the key that signs each request. */
    keyFile: file.optional(),
  }),
  z.strictObject({
    ...common,
    type: z.literal('mail'),
    server: z.url({ protocol: /^smtps?$/ }),
    user: z.string().min(1).max(256).optional(),
    passwordFile: file.optional(),
    from: address,
    to: z.array(address).min(1).max(20),
  }),
  z.strictObject({ ...common, type: z.literal('journal') }),
  z.strictObject({
    ...common,
    type: z.literal('command'),
    /** Program and arguments; no shell interprets them. */
    command: z.array(z.string().min(1).max(1024)).min(1).max(32),
  }),
]);
export type ChannelConfig = z.output<typeof channel>;

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

const alertFile = z
  .strictObject({
    channels: z.array(channel).min(1).max(16),
    /** A value above it is reported, also below the threshold of its measure. */
    budgets: z
      .array(z.strictObject({ measure: measureSchema, above: value, host: z.string().max(64).optional() }))
      .max(64)
      .default([]),
    /** Alerts of one kind and host within this time are one message. */
    group: interval(1, 3600).prefault('30s'),
    /** A host without data for this long is reported. */
    silentAfter: interval(1, 86_400).prefault('1m'),
    /** Messages of a channel. */
    perHour: z.number().int().min(1).max(3600).default(20),
    /** Messages wait until the end of these hours, by the clock of the bridge. */
    quietHours: z
      .array(
        z.strictObject({
          days: z
            .array(z.enum(DAYS))
            .min(1)
            .default([...DAYS]),
          from: clock,
          to: clock,
          except: kinds.default(['silent']),
        }),
      )
      .max(16)
      .default([]),
    deadMan: z.strictObject({ channel: common.name, every: interval(30, 86_400) }).optional(),
  })
  .superRefine(({ channels, deadMan }, { addIssue }) => {
    const names = channels.map(({ name }) => name);
    const again = names.findIndex((name, i) => names.indexOf(name) < i);
    if (again >= 0) addIssue({ code: 'custom', path: ['channels', again, 'name'], message: 'is used twice' });
    const half = channels.findIndex(
      (one) => one.type === 'mail' && (one.user === undefined) !== (one.passwordFile === undefined),
    );
    if (half >= 0)
      addIssue({
        code: 'custom',
        path: ['channels', half, 'user'],
        message: 'needs passwordFile, and it needs user',
      });
    if (deadMan && !names.includes(deadMan.channel))
      addIssue({ code: 'custom', path: ['deadMan', 'channel'], message: 'is not the name of a channel' });
  });
export type AlertConfig = z.output<typeof alertFile>;
export type QuietHours = AlertConfig['quietHours'][number];
export const dayNames: readonly (typeof DAYS)[number][] = DAYS;

const REMEDY = 'docs/reference/alerts.md lists what is accepted';
const refusal = (place: string, why: string, word?: string) =>
  new BridgeError('E_ALERTS', `${place}: ${why}`, REMEDY, word ?? place);

/** Parses the text of a file of alerts. Throws E_ALERTS with line and offending word. */
export function parseAlerts(text: string, path: string): AlertConfig {
  let yaml: PlacedYaml;
  try {
    yaml = parsePlacedYaml(text);
  } catch (error) {
    throw refusal(path, `not YAML: ${reasonOf(error)}`);
  }
  const parsed = alertFile.safeParse(yaml.content ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const where = [...issue.path, ...(issue.code === 'unrecognized_keys' ? [issue.keys[0]!] : [])]
    .map(String)
    .join('.');
  const why = issue.code === 'unrecognized_keys' ? 'unknown word' : issue.message;
  const keys = [...issue.path, ...(issue.code === 'unrecognized_keys' ? [issue.keys[0]!] : [])];
  throw refusal(`${path}:${yaml.lineOf(keys)}`, where === '' ? why : `${where}: ${why}`, where || path);
}

/** Returns the content of a file with a secret. Throws E_ALERTS. */
function readSecret(path: string): string {
  try {
    const secret = readPrivate(path, BYTES_MAX)?.text.trim();
    if (secret) return secret;
  } catch (error) {
    throw refusal(path, error instanceof PrivateFileError ? error.what : reasonOf(error));
  }
  throw refusal(path, 'the file is missing or empty');
}

export interface Secrets {
  readonly key?: string;
  readonly password?: string;
}

export interface LoadedAlerts {
  readonly config: AlertConfig;
  /** By name of the channel. */
  readonly secrets: ReadonlyMap<string, Secrets>;
}

/** Reads the file and the secrets that it names. Throws E_ALERTS. */
export function readAlerts(path: string): LoadedAlerts {
  let text: string;
  try {
    text = readBounded(path, BYTES_MAX).toString('utf8');
  } catch (error) {
    throw refusal(path, reasonOf(error));
  }
  const config = parseAlerts(text, path);
  const secrets = new Map<string, Secrets>();
  for (const one of config.channels) {
    if (one.type === 'webhook' && one.keyFile) secrets.set(one.name, { key: readSecret(one.keyFile) });
    if (one.type === 'mail' && one.passwordFile)
      secrets.set(one.name, { password: readSecret(one.passwordFile) });
  }
  return { config, secrets };
}
