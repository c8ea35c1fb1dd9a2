// A sparkline: the largest values of one interrupt in the last minutes as bars, on the scale of the other sparklines.
import type { Nanoseconds } from '@rtprobe/protocol';
import { clear, type Surface, type Theme } from './canvas.ts';
import type { LatencyScale } from './latency-scale.ts';

export interface SparkHistory {
  /** Returns the largest value from second `from` to `to`, which is not included. */
  maxBetween(from: number, to: number): Nanoseconds;
}

export function paintSparkline(
  surface: Surface,
  theme: Theme,
  history: SparkHistory,
  options: {
    end: number;
    seconds: number;
    scale: LatencyScale;
    budgetNs: Nanoseconds;
    /** The time under the pointer, in seconds like `end`. */
    cursor: number | undefined;
  },
): void {
  const { context, width, height, ratio } = surface;
  const { end, seconds, scale, budgetNs, cursor } = options;
  clear(surface);
  const bars = Math.max(1, Math.min(seconds, Math.floor(width / (2 * ratio))));
  const each = seconds / bars;
  const step = width / bars;
  context.fillStyle = theme.grid;
  context.fillRect(0, height - ratio, width, ratio);
  for (let i = 0; i < bars; i++) {
    const from = Math.floor(end - seconds + i * each);
    const max = history.maxBetween(from, Math.max(from + 1, Math.floor(end - seconds + (i + 1) * each)));
    if (max === 0) continue;
    const over = budgetNs > 0 && max > budgetNs;
    context.fillStyle = over ? theme.alarm : theme.bar;
    const share = Math.min(1, Math.max(0.08, scale.position(max)));
    const x = Math.round(i * step);
    const barWidth = Math.max(ratio, Math.round((i + 1) * step) - x - (step > 1.5 * ratio ? ratio : 0));
    context.fillRect(
      x,
      Math.round(height * (1 - share)),
      over ? Math.max(barWidth, 2 * ratio) : barWidth,
      height,
    );
  }
  if (cursor === undefined || cursor > end || cursor < end - seconds) return;
  context.fillStyle = theme.text;
  context.fillRect(Math.round((1 - (end - cursor) / seconds) * (width - ratio)), 0, ratio, height);
}
