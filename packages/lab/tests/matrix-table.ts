// Summarises the results of guest scripts on several kernels.
import { incomplete, type ScriptRun } from './script-runs.ts';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Why the script did not run on this kernel; it then neither passed nor failed. */
  readonly skipped?: string;
}

export interface Outcome {
  readonly kernel: string;
  /** By script. */
  readonly counts: Readonly<Record<string, Counts>>;
  /** Why the tests of the kernel could not be completed. */
  readonly why?: string;
}

/** Counts each TAP line as a test, and one more for a complete run. */
export function count(run: ScriptRun): Counts & { readonly complaints: readonly string[] } {
  const bad = run.report.results.filter(({ ok }) => !ok);
  const why = incomplete(run);
  const { skipped } = run.report;
  if (skipped !== undefined && !why) return { passed: 0, failed: 0, skipped, complaints: [] };
  const complaints = bad.map(({ sentence, notes }) => [`not ok: ${sentence}`, ...notes].join('\n'));
  if (why) complaints.push(why);
  const failed = bad.length + (why ? 1 : 0);
  return { passed: run.report.results.length + 1 - failed, failed, complaints };
}

/** Adds up results; a kernel that could not be tried is one failure. */
export function total(outcomes: readonly Outcome[]): Counts {
  const all = outcomes.flatMap(({ counts }) => Object.values(counts));
  const sum = (key: 'passed' | 'failed'): number => all.reduce((so, counts) => so + counts[key], 0);
  return { passed: sum('passed'), failed: sum('failed') + outcomes.filter(({ why }) => why).length };
}

/** Returns a line for each script that was skipped. */
export const skips = (outcomes: readonly Outcome[]): string[] =>
  outcomes.flatMap(({ kernel, counts }) =>
    Object.entries(counts).flatMap(([script, { skipped }]) =>
      skipped === undefined ? [] : [`skipped on ${kernel}: ${script}: ${skipped}`],
    ),
  );

function cell(counts: Counts | undefined): string {
  if (!counts) return '–';
  return counts.skipped === undefined ? `${counts.passed}/${counts.failed}` : 'skipped';
}

/** Returns a row for each script and a column for each kernel, with cells "passed/failed". */
export function matrixTable(outcomes: readonly Outcome[]): string {
  const scripts = [...new Set(outcomes.flatMap(({ counts }) => Object.keys(counts)))];
  const rows = [
    ['passed/failed', ...outcomes.map(({ kernel }) => kernel)],
    ...scripts.map((script) => [script, ...outcomes.map(({ counts }) => cell(counts[script]))]),
    ...(outcomes.some(({ why }) => why)
      ? [['tried to the end', ...outcomes.map(({ why }) => (why ? 'no' : 'yes'))]]
      : []),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const pad = (text: string, i: number): string =>
    i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]! + 2);
  return rows.map((row) => row.map(pad).join('')).join('\n');
}
