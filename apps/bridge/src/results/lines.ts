// Lines and words of a tool's text, and the error that names the one that cannot be read.
import { BridgeError } from '../base/errors.ts';

/** Sequences by which tools move the cursor and clear lines on a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const ESCAPES = /\u001b\[[0-9;]*[A-Za-z]/g;

export interface Line {
  readonly number: number;
  readonly text: string;
  /** The text ends here without a line feed: the rest may be missing. */
  readonly isCut: boolean;
}

export function linesOf(text: string): Line[] {
  const plain = text.replaceAll(ESCAPES, '').replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  const lines = plain.split('\n');
  const last = lines.length - 1;
  return lines.map((line, i) => ({ number: i + 1, text: line, isCut: i === last && line !== '' }));
}

/** Longest part of a hostile word that an error repeats. */
const WORD_MAX = 64;

export function invalidWord(line: number, word: string, expected: string): BridgeError {
  const shown = word.slice(0, WORD_MAX);
  return new BridgeError(
    'E_RESULT_WORD',
    `line ${line}: "${shown}" is not ${expected}`,
    'import the file as the tool wrote it',
    shown,
  );
}

export const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** Reads a number of at most 15 digits before its point. */
export function numberOf(word: string, line: number): number {
  if (/^\d{1,15}(\.\d{1,9})?$/.test(word)) return Number(word);
  throw invalidWord(line, word, 'a number');
}

/** Reads the numbers of a line. */
export const numbersOf = (text: string, line: number): number[] =>
  wordsOf(text).map((word) => numberOf(word, line));

/** Nanoseconds of a value in a unit, rounded: tools print averages with decimals. */
export const toNs = (value: number, unitNs: number): number => Math.round(value * unitNs);
