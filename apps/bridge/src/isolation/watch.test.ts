import type { HostStats, Measure } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import type { HostView } from '../host/view.ts';
import { IsolationWatch } from './watch.ts';

const MEASURES = ['hardirq_duration', 'vector_duration', 'softirq_duration', 'stolen'] as const;

function hostWith() {
  const state = {
    ...{ info: { instance: 7n }, epoch: 1, lastDataAt: 5e6 },
    config: { measures: [...MEASURES] as Measure[] },
    measuresAvailable: [...MEASURES] as Measure[],
    rules: [{ id: 1 }],
    tasks: [{ task: { pid: 20, startNs: '1' }, runs: 3, runtimeNs: 9, lastCpu: 2, stolen: [] }],
  };
  return { state, view: { state } as unknown as HostView };
}

describe('what is known of a host', () => {
  it('begins anew with another load of the module', () => {
    const { state, view } = hostWith();
    const watches = new IsolationWatch();
    watches.tasksChanged(view);
    watches.rulesChanged(view);
    const watch = watches.of(view);
    expect([watch.tasks.watchedSince, watch.rulesSince.get(1)]).toEqual([5e6, 5e6]);
    state.info = { instance: 8n };
    state.lastDataAt = 9e6;
    watches.rulesChanged(view);
    expect(watch.rulesSince.get(1)).toBe(9e6);
    watches.tasksChanged(view);
    expect(watch.tasks.watchedSince).toBe(9e6);
    // Its runs are from before the bridge first read the tasks of this load.
    expect(watch.tasks.of(2)).toMatchObject([{ runs: 3, lastAt: undefined }]);
  });

  it('says until when a measure was off, also after the totals were cleared', () => {
    const { state, view } = hostWith();
    const watches = new IsolationWatch();
    state.config.measures = MEASURES.filter((measure) => measure !== 'stolen');
    watches.hostChanged(view);
    state.config.measures = [...MEASURES];
    state.epoch = 2;
    state.lastDataAt = 9e6;
    watches.totalsReplaced(view);
    expect(watches.of(view).unseen).toEqual({ why: 'measure_off', at: 5e6, what: 'stolen' });
  });

  it('names the counter that grew, of the module or of the bridge', () => {
    const { state, view } = hostWith();
    const watches = new IsolationWatch();
    const counted = (module: Record<string, number>, protocolErrors: Record<string, number>) =>
      watches.statsChanged(view, { lost: { module, protocolErrors } } as unknown as HostStats);
    counted({ noRow: 1, noTask: 4 }, {});
    counted({ noRow: 1, noTask: 4 }, { E_DETAILS: 2 });
    expect(watches.of(view).unseen).toBeUndefined();
    counted({ noRow: 2, noTask: 4 }, {});
    expect(watches.of(view).unseen).toEqual({ why: 'dropped', at: 5e6, what: 'noRow' });
    state.lastDataAt = 6e6;
    counted({ noRow: 2, noTask: 4 }, { E_ROW: 1 });
    expect(watches.of(view).unseen).toEqual({ why: 'dropped', at: 6e6, what: 'E_ROW' });
  });

  it('lacks no measure that the kernel does not have', () => {
    const { state, view } = hostWith();
    const watches = new IsolationWatch();
    state.measuresAvailable = MEASURES.filter((measure) => measure !== 'vector_duration');
    state.config.measures = state.measuresAvailable;
    watches.hostChanged(view);
    expect(watches.of(view).unseen).toBeUndefined();
  });
});
