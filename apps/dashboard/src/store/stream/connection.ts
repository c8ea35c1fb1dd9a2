// The state of the connection to the bridge, and what the bridge sent when it opened.
import type { Measure } from '@rtprobe/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';

export type ConnectionState =
  | { state: 'connecting' }
  | { state: 'open' }
  /** `retryAt` on performance.now()'s clock. */
  | { state: 'closed'; retryAt: number; reason: string; attempts: number };

interface State {
  connection: ConnectionState;
  /** Measures that the bridge offers. */
  measures: readonly Measure[];
}

export class Connection {
  readonly store: StoreApi<State> = createStore<State>(() => ({
    connection: { state: 'connecting' },
    measures: [],
  }));

  get current(): ConnectionState {
    return this.store.getState().connection;
  }

  set(connection: ConnectionState): void {
    this.store.setState({ connection });
  }

  offer(measures: readonly Measure[]): void {
    this.store.setState({ measures });
  }
}
