// Versions of the data by kind of panel: a new one says that panels of that kind have something new to read.
import { createStore, type StoreApi } from 'zustand/vanilla';

/** Kinds of panels, each redrawn at a pace of its own. */
export const PANEL_KINDS = ['bar', 'headline', 'distribution', 'table', 'spikes'] as const;
export type PanelKind = (typeof PANEL_KINDS)[number];

export class PanelVersions {
  readonly store: StoreApi<Readonly<Record<PanelKind, number>>> = createStore(() => ({
    bar: 0,
    headline: 0,
    distribution: 0,
    table: 0,
    spikes: 0,
  }));

  raise(kind: PanelKind): void {
    this.store.setState((versions) => ({ [kind]: versions[kind] + 1 }));
  }
}
