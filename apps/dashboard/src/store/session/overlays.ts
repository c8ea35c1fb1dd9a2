// Overlays of the page: help, counters, palette.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Preferences } from '../browser/preferences.ts';

interface State {
  help: boolean;
  losses: boolean;
  palette: boolean;
}

export class Overlays {
  readonly store: StoreApi<State>;
  readonly #preferences: Preferences;

  /** `greets`: the help opens at once on a first visit. */
  constructor(preferences: Preferences, greets: boolean) {
    this.#preferences = preferences;
    const help = greets && !preferences.current.helped;
    this.store = createStore<State>(() => ({ help, losses: false, palette: false }));
  }

  get current(): State {
    return this.store.getState();
  }

  open(overlay: keyof State): void {
    this.store.setState({ [overlay]: true });
  }

  close(overlay: keyof State): void {
    this.store.setState({ [overlay]: false });
    if (overlay === 'help') this.#preferences.set({ helped: true });
  }

  toggle(overlay: keyof State): void {
    if (this.current[overlay]) this.close(overlay);
    else this.open(overlay);
  }
}
