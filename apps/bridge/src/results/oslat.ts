// Reads what oslat prints: a histogram with a column for each CPU, and its footer.
import type { ResultNote, ToolResult, ToolRow } from '@rtprobe/protocol';
import { RESULT_ROWS_MAX } from '@rtprobe/protocol';
import { invalidWord, linesOf, numberOf, numbersOf, toNs } from './lines.ts';

const CORES = /^\s*Core:\s*(.*)$/;
const VERSION = /^oslat V (\S+)/;
/** `    032 (us):	 77 327 (including overflows)` */
const BUCKET = /^\s*(\d{3,}) \(us\):\s*(.*?)( \(including overflows\))?\s*$/;
const FOOTER = /^\s*(Minimum|Average|Maximum|Max-Min|Duration):\s*(.*?) \((us|sec)\)/;
const KNOWN =
  /^(\s*$|\s*\.\.\.$|\s*Counter Freq:|Total runtime:|Thread priority:|CPU list:|CPU for main thread:|Workload|Preheat cores:|Pre-heat |Test (starts|completed))/;
const UNIT_NS = 1000;
const FIELDS = { Minimum: 'minNs', Average: 'avgNs', Maximum: 'maxNs' } as const;

export const isOslat = (line: string): boolean => VERSION.test(line) || CORES.test(line);

export function readOslat(text: string): ToolResult {
  let rows: ToolRow[] = [];
  let version: string | undefined;
  let ignoredLines = 0;
  let isWhole = false;
  let last = -1;
  const columns = (list: string, line: number): number[] => {
    const values = numbersOf(list, line);
    if (values.length === rows.length) return values;
    throw invalidWord(line, list.trim(), `a number for each of ${rows.length} CPUs`);
  };
  for (const { text: line, number, isCut } of linesOf(text)) {
    if (isCut) break;
    const cores = CORES.exec(line);
    const bucket = BUCKET.exec(line);
    const footer = FOOTER.exec(line);
    version ??= VERSION.exec(line)?.[1];
    if (cores) {
      const cpus = numbersOf(cores[1]!, number);
      if (cpus.length > RESULT_ROWS_MAX)
        throw invalidWord(number, 'Core', `a list of at most ${RESULT_ROWS_MAX} CPUs`);
      rows = cpus.map((cpu) => ({ number: cpu, cpu, buckets: [] }));
    } else if (bucket) {
      const [, word, counts, open] = bucket;
      const edge = numberOf(word!, number);
      if (edge <= last) throw invalidWord(number, word!, 'a bucket above the one before');
      last = edge;
      for (const [i, count] of columns(counts!, number).entries()) {
        if (count > 0) rows[i]!.buckets.push([edge * UNIT_NS, count]);
        if (open) rows[i]!.lastIsOpen = true;
      }
    } else if (footer) {
      const [, name, values] = footer;
      const field = FIELDS[name as keyof typeof FIELDS];
      for (const [i, value] of columns(values!, number).entries())
        if (field) rows[i]![field] = toNs(value, UNIT_NS);
      if (name === 'Maximum') isWhole = true;
    } else if (!KNOWN.test(line) && !VERSION.test(line)) ignoredLines++;
  }
  for (const row of rows)
    if (row.buckets.length > 0) row.count = row.buckets.reduce((sum, [, n]) => sum + n, 0);
  const notes: ResultNote[] = isWhole ? [] : ['truncated'];
  return { tool: 'oslat', ...(version !== undefined && { version }), rows, notes, ignoredLines };
}
