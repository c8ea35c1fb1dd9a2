// Reads what `rtla timerlat hist` and `rtla osnoise hist` print: a table with one or more columns for each CPU.
import { RESULT_ROWS_MAX, type ResultNote, type ToolResult, type ToolRow } from '@rtprobe/protocol';
import { invalidWord, type Line, linesOf, numberOf, toNs, wordsOf } from './lines.ts';

const TITLE = /^# RTLA (timerlat|osnoise) histogram\s*$/;
const UNIT = /^# Time unit is (microseconds \(us\)|nanoseconds \(ns\))\s*$/;
const COLUMN = /^(IRQ|Thr|Usr|CPU)-(\d{1,6})$/;
const CONTEXTS = { IRQ: 'irq', Thr: 'thread', Usr: 'user' } as const;
const SUMMARY = /^(over|count|min|avg|max):$/;
const FIELDS = { min: 'minNs', avg: 'avgNs', max: 'maxNs' } as const;
/** Lines without figures, or with those of all CPUs together, which follow the last CPU. */
const KNOWN = /^(\s*$|# (Duration|Time unit|RTLA))/;

export const isRtla = (line: string): boolean => TITLE.test(line);

class Reader {
  #tool: 'timerlat' | 'osnoise' = 'timerlat';
  #unit = 1000;
  #rows: ToolRow[] = [];
  #last = -1;
  #isEnded = false;
  #ignored = 0;

  line(line: Line): void {
    const { text, number } = line;
    const title = TITLE.exec(text);
    const unit = UNIT.exec(text);
    const [first = '', ...words] = wordsOf(text);
    if (title) this.#tool = title[1] as 'timerlat' | 'osnoise';
    else if (unit) this.#unit = unit[1]!.startsWith('nano') ? 1 : 1000;
    else if (this.#isEnded || KNOWN.test(text)) return;
    else if (first === 'Index') this.#rows = this.#columns(words, number);
    else if (this.#rows.length > 0 && /^\d/.test(first)) this.#bucket(first, words, number);
    else if (this.#rows.length > 0 && SUMMARY.test(first)) this.#summary(first, words, number);
    else this.#ignored++;
  }

  #columns(words: readonly string[], line: number): ToolRow[] {
    if (words.length === 0 || words.length > RESULT_ROWS_MAX)
      throw invalidWord(line, 'Index', `a list of 1 to ${RESULT_ROWS_MAX} columns`);
    return words.map((word) => {
      const [, kind, number] = COLUMN.exec(word) ?? [];
      if (kind === undefined) throw invalidWord(line, word, 'a column of rtla, such as IRQ-000');
      const cpu = Number(number);
      const context = CONTEXTS[kind as keyof typeof CONTEXTS];
      return { number: cpu, cpu, ...(context && { context }), buckets: [] };
    });
  }

  /** Returns one value for each column; "-" is a value that rtla does not have. */
  #values(words: readonly string[], line: number): (number | undefined)[] {
    if (words.length !== this.#rows.length)
      throw invalidWord(line, words.join(' '), `a value for each of ${this.#rows.length} columns`);
    return words.map((word) => (word === '-' ? undefined : numberOf(word, line)));
  }

  #bucket(edge: string, words: readonly string[], line: number): void {
    const from = numberOf(edge, line);
    if (from <= this.#last) throw invalidWord(line, edge, 'a bucket above the one before');
    this.#last = from;
    for (const [i, count] of this.#values(words, line).entries()) {
      if (count) this.#rows[i]!.buckets.push([toNs(from, this.#unit), count]);
    }
  }

  #summary(name: string, words: readonly string[], line: number): void {
    for (const [i, value] of this.#values(words, line).entries()) {
      const row = this.#rows[i]!;
      if (value === undefined) continue;
      if (name === 'over:') row.over = value;
      else if (name === 'count:') row.count = value;
      else row[FIELDS[name.slice(0, -1) as keyof typeof FIELDS]] = toNs(value, this.#unit);
    }
    if (name === 'max:') this.#isEnded = true;
  }

  result(): ToolResult {
    const notes: ResultNote[] = this.#isEnded ? [] : ['truncated'];
    for (const row of this.#rows) {
      const inside = row.buckets.reduce((sum, [, count]) => sum + count, 0);
      row.count ??= inside + (row.over ?? 0);
    }
    return { tool: this.#tool, rows: this.#rows, notes, ignoredLines: this.#ignored };
  }
}

export function readRtla(text: string): ToolResult {
  const reader = new Reader();
  for (const line of linesOf(text)) if (!line.isCut) reader.line(line);
  return reader.result();
}
