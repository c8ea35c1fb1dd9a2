import type { RunDelayWatch } from '@rtprobe/lab';
import { InvalidArgumentError } from 'commander';

/** The source of `serve`, as given on the command line. */
export type SourceWord =
  | { readonly kind: 'agent'; readonly host?: string }
  | { readonly kind: 'lab'; readonly name: string }
  | {
      readonly kind: 'unix';
      readonly path: string;
      readonly host?: string;
      /** Of a lab guest. */
      readonly runDelays?: RunDelayWatch;
    }
  | { readonly kind: 'ssh'; readonly destination: string; readonly host?: string }
  | { readonly kind: 'replay'; readonly file: string };

const FORMS =
  'agent, lab, lab:NAME, unix:PATH, ssh:HOST or replay:FILE; agent=NAME, unix:PATH=NAME and ssh:HOST=NAME name the host';
/** Letters, digits, ".", "_" and "-": names are used in addresses and file names. */
const NAME = /^(?<word>.*)=(?<host>[\p{L}\p{N}][\p{L}\p{N}._-]{0,63})$/u;

/** Parses one `--source` word; throws if it is not valid. */
export function parseSource(text: string): SourceWord {
  const named = NAME.exec(text)?.groups;
  const isNamed = named !== undefined && /^(agent$|unix:|ssh:)/.test(text.replace(/=[^=]*$/, ''));
  if (!isNamed) return parseWord(text);
  return { ...parseWord(named.word!), host: named.host! } as SourceWord;
}

function parseWord(text: string): SourceWord {
  const colon = text.indexOf(':');
  const kind = colon < 0 ? text : text.slice(0, colon);
  const rest = colon < 0 ? undefined : text.slice(colon + 1);
  if (kind === 'agent' && rest === undefined) return { kind };
  if (kind === 'lab' && rest !== '') return { kind, name: rest ?? 'lab' };
  if (kind === 'unix' && rest) return { kind, path: rest };
  if (kind === 'ssh' && rest) return { kind, destination: rest };
  if (kind === 'replay' && rest) return { kind, file: rest };
  throw new InvalidArgumentError(`It must be ${FORMS}.`);
}

export const collectSources = (text: string, all: readonly SourceWord[] = []): SourceWord[] => [
  ...all,
  parseSource(text),
];

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Parses `HOST:PORT`, `[IPV6]:PORT` or `PORT`. Port 0 is any free port. */
export function parseListen(text: string): Address {
  const parts = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+)):)?(\d{1,5})$/.exec(text);
  const port = Number(parts?.[3]);
  if (!parts || port > 65535) throw new InvalidArgumentError('It must be HOST:PORT, [IPV6]:PORT or PORT.');
  return { host: parts[1] ?? parts[2] ?? '127.0.0.1', port };
}
