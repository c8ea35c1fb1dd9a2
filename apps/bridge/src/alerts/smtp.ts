// Sends one mail to a server by SMTP (RFC 5321): encrypted from the start (smtps) or with STARTTLS, which is required
// unless the server is on this machine.
import { randomUUID } from 'node:crypto';
import { connect, isIP, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { connect as connectTls } from 'node:tls';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

export interface Server {
  readonly url: URL;
  readonly user?: string;
  readonly password?: string;
}

const TIMEOUT_MS = 20_000;
/** Longest line and number of lines of an answer. */
const LINE_MAX = 4096;
const ANSWER_MAX = 100;
const PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** Returns a subject as encoded words of at most 75 characters (RFC 2047). */
function encodedSubject(subject: string): string {
  if (/^[ -~]*$/.test(subject)) return subject;
  const words: string[] = [];
  let part = '';
  for (const character of subject) {
    if (Buffer.byteLength(part + character) > 42) {
      words.push(part);
      part = '';
    }
    part += character;
  }
  return [...words, part].map((word) => `=?utf-8?B?${base64(word)}?=`).join('\r\n ');
}

export function mailText({ from, to, subject, text }: Mail, now = new Date()): string {
  const lines = base64(text).match(/.{1,76}/g) ?? [];
  return [
    `From: rtprobe <${from}>`,
    `To: ${to.map((one) => `<${one}>`).join(', ')}`,
    `Subject: ${encodedSubject(subject)}`,
    `Date: ${now.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${randomUUID()}@${from.split('@')[1]}>`,
    ...['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64'],
    ...['Auto-Submitted: auto-generated', ''],
    ...lines,
  ].join('\r\n');
}

/** The lines that a socket receives. */
class Lines {
  readonly #socket: Socket;
  #rest = '';
  #waiting: (() => void) | undefined;
  readonly #add = (data: Buffer): void => {
    this.#rest += data.toString('latin1');
    this.#waiting?.();
  };

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', this.#add);
    socket.on('close', () => this.#waiting?.());
    // Reported by next().
    socket.on('error', () => {});
  }

  async next(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf('\n');
      if (end >= 0) {
        const line = this.#rest.slice(0, end).trimEnd();
        this.#rest = this.#rest.slice(end + 1);
        return line;
      }
      if (this.#socket.destroyed || this.#rest.length > LINE_MAX)
        throw new Error(this.#socket.errored?.message ?? 'the server closed the connection');
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }

  detach(): void {
    this.#socket.off('data', this.#add);
  }
}

/** The dialogue with a server. */
class Dialogue {
  #socket: Socket;
  #lines: Lines;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#lines = new Lines(socket);
  }

  /** Sends a line, and returns the answer. Rejects unless its code begins with `wanted`. `said` replaces secrets. */
  async ask(line: string | undefined, wanted: string, said = line): Promise<string[]> {
    if (line !== undefined) this.#socket.write(`${line}\r\n`);
    const answer: string[] = [];
    do answer.push(await this.#lines.next());
    while (/^\d{3}-/.test(answer.at(-1)!) && answer.length < ANSWER_MAX);
    const last = answer.at(-1)!;
    if (last.startsWith(wanted)) return answer;
    throw new SmtpError(`${said ?? 'greeting'}: ${last.slice(0, 200)}`, last.startsWith('5'));
  }

  async startTls(host: string): Promise<void> {
    await this.ask('STARTTLS', '220');
    this.#lines.detach();
    const socket = await ready(
      connectTls({ socket: this.#socket, servername: nameOf(host) }),
      'secureConnect',
    );
    this.#socket = socket;
    this.#lines = new Lines(socket);
  }

  end(): void {
    this.#socket.end('QUIT\r\n');
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

export class SmtpError extends Error {
  /** The server will refuse it again. */
  readonly isFinal: boolean;

  constructor(message: string, isFinal: boolean) {
    super(message);
    this.isFinal = isFinal;
  }
}

function ready<S extends Socket>(socket: S, event: 'connect' | 'secureConnect'): Promise<S> {
  return new Promise((resolve, reject) => {
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('the server does not answer')));
    socket.once('error', reject);
    socket.once(event, () => resolve(socket));
  });
}

/** Names of certificates are no addresses. */
const nameOf = (host: string): string => (isIP(host) ? '' : host);

const isLocal = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host.startsWith('127.');

export async function sendMail({ url, user, password }: Server, mail: Mail): Promise<void> {
  const { hostname: host, protocol } = url;
  const port = Number(url.port) || PORTS[protocol]!;
  const target = { host: host.replace(/^\[|\]$/g, ''), port };
  const isSecure = protocol === 'smtps:';
  const socket = isSecure
    ? await ready(connectTls({ ...target, servername: nameOf(target.host) }), 'secureConnect')
    : await ready(connect(target), 'connect');
  const server = new Dialogue(socket);
  const hello = `EHLO ${hostname()}`;
  try {
    await server.ask(undefined, '220');
    const features = await server.ask(hello, '250');
    if (!isSecure && features.some((line) => /^250[- ]STARTTLS$/i.test(line.trim()))) {
      await server.startTls(target.host);
      await server.ask(hello, '250');
    } else if (!isSecure && !isLocal(host)) throw new SmtpError('the server does not offer STARTTLS', true);
    if (user !== undefined)
      await server.ask(`AUTH PLAIN ${base64(`\0${user}\0${password ?? ''}`)}`, '235', 'AUTH PLAIN');
    await server.ask(`MAIL FROM:<${mail.from}>`, '250');
    for (const to of mail.to) await server.ask(`RCPT TO:<${to}>`, '25');
    await server.ask('DATA', '354');
    // Base64 and the headers have no line that begins with a dot.
    await server.ask(`${mailText(mail)}\r\n.`, '250', 'DATA');
    server.end();
  } catch (error) {
    server.destroy();
    throw error;
  }
}
