// Cause × victim: how much each cause delayed each victim, from the captured spikes or from the module's interrupt
// times.
import { causeParts, type Nanoseconds, type Spike, type TaskStat } from '@rtprobe/protocol';

export interface Cell {
  count: number;
  worst: Nanoseconds;
  total: Nanoseconds;
  /** Worst spike of the cell; undefined in the matrix of interrupt times. */
  spike: Spike | undefined;
}

export interface Matrix {
  /** Worst first. */
  causes: string[];
  victims: string[];
  cell(cause: string, victim: string): Cell | undefined;
  /** Rows and columns that are not listed. */
  moreCauses: number;
  moreVictims: number;
  largest: Cell;
}

const CAUSES_MAX = 24;
const VICTIMS_MAX = 14;

type Rank = 'worst' | 'total' | 'count';

class Builder {
  readonly #cells = new Map<string, Map<string, Cell>>();

  add(
    cause: string,
    victim: string,
    worst: Nanoseconds,
    total: Nanoseconds,
    count: number,
    spike?: Spike,
  ): void {
    let row = this.#cells.get(cause);
    if (row === undefined) {
      row = new Map();
      this.#cells.set(cause, row);
    }
    const cell = row.get(victim) ?? { count: 0, worst: 0, total: 0, spike: undefined };
    cell.count += count;
    cell.total += total;
    if (worst > cell.worst) {
      cell.worst = worst;
      cell.spike = spike;
    }
    row.set(victim, cell);
  }

  finish(rank: Rank): Matrix {
    const ofRow = new Map<string, number>();
    const ofColumn = new Map<string, number>();
    const largest: Cell = { count: 0, worst: 0, total: 0, spike: undefined };
    const join = (a: number, b: number) => (rank === 'worst' ? Math.max(a, b) : a + b);
    for (const [cause, row] of this.#cells) {
      for (const [victim, cell] of row) {
        ofRow.set(cause, join(ofRow.get(cause) ?? 0, cell[rank]));
        ofColumn.set(victim, join(ofColumn.get(victim) ?? 0, cell[rank]));
        for (const key of ['count', 'worst', 'total'] as const)
          largest[key] = Math.max(largest[key], cell[key]);
      }
    }
    const order = (of: Map<string, number>) => [...of].sort((a, b) => b[1] - a[1]).map(([name]) => name);
    const [causes, victims] = [order(ofRow), order(ofColumn)];
    return {
      causes: causes.slice(0, CAUSES_MAX),
      victims: victims.slice(0, VICTIMS_MAX),
      cell: (cause, victim) => this.#cells.get(cause)?.get(victim),
      moreCauses: Math.max(0, causes.length - CAUSES_MAX),
      moreVictims: Math.max(0, victims.length - VICTIMS_MAX),
      largest,
    };
  }
}

export function spikeMatrix(spikes: readonly Spike[], rank: Rank): Matrix {
  const builder = new Builder();
  for (const spike of spikes) {
    const { victim } = causeParts(spike);
    builder.add(spike.culprit, victim, spike.valueNs, spike.valueNs, 1, spike);
  }
  return builder.finish(rank);
}

export function stolenMatrix(stats: readonly TaskStat[], rank: Rank): Matrix {
  const builder = new Builder();
  for (const { task, stolen } of stats) {
    for (const part of stolen) {
      const cause = part.name === '' || part.name === part.label ? part.label : `${part.label} ${part.name}`;
      builder.add(cause, task.comm, part.maxNs, part.sumNs, part.count);
    }
  }
  return builder.finish(rank);
}
