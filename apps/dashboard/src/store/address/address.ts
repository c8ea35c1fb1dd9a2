// The view that the address describes. A change of the view changes the address (app/address.ts).
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Route } from './route.ts';
import { turnTo, type View } from './view.ts';
import { formatView, parseView } from './view-text.ts';

interface State {
  view: View;
  /** Words of the address that are not valid. */
  refused: readonly string[];
}

export class Address {
  readonly store: StoreApi<State>;

  /** Path under which the bridge is published, such as "/rt"; empty at the root of a host name. */
  readonly #base: string;

  constructor(address: string, base = '') {
    this.#base = base;
    this.store = createStore<State>(() => parseView(address));
  }

  get view(): View {
    return this.store.getState().view;
  }

  /** Returns the address of a view on this bridge. */
  format(view: View): string {
    return `${this.#base}${formatView(view)}`;
  }

  /** Applies the view of another address, for the browser's back button. */
  take(state: State): void {
    this.store.setState(state);
  }

  /** Changes the view of the current page. */
  change(change: Partial<View>): void {
    this.store.setState((s) => ({ view: { ...s.view, ...change } }));
  }

  /** Opens another page. */
  open(route: Route, change: Partial<View> = {}): void {
    this.store.setState((s) => ({ view: turnTo(s.view, route, change) }));
  }
}
