import { pino } from 'pino';

/** The part of a logger the bridge uses; pino's fits, and so does a test's. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** One JSON object a line, or one short line for a person at a terminal. To stderr: stdout is the command's. */
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

/** Names come from other machines: no control characters reach a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\uFFFD');
}
