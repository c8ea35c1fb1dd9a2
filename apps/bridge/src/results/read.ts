// Finds out which tool wrote a text, and reads it.
import { RESULT_TEXT_MAX, type ToolResult, type ToolRow } from '@rtprobe/protocol';
import { BridgeError } from '../base/errors.ts';
import { isCyclictest, printsNanoseconds, readCyclictest } from './cyclictest.ts';
import { isHwlatdetect, readHwlatdetect } from './hwlatdetect.ts';
import { readJson } from './json.ts';
import { linesOf } from './lines.ts';
import { isOslat, readOslat } from './oslat.ts';
import { isRtla, readRtla } from './rtla.ts';

export interface ReadOptions {
  /** Words of the command that printed the text, if they are known. */
  readonly command?: readonly string[];
  /** Unit of the values of a text that does not state it. */
  readonly unit?: 'us' | 'ns';
}

const SUPPORTED =
  'supported: cyclictest, oslat, rtla timerlat hist, rtla osnoise hist, hwlatdetect, jitterdebugger';

/** cyclictest prints nanoseconds with -N, and does not say so. */
function readCyclictestText(text: string, { command, unit }: ReadOptions): ToolResult {
  const isNs = unit === undefined ? printsNanoseconds(command ?? []) : unit === 'ns';
  const result = readCyclictest(text, isNs ? 1 : 1000);
  return unit === undefined && command === undefined
    ? { ...result, notes: [...result.notes, 'unit'] }
    : result;
}

const READERS: readonly [(line: string) => boolean, (text: string, options: ReadOptions) => ToolResult][] = [
  [isRtla, readRtla],
  [isOslat, readOslat],
  [isHwlatdetect, readHwlatdetect],
  [isCyclictest, readCyclictestText],
];

/**
 * Reads a result. Throws E_RESULT_LARGE, E_RESULT_UNKNOWN if no supported tool wrote the text, else E_RESULT_JSON or
 * E_RESULT_WORD with the first word that cannot be read.
 */
export function readResult(text: string, options: ReadOptions = {}): ToolResult {
  if (text.length > RESULT_TEXT_MAX) {
    const why = `the text has ${text.length} characters, the limit is ${RESULT_TEXT_MAX}`;
    throw new BridgeError('E_RESULT_LARGE', why, 'import the JSON or histogram file of the tool');
  }
  if (/^\s*[{[]/.test(text)) return readJson(text);
  const lines = linesOf(text);
  const found = READERS.find(([isTool]) => lines.some((line) => isTool(line.text)));
  if (found) return found[1](text, options);
  throw new BridgeError('E_RESULT_UNKNOWN', 'the text is of no supported tool', SUPPORTED);
}

const SOURCES = ['cpu', 'tid', 'intervalNs', 'over', 'samples', 'samplesLeftOut'] as const;

function joinRow(row: ToolRow, other: ToolRow): ToolRow {
  const missing = SOURCES.filter((field) => row[field] === undefined && other[field] !== undefined);
  const added = Object.fromEntries(missing.map((field) => [field, other[field]]));
  return { ...row, ...added, buckets: row.buckets.length > 0 ? row.buckets : other.buckets };
}

/** Adds to the result of a file what only the printed result of the same run has, such as thread ids. */
export function joinResults(file: ToolResult, printed: ToolResult): ToolResult {
  if (file.tool !== printed.tool || file.rows.length !== printed.rows.length) return file;
  const { limitNs = printed.limitNs } = file;
  const rows = file.rows.map((row, i) => joinRow(row, printed.rows[i]!));
  return { ...file, ...(limitNs !== undefined && { limitNs }), rows };
}
