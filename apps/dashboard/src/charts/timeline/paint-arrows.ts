// Draws the arrows of a timeline: down or up at the moment that caused something, then along the lane of what it caused
// until that ran. The length along the lane is the time in between.
import type { ArrowKind } from '@rtprobe/trace';
import type { Pen } from '../pen.ts';
import type { DrawnArrow } from './arrows.ts';
import { barHeight, type Frame, LANE_GAP_PX, laneY, xOf } from './frame.ts';

/** Dashes in line widths; none is a solid line. */
export const ARROW_DASHES: Readonly<Record<ArrowKind, readonly number[]>> = {
  woke: [],
  raised: [2.5, 2],
  asked: [1, 1.5],
};
/** Half the gap between lanes: arrows run along it. */
const CHANNEL_PX = LANE_GAP_PX / 2;
const HEAD = { length: 6, width: 8 };
/** Arrows end so many pixels beside the picture: a pen dashes a line over its whole length, however long that is. */
const BESIDE_PX = 12;
const WIDTHS = { plain: 1.1, chain: 2.2, active: 2.2 } as const;

type Point = readonly [x: number, y: number];

function nearX(frame: Frame, at: number): number {
  const beside = BESIDE_PX * frame.ratio;
  return Math.min(Math.max(xOf(frame, at), frame.left - beside), frame.right + beside);
}

/** Returns the corners of an arrow from its begin to its tip, and whether it points down at its end. */
function cornersOf(frame: Frame, { arrow, from, to }: DrawnArrow): { corners: Point[]; down: boolean } {
  const { ratio, bottom } = frame;
  const [x1, x2] = [nearX(frame, arrow.from.atNs), nearX(frame, arrow.to.atNs)];
  // A lane that is not in the picture is below it.
  const fromY = from === undefined ? bottom : laneY(frame, from);
  const toY = to === undefined ? bottom : laneY(frame, to);
  const down = to === undefined || (from !== undefined && fromY <= toY);
  const begin = from === undefined ? bottom : fromY + (down && from !== to ? barHeight(frame, from) : 0);
  if (to === undefined)
    return {
      corners: [
        [x1, begin],
        [x1, bottom],
      ],
      down,
    };
  const tip = toY + (down ? 0 : barHeight(frame, to));
  const channel = tip + (down ? -CHANNEL_PX : CHANNEL_PX) * ratio;
  return {
    corners: [
      [x1, begin],
      [x1, channel],
      [x2, channel],
      [x2, tip],
    ],
    down,
  };
}

function trace(pen: Pen, corners: readonly Point[]): void {
  pen.beginPath();
  for (const [i, [x, y]] of corners.entries()) {
    if (i === 0) pen.moveTo(x, y);
    else pen.lineTo(x, y);
  }
  pen.stroke();
}

function head(pen: Pen, [x, y]: Point, down: boolean, ratio: number): void {
  const side = down ? -1 : 1;
  // The tip lies in the bar, so that the head is as visible as the gap is narrow.
  const tip = y - side * CHANNEL_PX * ratio;
  pen.beginPath();
  pen.moveTo(x, tip);
  pen.lineTo(x - (HEAD.width / 2) * ratio, tip + side * HEAD.length * ratio);
  pen.lineTo(x + (HEAD.width / 2) * ratio, tip + side * HEAD.length * ratio);
  pen.closePath();
  pen.fill();
}

function paintArrow(frame: Frame, drawn: DrawnArrow): void {
  const { pen, theme, ratio } = frame;
  const { arrow, look } = drawn;
  const { corners, down } = cornersOf(frame, drawn);
  const width = WIDTHS[look] * ratio;
  // A rim, so that it is visible on every colour.
  pen.strokeStyle = theme.plot;
  pen.lineWidth = width + 2 * ratio;
  trace(pen, corners);
  pen.strokeStyle = look === 'active' ? theme.accent : look === 'chain' ? theme.text : theme.line;
  pen.lineWidth = width;
  pen.setLineDash(ARROW_DASHES[arrow.kind].map((length) => length * Math.max(width, 1.5 * ratio)));
  trace(pen, corners);
  pen.setLineDash([]);
  pen.fillStyle = String(pen.strokeStyle);
  head(pen, corners.at(-1)!, down, ratio);
}

export function paintArrows(frame: Frame, arrows: readonly DrawnArrow[]): void {
  if (arrows.length === 0) return;
  const { pen, left, right, bottom, ratio } = frame;
  pen.save();
  pen.beginPath();
  pen.rect(left, 0, right - left, bottom + 2 * ratio);
  pen.clip();
  for (const drawn of arrows) paintArrow(frame, drawn);
  pen.restore();
}
