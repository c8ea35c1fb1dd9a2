// The distribution of the baseline run, for the chart of the live run.
import type { HistoryTotal, Measure } from '@rtprobe/protocol';
import { useMemo } from 'react';
import { bucketsOf, scaledTo } from '../../store/history/stored-total.ts';
import { useRemote } from '../common/use-remote.ts';
import { runName } from '../runs/run-name.ts';
import { useRuns } from '../runs/use-runs.ts';

export interface Baseline {
  name: string;
  /** Scaled to `count` values. */
  buckets: Float64Array;
}

/** Returns undefined if there is no baseline, if it is the live run, or if the bridge stores no history. */
export function useBaseline(measure: Measure, cpu: number, count: number): Baseline | undefined {
  const run = useRuns().find((r) => r.baseline && !r.live);
  const query = run && {
    host: run.host,
    measure,
    ...(cpu >= 0 && { cpu }),
    from: run.startedAt,
    to: run.endedAt + 1,
  };
  const { value } = useRemote<HistoryTotal>(run && '/history/total', query ?? {});
  return useMemo(() => {
    if (run === undefined || value === undefined || value.count === 0) return undefined;
    return { name: runName(run), buckets: scaledTo(bucketsOf(value), value.count, count) };
  }, [run, value, count]);
}
