// Sends one mail to a server by SMTP: encrypted from the start (smtps) or with STARTTLS, which is required unless the
// server is on this machine.
import type { NodemailerError } from 'nodemailer';

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

/** Without an answer. */
const TIMEOUT_MS = 20_000;
/** For the whole mail: a server can answer slowly without end. */
const MAIL_MS = 120_000;
const PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };

export class SmtpError extends Error {
  /** The server will refuse it again. */
  readonly isFinal: boolean;

  constructor(message: string, isFinal: boolean) {
    super(message);
    this.isFinal = isFinal;
  }
}

const isLocal = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

/** Recipients for which the server refused a mail that it accepted for others. */
export interface Refused {
  /** Those for which it may accept the mail later. */
  readonly later: readonly string[];
  readonly never: readonly string[];
}

function refusedOf(errors: readonly NodemailerError[]): Refused {
  const of = (isFinal: boolean) =>
    errors
      .filter(({ responseCode = 0 }) => responseCode >= 500 === isFinal)
      .flatMap(({ recipient }) => recipient ?? []);
  return { later: of(false), never: of(true) };
}

/**
 * Resolves once the server has accepted the mail for a recipient, or refused it for each, with those that it refused.
 *
 * @throws SmtpError
 */
export async function sendMail(
  { url, user, password }: Server,
  mail: Mail,
  limitMs = MAIL_MS,
): Promise<Refused> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const secure = url.protocol === 'smtps:';
  // Only a bridge that sends mail loads it.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host,
    port: Number(url.port) || PORTS[url.protocol]!,
    secure,
    requireTLS: !secure && !isLocal(host),
    ...(user !== undefined && password !== undefined && { auth: { user, pass: password } }),
    ...{ connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  const { from, to, subject, text } = mail;
  const headers = { 'Auto-Submitted': 'auto-generated' };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const why = `the server did not finish within ${limitMs / 1000} s`;
    timer = setTimeout(() => reject(new SmtpError(why, false)), limitMs);
  });
  try {
    const sending = transport.sendMail({
      ...{ from: { name: 'rtprobe', address: from }, to: [...to], subject, text, headers },
      textEncoding: 'base64',
    });
    const sent = await Promise.race([sending, late]);
    return refusedOf(sent.rejectedErrors ?? []);
  } catch (error) {
    const { message, responseCode = 0, rejectedErrors = [] } = error as NodemailerError;
    // Of several recipients, the code is that of the last one.
    if (rejectedErrors.length > 1) return refusedOf(rejectedErrors);
    throw new SmtpError(message, responseCode >= 500);
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}
