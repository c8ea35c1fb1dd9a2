// The distributions of a report: a line for each thread or CPU, counts on a logarithmic axis, as on the pages of OSADL's QA
// farm. Colours are classes of the page's style sheet, so that they fit paper and a dark screen.
import { formatDuration, fullCount, lowerEdge } from '@rtprobe/metrics';
import type { ToolRow } from '@rtprobe/protocol';
import type { MeasuredCpu } from './content.ts';
import { text } from './escape.ts';
import { rowName } from './lines.ts';

/** A line of a distribution. Buckets are ascending, and reach from `from` to before `to`. */
export interface Curve {
  name: string;
  buckets: { from: number; to: number; count: number }[];
  /** Samples beyond the last bucket. */
  over: number;
  maxNs?: number;
}

/** Number of colours in the style sheet. */
export const COLOURS = 6;
const DASHES = ['', '6 3', '2 3', '8 3 2 3'];
const CURVES_MAX = COLOURS * DASHES.length;
const [WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, TOP] = [900, 340, 70, 30, 46, 14];
const FLOOR = HEIGHT - BOTTOM;
const UNIT_NS = 1000;

/** Returns the curve of a program's row: buckets that it does not list are empty. */
export function curveOfRow(row: ToolRow): Curve {
  const { buckets, over = 0, maxNs } = row;
  const width = buckets.reduce(
    (least, [edge], i) => (i === 0 ? least : Math.min(least, edge - buckets[i - 1]![0])),
    UNIT_NS,
  );
  return {
    ...{ name: rowName(row), over, ...(maxNs !== undefined && { maxNs }) },
    buckets: buckets.map(([from, count]) => ({ from, to: from + width, count })),
  };
}

/** Returns the curve of a CPU in the buckets of the module. */
export const curveOfCpu = ({ cpu, maxNs, buckets }: MeasuredCpu): Curve => ({
  ...{ name: `CPU ${cpu}`, over: 0, maxNs },
  buckets: buckets.map(([bucket, count]) => ({ from: lowerEdge(bucket), to: lowerEdge(bucket + 1), count })),
});

/** Returns the next of 1, 2 and 5, and their multiples by ten. */
function stepOf(least: number): number {
  const decade = 10 ** Math.floor(Math.log10(least));
  return decade * ([1, 2, 5].find((digit) => digit * decade >= least) ?? 10);
}

interface Scale {
  x(ns: number): number;
  y(count: number): number;
}

/** Returns a line that follows the top of the buckets, and the floor between them. */
function pathOf({ buckets }: Curve, { x, y }: Scale): string {
  let path = '';
  let end: number | undefined;
  for (const { from, to, count } of buckets) {
    if (from !== end) path += `${end === undefined ? '' : `V${FLOOR}`}M${x(from).toFixed(1)} ${FLOOR}`;
    path += `V${y(count).toFixed(1)}H${x(to).toFixed(1)}`;
    end = to;
  }
  return end === undefined ? path : `${path}V${FLOOR}`;
}

const dashOf = (i: number): string => {
  const dash = DASHES[Math.floor(i / COLOURS)];
  return dash === '' ? '' : ` stroke-dasharray="${dash}"`;
};

/** Draws the number of samples over their value. */
export function histogram(all: readonly Curve[], budgetNs: number, name: string): string {
  const curves = all.filter(({ buckets }) => buckets.length > 0).slice(0, CURVES_MAX);
  if (curves.length === 0) return '<p>No histogram.</p>';
  const last = curves.reduce((max, { buckets }) => Math.max(max, buckets.at(-1)!.to), budgetNs) * 1.02;
  const most = curves.reduce(
    (max, { buckets }) => buckets.reduce((own, { count }) => Math.max(own, count), max),
    1,
  );
  const decades = Math.max(1, Math.ceil(Math.log10(most)));
  const scale: Scale = {
    x: (ns) => LEFT + (ns / last) * (WIDTH - LEFT - RIGHT),
    // A single sample is visible above the floor.
    y: (count) => FLOOR - ((Math.log10(count) + 0.3) / (decades + 0.3)) * (FLOOR - TOP),
  };
  const { x, y } = scale;
  const counts = Array.from({ length: decades + 1 }, (_, d) => 10 ** d).map(
    (n) =>
      `<path class="grid" d="M${LEFT} ${y(n).toFixed(1)}H${WIDTH - RIGHT}"/><text x="${LEFT - 6}" y="${(y(n) + 4).toFixed(1)}" text-anchor="end">${fullCount(n)}</text>`,
  );
  const step = stepOf(last / 6);
  const values = Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => {
    const ns = step * i;
    return `<text x="${x(ns).toFixed(1)}" y="${FLOOR + 18}" text-anchor="middle">${text(formatDuration(Math.round(ns)))}</text>`;
  });
  const lines = curves.map(
    (curve, i) => `<path class="line c${i % COLOURS}"${dashOf(i)} d="${pathOf(curve, scale)}"/>`,
  );
  const budgetX = x(budgetNs).toFixed(1);
  const budget = `<path class="budget" d="M${budgetX} ${TOP}V${FLOOR}"/><text class="budget" x="${Number(budgetX) - 4}" y="${TOP + 10}" text-anchor="end">deadline</text>`;
  const axes = `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${text(name)}</text><text transform="translate(12 ${(TOP + FLOOR) / 2}) rotate(-90)" text-anchor="middle">samples</text>`;
  const legend = curves.map(({ name: curve, over, maxNs }, i) => {
    const max = maxNs === undefined ? '' : `, max ${formatDuration(maxNs)}`;
    const beyond = over > 0 ? `, ${fullCount(over)} off scale` : '';
    return `<li><svg class="key" viewBox="0 0 30 8"><path class="line c${i % COLOURS}"${dashOf(i)} d="M0 4H30"/></svg> ${text(`${curve}${max}${beyond}`)}</li>`;
  });
  const left = all.length - curves.length;
  const more = left > 0 ? `<p>${left} more without a line.</p>` : '';
  const label = text(`Number of samples by ${name}, ${curves.length} of ${all.length} lines`);
  return `<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">${counts.join('')}${values.join('')}${axes}${lines.join('')}${budget}</svg>
<ul class="legend">${legend.join('')}</ul>${more}`;
}
