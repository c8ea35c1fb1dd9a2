/** Parses TAP (Test Anything Protocol), as the scripts of kmod/tests write it. */
export interface TapResult {
  readonly number: number;
  readonly sentence: string;
  readonly ok: boolean;
  /** The "# …" lines before it: figures, or why it failed. */
  readonly notes: readonly string[];
}

export interface TapReport {
  /** N of "1..N"; absent if the script never printed it. */
  readonly planned?: number;
  readonly results: readonly TapResult[];
  /** Every "# …" line of the script. */
  readonly figures: readonly string[];
  /** Text of a "Bail out!". */
  readonly bail?: string;
  /** Reason of a plan "1..0 # SKIP REASON": the script cannot run on this kernel or machine. */
  readonly skipped?: string;
}

export function parseTap(output: string): TapReport {
  let planned: number | undefined;
  let bail: string | undefined;
  let skipped: string | undefined;
  let notes: string[] = [];
  const figures: string[] = [];
  const results: TapResult[] = [];
  for (const line of output.split('\n')) {
    const plan = /^1\.\.(\d+)$/.exec(line);
    const result = /^(not )?ok (\d+) - (.*)$/.exec(line);
    const skip = /^1\.\.0 # SKIP (.+)$/.exec(line);
    if (plan) planned = Number(plan[1]);
    else if (skip) skipped = skip[1]!;
    else if (result) {
      results.push({ number: Number(result[2]), sentence: result[3]!, ok: !result[1], notes });
      notes = [];
    } else if (line.startsWith('Bail out!')) bail = line.slice(9).trim();
    else if (line.startsWith('#')) {
      notes.push(line.slice(1).trim());
      figures.push(line.slice(1).trim());
    }
  }
  return {
    results,
    figures,
    ...(planned === undefined ? {} : { planned }),
    ...(bail === undefined ? {} : { bail }),
    ...(skipped === undefined ? {} : { skipped }),
  };
}
