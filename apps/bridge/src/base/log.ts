import { pino } from 'pino';

/** The part of a logger that the bridge uses; pino's logger and the tests' loggers have it. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * Writes one JSON object per line, or a short readable line on a terminal. Writes to stderr, because stdout belongs to
 * the command.
 */
export function createLog(isTerminal = process.stderr.isTTY === true): Log {
  if (!isTerminal) return pino({ base: null }, pino.destination(2));
  const line =
    (level: string) =>
    (fields: object, message: string): void => {
      const words = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
      process.stderr.write(`${level} ${printable(`${message} ${words.join(' ')}`)}\n`);
    };
  return { info: line(' '), warn: line('!'), error: line('E') };
}

/** Replaces control characters: names come from other machines and must not control a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\uFFFD');
}
