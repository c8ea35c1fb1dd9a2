import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STORY } from '@rtprobe/lab';
import { type MeasureThreshold, presets, presetThresholds } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { presetLine } from './command.ts';

const CONFIGURATION = join(import.meta.dirname, '../../../../kmod/tools/rtprobe.conf');

/** Returns the thresholds of a preset as words of the module, without those that are off. */
function wordsOf(thresholds: readonly MeasureThreshold[]): string[] {
  return thresholds.flatMap(({ measure, thresholdNs, kthreadsNs = 0 }) => [
    ...(thresholdNs > 0 ? [`${measure}:${thresholdNs / 1000}us`] : []),
    ...(kthreadsNs > 0 ? [`${measure}/kthreads:${kthreadsNs / 1000}us`] : []),
  ]);
}

describe('the preset "first look"', () => {
  it('is what the installed configuration sets', () => {
    const text = readFileSync(CONFIGURATION, 'utf8');
    const lines = text.split('\n').filter((line) => line.startsWith('threshold'));
    expect(lines[0]).toBe('threshold=off');
    const set = lines.slice(1).flatMap((line) => line.replace('thresholds=', '').split(','));
    expect(set.toSorted()).toEqual(wordsOf(presetThresholds(presets['first-look'])).toSorted());
  });

  it('has the measures of the demo', () => {
    const [words] = STORY.moduleParams;
    const set = words!.replace('thresholds=', '').replaceAll(':25ms', ':100us').split(',');
    expect(set.toSorted()).toEqual(wordsOf(presetThresholds(presets['first-look'])).toSorted());
  });
});

it('a preset is one line', () => {
  expect(presetLine(presets['control-loop'])).toBe(
    'control-loop  waits 100 µs  holds 50 µs   rest off      for a period of 1 ms',
  );
  expect(presetLine(presets.everything)).toBe('everything    waits 100 µs  holds 100 µs  rest 100 µs');
});
