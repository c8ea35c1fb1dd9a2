// The latency axis. It is logarithmic, scaled to the budget, and never rescales on its own.
import { formatDuration, ROWS, rowEdge } from '@rtprobe/metrics';
import { decadeTicks, roundStep } from './ticks.ts';

export interface LatencyScale {
  /** ns at the lower and at the upper end. */
  bottom: number;
  top: number;
  /** 0 at the bottom, 1 at the top; outside that range for values off the axis. */
  position(ns: number): number;
  /** 1, 10, 100 ... of each unit that lie on the axis. */
  ticks: readonly { ns: number; label: string }[];
}

/** Top without a budget: 10 ms, which a 1 ms timer reaches on a loaded desktop kernel. */
const TOP_WITHOUT_BUDGET = 1e7;

/** Keeps the budget at least 0.6 decades below the top, to leave room for values over it. */
export function latencyTop(budgetNs: number): number {
  if (budgetNs <= 0) return TOP_WITHOUT_BUDGET;
  return roundStep(budgetNs * 4);
}

export function latencyScale(budgetNs: number, decades: number): LatencyScale {
  const top = latencyTop(budgetNs);
  const bottom = top / 10 ** decades;
  const low = Math.log10(bottom);
  const range = Math.log10(top) - low;
  const ticks = decadeTicks(bottom, top).map((ns) => ({ ns, label: formatDuration(ns) }));
  return { bottom, top, position: (ns) => (Math.log10(Math.max(ns, 1e-3)) - low) / range, ticks };
}

/**
 * First and last pixel line, from the top, that each heatmap row covers on a plot of that height; first > last
 * for rows above the top. Rows below the bottom share the lowest two lines, so every value stays visible.
 */
export function rowLines(scale: LatencyScale, height: number): { first: Int16Array; last: Int16Array } {
  const first = new Int16Array(ROWS);
  const last = new Int16Array(ROWS);
  for (let row = 0; row < ROWS; row++) {
    const upper = Math.round((1 - scale.position(rowEdge(row + 1))) * height);
    const lower = Math.round((1 - scale.position(Math.max(rowEdge(row), 0.5))) * height) - 1;
    if (upper >= height - 2) {
      first[row] = height - 2;
      last[row] = height - 1;
    } else {
      first[row] = Math.max(0, upper);
      last[row] = lower < 0 ? -1 : Math.min(height - 1, Math.max(lower, upper));
    }
  }
  return { first, last };
}

/** The linear axis of a distribution ends at this many budgets. */
const LINEAR_BUDGETS = 1.6;

/** Ends of a distribution's axis in ns. */
export function distributionAxis(
  budgetNs: number,
  decades: number,
  logLog: boolean,
): { bottom: number; top: number } {
  const { bottom, top } = latencyScale(budgetNs, decades);
  return { bottom, top: logLog || budgetNs === 0 ? top : budgetNs * LINEAR_BUDGETS };
}
