// Connects to a running bridge: over its unix socket on the same machine, else with a token from a file.
import { readFileSync, statSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { Role } from '@rtprobe/protocol';
import { BridgeAnswerError, CliError } from '../errors.ts';
import { PROGRAM } from '../own-command.ts';
import { controlSocket } from './paths.ts';

export interface BridgeAccess {
  /** Address of a running bridge, without a path. */
  readonly url: string;
  /** Its unix socket, if it is not at the default path. */
  readonly socket?: string;
  /** File with a token of `rtprobe login --token`; "-" is standard input. */
  readonly sessionFile?: string;
}

const ANSWER_MAX = 256 * 1024 * 1024;
const TIMEOUT_MS = 60_000;
const START = `start one: ${PROGRAM} serve --source …`;

interface ErrorBody {
  error?: { code: string; message: string };
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly cookies: readonly string[];
}

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host);

/** Returns the token in a file that other users must not be able to read. */
export function readToken(file: string): string {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
    if (file !== '-' && (statSync(file).mode & 0o077) !== 0) {
      throw new CliError('E_SESSION_FILE', `other users can access ${file}`, `run: chmod 600 ${file}`);
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    const todo = `make one where the bridge runs: (umask 077; ${PROGRAM} login --token > FILE)`;
    throw new CliError('E_SESSION_FILE', `${file} cannot be read: ${(error as Error).message}`, todo);
  }
  const token = text.trim();
  if (/^[\w-]+\.[\w-]+$/.test(token)) return token;
  throw new CliError(
    'E_SESSION_FILE',
    `${file} contains no token`,
    `make one: ${PROGRAM} login --token > FILE`,
  );
}

function portOf(url: URL): number {
  return Number(url.port || (url.protocol === 'https:' ? 443 : 80));
}

/** Returns the unix socket to use; undefined if a token is given. Throws E_NO_SESSION if there is neither. */
function socketOf({ url, socket, sessionFile }: BridgeAccess): string | undefined {
  if (sessionFile !== undefined) return undefined;
  if (socket !== undefined) return socket;
  const address = new URL(url);
  if (isLoopback(address.hostname)) return controlSocket(portOf(address));
  const todo = `make a token on that machine (${PROGRAM} login --token), put it into a file, add --session-file FILE`;
  throw new CliError('E_NO_SESSION', `a bridge on another machine needs a session: ${url}`, todo);
}

function noBridge(access: BridgeAccess, socket: string | undefined, error: NodeJS.ErrnoException): CliError {
  if (socket === undefined)
    return new CliError('E_NO_BRIDGE', `no bridge answers at ${access.url}: ${error.message}`, START);
  if (error.code === 'EACCES') {
    const todo = 'run this as the same user, or as root (sudo)';
    return new CliError('E_NO_SESSION', `${socket} belongs to another user's bridge`, todo);
  }
  const why = `no bridge of this user answers for ${access.url} (socket ${socket}: ${error.code ?? error.message})`;
  return new CliError(
    'E_NO_BRIDGE',
    why,
    `${START}; name its socket with --socket, or use sudo if root runs it`,
  );
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response) {
    parts.push(part as Buffer);
    length += (part as Buffer).length;
    if (length > ANSWER_MAX) throw new Error('the answer is too large');
  }
  const text = Buffer.concat(parts).toString();
  let body: unknown = {};
  try {
    body = JSON.parse(text);
  } catch {
    // Not the answer of a bridge: the status is reported instead.
  }
  return { status: response.statusCode ?? 0, body, cookies: response.headers['set-cookie'] ?? [] };
}

/** Sends one request. Throws a CliError if nothing answers, and the bridge's own code if it refuses. */
export async function askBridge(
  access: BridgeAccess,
  path: string,
  { method = 'GET', body, open = false }: { method?: string; body?: object; open?: boolean } = {},
): Promise<Answer> {
  // Public paths need neither socket nor token.
  const socket = open ? undefined : socketOf(access);
  const url = new URL(`${access.url.replace(/\/$/, '')}/api/v1${path}`);
  const headers = {
    ...(body && { 'content-type': 'application/json' }),
    ...(access.sessionFile !== undefined && { authorization: `Bearer ${readToken(access.sessionFile)}` }),
  };
  const send = socket === undefined && url.protocol === 'https:' ? tlsRequest : httpRequest;
  const options = { method, headers, timeout: TIMEOUT_MS };
  const answer = await new Promise<Answer>((resolve, reject) => {
    const request =
      socket === undefined
        ? send(url, options)
        : httpRequest({ ...options, socketPath: socket, path: url.pathname + url.search });
    request.on('response', (response) => readAnswer(response).then(resolve, reject));
    request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    request.on('error', reject);
    request.end(body && JSON.stringify(body));
  }).catch((error: NodeJS.ErrnoException) => {
    throw noBridge(access, socket, error);
  });
  if (answer.status >= 200 && answer.status < 300) return answer;
  const { code, message } = (answer.body as ErrorBody).error ?? {};
  if (code !== undefined && message !== undefined) throw new BridgeAnswerError(code, message);
  throw new CliError('E_NO_BRIDGE', `${access.url} answers ${answer.status} without a reason`, START);
}

/** Returns the cookie of a new browser session, as NAME=VALUE with its attributes. A token gives its own role. */
export async function browserCookie(access: BridgeAccess, role: Role = 'viewer'): Promise<string> {
  const ask = async (body: object, way: BridgeAccess, open: boolean) =>
    askBridge(way, '/session', { method: 'POST', body, open });
  let answer: Answer;
  if (access.sessionFile !== undefined) answer = await ask({}, access, false);
  else {
    const made = await askBridge(access, '/session/codes', { method: 'POST', body: { role } });
    const { code } = made.body as { code: string };
    answer = await ask({ code }, { url: access.url }, true);
  }
  const [cookie] = answer.cookies;
  if (cookie !== undefined) return cookie;
  throw new CliError('E_NO_BRIDGE', `${access.url} returns no session`, START);
}
