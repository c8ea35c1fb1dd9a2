// A distribution on a sheet: a step curve with a logarithmic count axis.
import { BASE, powerLabel } from '../distribution/points.ts';
import {
  type DistributionInput,
  type DistributionShape,
  distributionShape,
  latencyLabel,
} from '../distribution/shape.ts';
import { dashedLine, line, type Pen } from '../pen.ts';
import { type Block, fontOf, type Style } from './block.ts';

const HEIGHT = 240;
const MARGIN = { left: 46, right: 24, top: 8, bottom: 24 };

interface Axes {
  x(ns: number): number;
  y(count: number): number;
}

/** Returns the position of a value between the ends of an axis, 0 to 1. */
function shareOf(value: number, [from, to]: readonly [number, number], isLog: boolean): number {
  if (!isLog) return (value - from) / (to - from);
  return Math.log(Math.max(value, from) / from) / Math.log(to / from);
}

function paintAxes(
  pen: Pen,
  style: Style,
  { latency, latencyTicks, countTicks }: DistributionShape,
  axes: Axes,
): void {
  const { theme } = style;
  pen.font = fontOf(style, { size: 11, colour: theme.muted });
  pen.strokeStyle = theme.grid;
  pen.fillStyle = theme.muted;
  pen.lineWidth = 1;
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  const [left, right] = latency.map(axes.x) as [number, number];
  for (const count of countTicks) {
    line(pen, left, axes.y(count), right, axes.y(count));
    pen.fillText(powerLabel(count), left - 8, axes.y(count));
  }
  pen.textAlign = 'center';
  pen.textBaseline = 'top';
  for (const ns of latencyTicks) pen.fillText(latencyLabel(ns), axes.x(ns), axes.y(BASE) + 7);
}

function paintCurve(pen: Pen, { theme }: Style, { points, latency }: DistributionShape, axes: Axes): void {
  pen.beginPath();
  pen.moveTo(axes.x(points[0]!.ns), axes.y(BASE));
  for (const [i, { ns, count }] of points.entries()) {
    pen.lineTo(axes.x(ns), axes.y(count));
    pen.lineTo(axes.x(points[i + 1]?.ns ?? latency[1]), axes.y(count));
  }
  pen.lineTo(axes.x(latency[1]), axes.y(BASE));
  pen.closePath();
  pen.fillStyle = theme.bar;
  pen.fill();
  pen.strokeStyle = theme.text;
  pen.lineWidth = 1;
  pen.stroke();
}

export function distributionBlock(style: Style, input: DistributionInput, width: number): Block {
  const shape = distributionShape(input);
  const { latency, count, isLog, budgetNs } = shape;
  const room = { x: width - MARGIN.left - MARGIN.right, y: HEIGHT - MARGIN.top - MARGIN.bottom };
  return {
    height: HEIGHT,
    paint: (pen, left, above) => {
      const axes: Axes = {
        x: (ns) => left + MARGIN.left + shareOf(ns, latency, isLog) * room.x,
        y: (n) => above + MARGIN.top + (1 - shareOf(n, count, true)) * room.y,
      };
      pen.setLineDash([]);
      paintAxes(pen, style, shape, axes);
      paintCurve(pen, style, shape, axes);
      if (budgetNs === undefined) return;
      const x = axes.x(budgetNs);
      dashedLine(pen, style.theme.alarm, 1, [6, 4], [x, axes.y(count[1]), x, axes.y(BASE)]);
    },
  };
}
