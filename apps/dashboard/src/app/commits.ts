// The pace at which React renders each kind of panel.
import type { Scheduler, TaskHandle } from '../charts/scheduler.ts';
import type { PanelKind } from '../store/session/panel-versions.ts';
import type { Session } from '../store/session/session.ts';

/** Least time in ms between two React commits of each kind; Recharts alone needs 50 ms for one. */
const COMMIT_MS: Readonly<Record<PanelKind, number>> = {
  bar: 500,
  headline: 500,
  distribution: 1000,
  table: 1000,
  spikes: 100,
};

export type Commits = Readonly<Record<PanelKind, TaskHandle>>;

export function addCommits({ versions }: Pick<Session, 'versions'>, scheduler: Scheduler): Commits {
  const add = (kind: PanelKind) =>
    scheduler.add({
      ...{ kind: 'commit', periodMs: COMMIT_MS[kind], run: () => versions.raise(kind) },
      urgent: kind === 'spikes',
    });
  return {
    bar: add('bar'),
    headline: add('headline'),
    distribution: add('distribution'),
    table: add('table'),
    spikes: add('spikes'),
  };
}
