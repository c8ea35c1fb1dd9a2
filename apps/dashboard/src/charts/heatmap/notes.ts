// Notes on the heatmap: a flag on the time axis, with the note's text where there is room.
import type { Theme } from '../canvas.ts';
import { dashedLine } from '../pen.ts';
import { type Frame, type HeatmapInput, paintPlate, shortened, timeX } from './frame.ts';

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
    dashedLine(pen, theme.accent, ratio, [1, 2], [x, frame.top, x, frame.bottom]);
    pen.fillStyle = theme.accent;
    pen.beginPath();
    pen.moveTo(x, frame.bottom);
    pen.lineTo(x + 5 * ratio, frame.bottom - 9 * ratio);
    pen.lineTo(x - 5 * ratio, frame.bottom - 9 * ratio);
    pen.fill();
    if (x < free) continue;
    const text = shortened(note.text, TEXT_MAX);
    const width = pen.measureText(text).width;
    const left = x + 8 * ratio + width > frame.right ? x - 8 * ratio - width : x + 8 * ratio;
    const y = frame.bottom - 18 * ratio;
    paintPlate(pen, theme, text, theme.accent, { x: left, y, width, height: 15 * ratio, pad: 3 * ratio });
    free = x + 16 * ratio + width;
  }
}
