// Notices under the bar.
import { createStore, type StoreApi } from 'zustand/vanilla';

const ERRORS_MAX = 8;

interface State {
  /** Newest last; at most eight. */
  errors: readonly string[];
  /** The bridge serves another build of this page. */
  newBuild: boolean;
  /** The browser of this kiosk cannot keep the display on. */
  maySleep: boolean;
}

export class Notices {
  readonly store: StoreApi<State> = createStore<State>(() => ({
    errors: [],
    newBuild: false,
    maySleep: false,
  }));

  error(text: string): void {
    this.store.setState((s) => ({ errors: [...s.errors, text].slice(-ERRORS_MAX) }));
  }

  clearErrors(): void {
    this.store.setState({ errors: [] });
  }

  set(change: Partial<Pick<State, 'newBuild' | 'maySleep'>>): void {
    this.store.setState(change);
  }
}
