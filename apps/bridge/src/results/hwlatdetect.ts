// Reads what hwlatdetect prints: its parameters, the largest gap, and one line for each gap over the threshold.
import { type ResultNote, SAMPLES_MAX, type ToolResult, type ToolSample } from '@rtprobe/protocol';
import { invalidWord, linesOf, numberOf } from './lines.ts';

const TITLE = /^hwlatdetect:\s+test duration (\S+) seconds/;
const MAX = /^Max Latency: (?:(\S+)us|(Below threshold))\s*$/;
const COUNT = /^Samples recorded: (\S+)\s*$/;
const SAMPLE = /^ts: (\d{1,12})\.(\d{1,9}), inner:(\d+), outer:(\d+)/;
const KNOWN =
  /^\s*($|detector: |parameters:|CPU list: |Latency threshold: |Sample window: |Sample width: |Non-sampling period: |Output File: |Starting test|test finished|Samples exceeding threshold: |SMIs during run: |\d+ SMIs occured)/;

export const isHwlatdetect = (line: string): boolean => TITLE.test(line) || SAMPLE.test(line);

export function readHwlatdetect(text: string): ToolResult {
  const samples: ToolSample[] = [];
  let [left, ignoredLines] = [0, 0];
  let hasTitle = false;
  let count: number | undefined;
  let maxNs: number | undefined;
  for (const { text: line, number, isCut } of linesOf(text)) {
    const [max, recorded, sample] = [MAX.exec(line), COUNT.exec(line), SAMPLE.exec(line)];
    if (isCut) break;
    if (TITLE.test(line)) hasTitle = true;
    if (recorded) count = numberOf(recorded[1]!, number);
    else if (max) maxNs = max[1] === undefined ? undefined : numberOf(max[1], number) * 1000;
    else if (sample) {
      const [, seconds, fraction, inner, outer] = sample;
      const valueNs = Math.max(numberOf(inner!, number), numberOf(outer!, number)) * 1000;
      const time = Number(seconds) * 1e6 + Math.floor(Number(fraction!.padEnd(9, '0')) / 1000);
      if (samples.length < SAMPLES_MAX) samples.push({ valueNs, time });
      else left++;
    } else if (line.startsWith('ts:') || line.startsWith('Max Latency:')) {
      throw invalidWord(number, line, 'a line of hwlatdetect');
    } else if (!KNOWN.test(line) && !TITLE.test(line)) ignoredLines++;
  }
  if (!hasTitle) {
    // With --quiet it prints nothing but the gaps.
    count = samples.length + left;
    maxNs = samples.reduce<number | undefined>(
      (max = 0, { valueNs = 0 }) => Math.max(max, valueNs),
      undefined,
    );
  }
  const notes: ResultNote[] = count === undefined ? ['truncated'] : [];
  const row = {
    ...{ number: 0, buckets: [] },
    ...(count !== undefined && { count }),
    ...(maxNs !== undefined && { maxNs }),
    ...(samples.length > 0 && { samples }),
    ...(left > 0 && { samplesLeftOut: left }),
  };
  return { tool: 'hwlatdetect', rows: [row], notes, ignoredLines };
}
