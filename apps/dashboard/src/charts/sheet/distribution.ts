// The histogram of the run as the screen shows it: a step curve, count upwards on a logarithmic scale.
import { formatDuration } from '@rtprobe/metrics';
import {
  BASE,
  countTicks,
  decadeTicks,
  distributionPoints,
  linearTicks,
  powerLabel,
} from '../distribution/points.ts';
import { line, type Pen } from '../pen.ts';
import { type Block, fontOf, type Style } from './block.ts';

export interface DistributionShown {
  readonly buckets: Float64Array;
  readonly budgetNs: number;
  /** Ends of the axis in ns. */
  readonly bottom: number;
  readonly top: number;
  readonly logLog: boolean;
  /** The largest value, which may lie beyond. */
  readonly max: number;
}

const HEIGHT = 240;
const LEFT = 46;
const BELOW = 24;

interface Axes {
  x(ns: number): number;
  y(count: number): number;
}

function paintAxes(pen: Pen, style: Style, shown: DistributionShown, axes: Axes, ticks: number[]): void {
  const { theme } = style;
  pen.font = fontOf(style, { size: 11, colour: theme.muted });
  pen.strokeStyle = theme.grid;
  pen.fillStyle = theme.muted;
  pen.lineWidth = 1;
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  const [left, right] = [axes.x(shown.logLog ? shown.bottom : 0), axes.x(shown.top)];
  for (const count of ticks) {
    line(pen, left, axes.y(count), right, axes.y(count));
    pen.fillText(powerLabel(count), left - 8, axes.y(count));
  }
  pen.textAlign = 'center';
  pen.textBaseline = 'top';
  const marks = shown.logLog ? decadeTicks(shown.bottom, shown.top) : linearTicks(shown.top);
  for (const ns of marks) pen.fillText(ns === 0 ? '0' : formatDuration(ns), axes.x(ns), axes.y(BASE) + 7);
}

export function distributionBlock(style: Style, shown: DistributionShown, width: number): Block {
  const { theme } = style;
  const { buckets, budgetNs, bottom, top, logLog } = shown;
  const from = logLog ? bottom : 0;
  const { points, peak } = distributionPoints(buckets, from, top, logLog);
  const ticks = countTicks(peak);
  const most = Math.log(Math.max(ticks.at(-1)!, peak) / BASE);
  return {
    height: HEIGHT,
    paint: (pen, left, above) => {
      const room = { x: width - LEFT - 24, y: HEIGHT - BELOW - 8 };
      const share = (ns: number) =>
        logLog ? Math.log(Math.max(ns, bottom) / bottom) / Math.log(top / bottom) : ns / top;
      const axes: Axes = {
        x: (ns) => left + LEFT + share(ns) * room.x,
        y: (count) => above + 8 + (1 - Math.log(count / BASE) / most) * room.y,
      };
      pen.setLineDash([]);
      paintAxes(pen, style, shown, axes, ticks);
      pen.beginPath();
      pen.moveTo(axes.x(points[0]!.ns), axes.y(BASE));
      for (const [i, point] of points.entries()) {
        pen.lineTo(axes.x(point.ns), axes.y(point.count));
        const next = points[i + 1];
        if (next !== undefined) pen.lineTo(axes.x(next.ns), axes.y(point.count));
      }
      pen.lineTo(axes.x(top), axes.y(BASE));
      pen.closePath();
      pen.fillStyle = theme.bar;
      pen.fill();
      pen.strokeStyle = theme.text;
      pen.lineWidth = 1;
      pen.stroke();
      if (budgetNs <= from || budgetNs >= top) return;
      pen.strokeStyle = theme.alarm;
      pen.setLineDash([6, 4]);
      line(pen, axes.x(budgetNs), above + 8, axes.x(budgetNs), axes.y(BASE));
      pen.setLineDash([]);
    },
  };
}
