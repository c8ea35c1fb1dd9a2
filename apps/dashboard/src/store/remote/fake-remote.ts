// For tests: a bridge that stores some columns of any width, with seven values of 5 µs.
import { bucketOf } from '@rtprobe/metrics';
import { type HistoryColumn, writeHistory } from '@rtprobe/protocol';
import { type Query, type Remote, RemoteError } from './remote.ts';

export const SECOND = 1e6;

function column(at: number, ns: number, count: number): HistoryColumn {
  return {
    ...{ column: at, spanUs: SECOND, count, sum: ns * count, min: ns, max: ns, none: 0, buckets: 1 },
    bucketIndex: Uint16Array.of(bucketOf(ns)),
    bucketCount: Float64Array.of(count),
  };
}

export class FakeRemote implements Remote {
  readonly asked: Query[] = [];
  fails = false;
  newest = 1000 * SECOND;
  /** Columns with data. */
  held = [3, 600];

  read(): Promise<never> {
    throw new Error('not read');
  }
  change(): Promise<never> {
    throw new Error('not changed');
  }
  async bytes(_path: string, query: Query = {}): Promise<Uint8Array> {
    this.asked.push(query);
    if (this.fails) throw new RemoteError('E_HISTORY_OFF', 'this bridge has no history', undefined);
    const widthUs = Number(query.width);
    const first = Number(query.from) / widthUs;
    const last = Number(query.to) / widthUs - 1;
    const header = { widthUs, first, last, oldest: 0, newest: this.newest, completeFrom: 0 };
    const at = this.held.filter((c) => c >= first && c <= last);
    return writeHistory(
      header,
      at.map((c) => column(c, 5000, 7)),
      [],
    );
  }
}
