// The minimap: the maxima of the whole run, with the window on screen marked.
import type { Nanoseconds, UnixMicros } from '@rtprobe/protocol';
import type { Columns } from '../../store/history/columns.ts';
import { clear, hatch, type Surface, type Theme } from '../canvas.ts';
import type { LatencyScale } from '../latency-scale.ts';
import type { Note } from './frame.ts';

export interface MinimapInput {
  columns: Columns;
  from: UnixMicros;
  to: UnixMicros;
  /** The window that the heatmap shows. */
  shownFrom: UnixMicros;
  shownTo: UnixMicros;
  scale: LatencyScale;
  budgetNs: Nanoseconds;
  notes: readonly Note[];
  cursor: UnixMicros | undefined;
}

export const MINIMAP_MARGIN = { left: 58, right: 14 };

export function paintMinimap(surface: Surface, theme: Theme, input: MinimapInput): void {
  const { context, width, height, ratio } = surface;
  const left = Math.round(MINIMAP_MARGIN.left * ratio);
  const plot = width - left - Math.round(MINIMAP_MARGIN.right * ratio);
  clear(surface);
  context.fillStyle = theme.plot;
  context.fillRect(left, 0, plot, height);
  if (plot <= 0 || input.to <= input.from) return;
  const { columns, scale, budgetNs } = input;
  const bar = Math.max(1, Math.round(ratio));
  const perPixel = (input.to - input.from) / plot / columns.widthUs;
  const pattern = hatch(context, theme.hatch, ratio);
  for (let x = 0; x < plot; x += bar) {
    const from = Math.floor(input.from / columns.widthUs + x * perPixel);
    const to = Math.max(from + 1, Math.floor(input.from / columns.widthUs + (x + bar) * perPixel));
    let max = 0;
    let covered = false;
    for (let column = from; column < to; column++) {
      max = Math.max(max, columns.max(column));
      covered ||= columns.covered(column) || columns.awaited?.(column) === true;
    }
    if (!covered && from >= columns.first && pattern !== null) {
      context.fillStyle = pattern;
      context.fillRect(left + x, 0, bar, height);
    }
    if (max === 0) continue;
    const over = budgetNs > 0 && max > budgetNs;
    context.fillStyle = over ? theme.alarm : theme.bar;
    const share = Math.min(1, Math.max(0.04, scale.position(max)));
    const thick = over ? Math.max(bar, 2 * ratio) : bar;
    context.fillRect(left + x, Math.round(height * (1 - share)), thick, height);
  }
  const at = (time: UnixMicros) => left + ((time - input.from) / (input.to - input.from)) * plot;
  context.fillStyle = theme.accent;
  for (const { time } of input.notes) {
    if (time >= input.from && time <= input.to) context.fillRect(Math.round(at(time)), 0, 2 * ratio, height);
  }
  if (input.cursor !== undefined && input.cursor >= input.from && input.cursor <= input.to) {
    context.fillStyle = theme.text;
    context.fillRect(Math.round(at(input.cursor)), 0, ratio, height);
  }
  const x1 = Math.max(left, at(input.shownFrom));
  const x2 = Math.min(left + plot, at(input.shownTo));
  context.strokeStyle = theme.text;
  context.lineWidth = ratio;
  context.strokeRect(x1 + 0.5, 0.5, Math.max(2, x2 - x1 - 1), height - 1);
}
