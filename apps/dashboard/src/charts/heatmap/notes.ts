// Notes on the heatmap: a flag on the time axis, its words beside it where there is room.
import { visibleText } from '@rtprobe/metrics';
import type { Theme } from '../canvas.ts';
import { line } from '../pen.ts';
import { type Frame, type HeatmapInput, timeX } from './frame.ts';

const TEXT_MAX = 28;

export function paintNotes(
  pen: CanvasRenderingContext2D,
  theme: Theme,
  input: HeatmapInput,
  frame: Frame,
): void {
  const { ratio } = frame;
  pen.font = `${11 * ratio}px ${theme.font}`;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  let free = Number.NEGATIVE_INFINITY;
  for (const note of [...input.notes].sort((a, b) => a.time - b.time)) {
    const x = Math.round(timeX(frame, input, note.time)) + 0.5;
    if (x < frame.left || x > frame.right) continue;
    pen.strokeStyle = theme.accent;
    pen.lineWidth = ratio;
    pen.setLineDash([ratio, 2 * ratio]);
    line(pen, x, frame.top, x, frame.bottom);
    pen.setLineDash([]);
    pen.fillStyle = theme.accent;
    pen.beginPath();
    pen.moveTo(x, frame.bottom);
    pen.lineTo(x + 5 * ratio, frame.bottom - 9 * ratio);
    pen.lineTo(x - 5 * ratio, frame.bottom - 9 * ratio);
    pen.fill();
    if (x < free) continue;
    const name = visibleText(note.text);
    const text = name.length > TEXT_MAX ? `${name.slice(0, TEXT_MAX - 1)}…` : name;
    const width = pen.measureText(text).width;
    const left = x + 8 * ratio + width > frame.right ? x - 8 * ratio - width : x + 8 * ratio;
    pen.globalAlpha = 0.8;
    pen.fillStyle = theme.plot;
    pen.fillRect(left - 3 * ratio, frame.bottom - 18 * ratio, width + 6 * ratio, 15 * ratio);
    pen.globalAlpha = 1;
    pen.fillStyle = theme.accent;
    pen.fillText(text, left, frame.bottom - 10 * ratio);
    free = x + 16 * ratio + width;
  }
}
