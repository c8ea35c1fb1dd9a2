// The host that panels show: live, or as it was when the screen was frozen.
import type { Spike, UnixMicros } from '@rtprobe/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Address } from '../address/address.ts';
import { readDetail, readFrozen, readLive } from '../reading/read-host.ts';
import type { DetailReading, Reading } from '../reading/reading.ts';
import { scopeKey } from '../stream/detail-scope.ts';
import type { CurrentHost } from './current-host.ts';

export interface Frozen {
  reading: Reading;
  /** Detail by scope. A scope that is opened later is read then, and states its own time. */
  details: Map<string, DetailReading>;
  /** Number of incidents since freezing that are not shown. */
  newIncidents: number;
}

export class FrozenScreen {
  readonly store: StoreApi<{ frozen: Frozen | undefined }> = createStore(() => ({
    frozen: undefined as Frozen | undefined,
  }));
  readonly #host: CurrentHost;
  readonly #address: Address;

  constructor(host: CurrentHost, address: Address) {
    this.#host = host;
    this.#address = address;
  }

  /** undefined: live. */
  get current(): Frozen | undefined {
    return this.store.getState().frozen;
  }

  /** Time of the frozen moment; undefined while live. */
  get time(): UnixMicros | undefined {
    return this.current?.reading.time;
  }

  freeze(): void {
    const host = this.#host();
    if (host === undefined || this.current !== undefined) return;
    this.store.setState({ frozen: { reading: readFrozen(host), details: new Map(), newIncidents: 0 } });
    this.detail();
  }

  /** Shows the live host again. */
  resume(): void {
    if (this.current === undefined) return;
    this.store.setState({ frozen: undefined });
    this.#address.change({ spike: undefined, range: undefined });
  }

  toggle(): void {
    if (this.current === undefined) this.freeze();
    else this.resume();
  }

  /** Returns what panels show; undefined before the bridge has sent a host. */
  reading(): Reading | undefined {
    const host = this.#host();
    return this.current?.reading ?? (host && readLive(host));
  }

  /** Returns the rows of the detail scope; undefined until they have arrived. */
  detail(): DetailReading | undefined {
    const host = this.#host();
    if (host?.detailScope === undefined) return undefined;
    const frozen = this.current;
    if (frozen === undefined) return readDetail(host);
    const key = scopeKey(host.detailScope);
    const kept = frozen.details.get(key) ?? readDetail(host);
    if (kept !== undefined) frozen.details.set(key, kept);
    return kept;
  }

  countNewIncident(): void {
    this.store.setState((state) => {
      const { frozen } = state;
      return frozen === undefined ? state : { frozen: { ...frozen, newIncidents: frozen.newIncidents + 1 } };
    });
  }

  /** Adds a spike that was requested after the screen was frozen. */
  addSpike(spike: Spike): void {
    this.store.setState((state) => {
      const { frozen } = state;
      if (frozen === undefined) return state;
      const spikes = [...frozen.reading.spikes, spike].sort((a, b) => a.time - b.time);
      return { frozen: { ...frozen, reading: { ...frozen.reading, spikes } } };
    });
  }
}
