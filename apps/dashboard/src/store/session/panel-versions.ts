// Versions of the data by kind of panel; a new version means that the panels have new data to read.
import { createStore, type StoreApi } from 'zustand/vanilla';

/** Kinds of panels; each kind is redrawn at its own pace. */
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
