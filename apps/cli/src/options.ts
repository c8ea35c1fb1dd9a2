import {
  BASE_PATH_RULE,
  EXPORT_LIMITS,
  HISTORY_LIMITS,
  isBasePath,
  PUBLISH_LIMITS,
  RECORDINGS_LIMITS,
} from '@rtprobe/bridge';
import { DEFAULT_KERNEL, KERNEL_NAMES, LIMITS } from '@rtprobe/lab';
import { parseDuration } from '@rtprobe/metrics';
import { InvalidArgumentError, Option } from 'commander';

/** Parses a whole decimal number within limits; throws InvalidArgumentError otherwise. */
export function integer(limits: { readonly min: number; readonly max: number }): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= limits.min && value <= limits.max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${limits.min} to ${limits.max}.`);
  };
}

/** Collects the values of an option that may be given more than once. */
export const collect = (value: string, all: readonly string[] = []): string[] => [...all, value];

/** Parses NAME=VALUE, a module parameter. */
export function assignment(text: string, all: readonly string[] = []): string[] {
  if (/^[a-z_][a-z0-9_]*=\S+$/i.test(text)) return [...all, text];
  throw new InvalidArgumentError('It must be NAME=VALUE.');
}

/** Parses the speed of a replay; 1 is the recorded speed. */
export function speed(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value >= 0.01 && value <= 1000) return value;
  throw new InvalidArgumentError('It must be a number from 0.01 to 1000.');
}

/** Parses an origin under which a proxy or a container's published port serves the dashboard. May be repeated. */
export function origin(text: string, all: readonly string[] = []): string[] {
  const url = parseUrl(text);
  if (url?.pathname === '/') return [...all, url.origin];
  throw new InvalidArgumentError('It must be http://HOST[:PORT] or https://HOST[:PORT].');
}

/** Parses the path under which a proxy publishes the dashboard; "/" is the root of its host name. */
export function basePath(text: string): string {
  const path = text.replace(/\/$/, '');
  if (text !== '' && isBasePath(path)) return path;
  throw new InvalidArgumentError(`It ${BASE_PATH_RULE}.`);
}

/** Parses the address of a bridge, with the path under which a proxy publishes it. */
export function bridgeUrl(text: string): string {
  const url = parseUrl(text);
  const path = url?.pathname.replace(/\/$/, '');
  if (url && path !== undefined && isBasePath(path)) return `${url.origin}${path}`;
  throw new InvalidArgumentError(
    'It must be http://HOST[:PORT] or https://HOST[:PORT], and the path of a proxy.',
  );
}

/** Parses the address of a NATS server. Credentials are not part of it: other users can read a command line. */
export function natsUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url?.protocol === 'nats:' && url.hostname !== '' && /^(|\/)$/.test(url.pathname);
  if (url && isPlain && !/[@?#]/.test(text)) return `nats://${url.host}`;
  throw new InvalidArgumentError('It must be nats://HOST[:PORT].');
}

/** Returns undefined for text that is not an http address, or has a query, a user or a fragment. */
function parseUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  return `${url.origin}${url.pathname}`.replace(/\/$/, '') === text.replace(/\/$/, '') ? url : undefined;
}

const SIZES: Readonly<Record<string, number>> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** Returns the bytes of 500M or 2G; NaN if the text is not a size. */
function bytesOf(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([KMGT])$/.exec(text) ?? [];
  return Math.round(Number(digits) * (SIZES[unit ?? ''] ?? Number.NaN));
}

/** Parses the maximum size of the history store: 500M, 2G. */
export function size(text: string): number {
  const bytes = bytesOf(text);
  const { minBytes, maxBytes } = HISTORY_LIMITS;
  if (bytes >= minBytes && bytes <= maxBytes) return bytes;
  throw new InvalidArgumentError('It must be a size such as 500M or 2G, from 64M to 1T.');
}

/** Parses the maximum size of a folder of exports: 500M, 2G. */
export function exportSize(text: string): number {
  const bytes = bytesOf(text);
  const { minBytes, maxBytes } = EXPORT_LIMITS;
  if (bytes >= minBytes && bytes <= maxBytes) return bytes;
  throw new InvalidArgumentError('It must be a size such as 500M or 2G, from 1M to 1T.');
}

/** Parses the maximum size of what waits for the broker of a fleet: 500K, 64M. */
export function spoolSize(text: string): number {
  const bytes = bytesOf(text);
  const { minBytes, maxBytes } = PUBLISH_LIMITS;
  if (bytes >= minBytes && bytes <= maxBytes) return bytes;
  throw new InvalidArgumentError('It must be a size such as 500K or 64M, from 64K to 1T.');
}

/** Parses the maximum size of the folder for recordings: 500M, 2G. */
export function recordingsSize(text: string): number {
  const bytes = bytesOf(text);
  const { minBytes, maxBytes } = RECORDINGS_LIMITS;
  if (bytes >= minBytes && bytes <= maxBytes) return bytes;
  throw new InvalidArgumentError('It must be a size such as 500M or 4G, from 1M to 1T.');
}

/** Parses a value of a measure, such as 250us or 1ms; returns ns. */
export function level(text: string): number {
  const ns = Math.round(parseDuration(text) ?? Number.NaN);
  if (ns <= EXPORT_LIMITS.maxAboveNs) return ns;
  throw new InvalidArgumentError('It must be a duration such as 250us or 1ms, up to 60s.');
}

/** Parses an age such as 12h or 30d; returns days. */
export function age(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([hd])$/.exec(text) ?? [];
  const days = Number(digits) / (unit === 'h' ? 24 : 1);
  const { minDays, maxDays } = HISTORY_LIMITS;
  if (days >= minDays && days <= maxDays) return days;
  throw new InvalidArgumentError('It must be an age such as 12h or 30d, from 1h to 3650d.');
}

const TOKEN_DAYS_MAX = 366;

/** How long a token is valid, in ms: 12h, 90d. */
export function lifetime(text: string): number {
  const [, digits, unit] = /^(\d+)([hd])$/.exec(text) ?? [];
  const days = Number(digits) / (unit === 'h' ? 24 : 1);
  if (days > 0 && days <= TOKEN_DAYS_MAX) return days * 86_400_000;
  throw new InvalidArgumentError(`It must be an age such as 12h or 90d, up to ${TOKEN_DAYS_MAX}d.`);
}

export const kernelOption = (purpose = 'kernel of the guest'): Option =>
  new Option('--kernel <name>', purpose).choices(KERNEL_NAMES).default(DEFAULT_KERNEL);

export const cpusOption = (): Option =>
  new Option('--cpus <n>', 'number of CPUs of the guest').argParser(integer(LIMITS.cpus)).default(2);

export const memoryOption = (): Option =>
  new Option('--memory <MiB>', 'memory of the guest, in MiB')
    .argParser(integer(LIMITS.memoryMiB))
    .default(1024);

export const nameOption = (): Option => new Option('--name <name>', 'name of the guest').default('lab');
