// Sends a notification through one channel.
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { linesOf, type Notification } from './alert.ts';
import type { ChannelConfig, Secrets } from './config.ts';
import { SmtpError, sendMail } from './smtp.ts';
import { bodyOf } from './templates.ts';

const TIMEOUT_MS = 10_000;
const COMMAND_MS = 30_000;
/** What a program wrote before it ended arrives within this time. */
const SAID_MS = 50;
const REASON_MAX = 300;

/** A notification that was not sent. */
export class SendError extends Error {
  /** Sending it again does not help. */
  readonly isFinal: boolean;

  constructor(message: string, isFinal: boolean) {
    super(message.slice(0, REASON_MAX));
    this.isFinal = isFinal;
  }
}

export type Send = (notification: Notification) => Promise<void>;

/** Returns the signature of a body: `t=SECONDS,v1=HMAC`, of the seconds, a dot and the body. */
export function signatureOf(key: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`;
}

type Webhook = Extract<ChannelConfig, { type: 'webhook' }>;

async function sendWebhook({ url, template }: Webhook, key: string | undefined, notification: Notification) {
  const { type, text } = bodyOf(template, notification);
  const signature = key && signatureOf(key, Math.floor(Date.now() / 1000), text);
  const headers = { 'content-type': type, ...(signature && { 'x-rtprobe-signature': signature }) };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const answer = await fetch(url, { method: 'POST', headers, body: text, redirect: 'manual', signal }).catch(
    (error: Error) => {
      const cause = error.cause as Error | undefined;
      throw new SendError(cause?.message ?? error.message, false);
    },
  );
  await answer.body?.cancel();
  if (answer.ok) return;
  const isLater = answer.status >= 500 || answer.status === 408 || answer.status === 429;
  throw new SendError(`the receiver answered ${answer.status}`, !isLater);
}

type MailChannel = Extract<ChannelConfig, { type: 'mail' }>;

/** Recipients of one notification after an attempt that failed for some. */
interface Recipients {
  readonly left: readonly string[];
  readonly refused: readonly string[];
}

/** Sends a mail to the recipients that are left. Returns what is left then. Throws SendError. */
async function sendByMail(
  { server, user, from }: MailChannel,
  password: string | undefined,
  notification: Notification,
  { left: to, refused }: Recipients,
): Promise<Recipients> {
  const text = `${linesOf(notification).join('\n')}\n\n${notification.url}\n`;
  const account = { ...(user !== undefined && { user }), ...(password !== undefined && { password }) };
  const mail = { from, to, subject: `[rtprobe] ${notification.title}`, text };
  const { later, never } = await sendMail({ url: new URL(server), ...account }, mail).catch(
    (error: Error) => {
      throw new SendError(error.message, error instanceof SmtpError && error.isFinal);
    },
  );
  return { left: later, refused: [...refused, ...never] };
}

/** Returns a function that sends again only to recipients for which the server refused the mail for the time being. */
function mailer(channel: MailChannel, password: string | undefined): Send {
  const unfinished = new WeakMap<Notification, Recipients>();
  return async (notification) => {
    const before = unfinished.get(notification) ?? { left: channel.to, refused: [] };
    const after = await sendByMail(channel, password, notification, before);
    unfinished.set(notification, after);
    const { left, refused } = after;
    if (left.length + refused.length > 0)
      throw new SendError(`refused for ${[...left, ...refused].join(', ')}`, left.length === 0);
  };
}

/** Runs a program without a shell, and gives it a text. */
function run(argv: readonly string[], input: string, env = process.env): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0]!, argv.slice(1), {
      ...{ stdio: ['pipe', 'ignore', 'pipe'], env, timeout: COMMAND_MS, killSignal: 'SIGKILL' },
    });
    let said = '';
    child.stderr.on('data', (data) => {
      said = (said + data).slice(-REASON_MAX);
    });
    child.on('error', (error) => reject(new SendError(error.message, false)));
    // Not "close": a program that the command left running can keep its standard error open.
    child.on('exit', (code, signal) => setTimeout(ended, SAID_MS, code, signal));
    const ended = (code: number | null, signal: string | null): void => {
      child.stderr.destroy();
      if (code === 0) resolve();
      else reject(new SendError(`${argv[0]} ended with ${signal ?? code}: ${said.trim()}`, false));
    };
    // A program need not read its input.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

const PRIORITIES = {
  incident: 'warning',
  budget: 'warning',
  silent: 'err',
  lost: 'err',
  alive: 'info',
  test: 'info',
};

/** logger writes to the journal, or to the syslog of machines without one. */
function log(notification: Notification): Promise<void> {
  const lines = [notification.title, ...linesOf(notification)];
  const priority = `daemon.${PRIORITIES[notification.kind]}`;
  return run(['logger', '--tag', 'rtprobe', '--priority', priority], `${lines.join('\n')}\n`);
}

function execute(command: readonly string[], notification: Notification): Promise<void> {
  const { kind, host = '', title } = notification;
  const env = { ...process.env, RTPROBE_ALERT: kind, RTPROBE_HOST: host, RTPROBE_TITLE: title };
  return run(command, bodyOf('json', notification).text, env);
}

/** Returns the function that sends through a channel. */
export function senderOf(channel: ChannelConfig, { key, password }: Secrets): Send {
  if (channel.type === 'webhook') return (notification) => sendWebhook(channel, key, notification);
  if (channel.type === 'mail') return mailer(channel, password);
  if (channel.type === 'journal') return log;
  return (notification) => execute(channel.command, notification);
}

/** Returns where a channel sends to, without what can be a secret. */
export function targetOf(channel: ChannelConfig): string {
  if (channel.type === 'webhook') return new URL(channel.url).host;
  if (channel.type === 'mail') return channel.to.join(', ');
  return channel.type === 'journal' ? 'journal' : channel.command[0]!;
}
