// The headless store: UI state and versions. Data live in Host objects beside it; a version says that panels of
// that kind have something new to read.
import type { HostInfo, UnixMicros } from '@rtprobe/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { type Acknowledged, acknowledge, loadAcknowledged } from './acknowledged.ts';
import { Host } from './host.ts';
import { type Reading, readFrozen, readLive } from './readings.ts';
import { Signal } from './signal.ts';
import { parseView, type View } from './view.ts';
import { windowSeconds } from './window.ts';

/** Kinds of panels, each redrawn at a pace of its own. */
export const KINDS = ['bar', 'headline', 'distribution', 'table', 'spikes'] as const;
export type Kind = (typeof KINDS)[number];

export type Link =
  | { state: 'connecting' }
  | { state: 'open' }
  /** `retryAt` on performance.now()'s clock. */
  | { state: 'closed'; retryAt: number; reason: string; attempts: number };

export interface Frozen {
  reading: Reading;
  /** Spikes that came since, not yet shown. */
  behind: number;
  /** Right edge of the window, where it was moved away from the moment of freezing. */
  end: UnixMicros | undefined;
}

export interface SessionState {
  link: Link;
  bridgeVersion: string | undefined;
  hosts: readonly string[];
  view: View;
  /** Words of the address that were not understood. */
  refused: readonly string[];
  frozen: Frozen | undefined;
  acknowledged: Acknowledged;
  help: boolean;
  lostOpen: boolean;
  /** The bridge serves another build of this page than the one that runs. */
  newBuild: boolean;
  /** A kiosk whose browser does not keep the display on. */
  maySleep: boolean;
  versions: Readonly<Record<Kind, number>>;
  /** Errors the bridge sent, newest last; at most eight. */
  errors: readonly string[];
}

const ERRORS_MAX = 8;

export class Session {
  readonly store: StoreApi<SessionState>;
  readonly hosts = new Map<string, Host>();
  /** performance.now() of the newest frame by host. */
  readonly receivedAt = new Map<string, number>();
  /** A host on screen needs all totals again. */
  readonly wantsKeyframe = new Signal();
  readonly #storage: Storage | undefined;

  constructor(search: string, storage: Storage | undefined) {
    this.#storage = storage;
    const { view, refused } = parseView(search);
    this.store = createStore<SessionState>(() => ({
      link: { state: 'connecting' },
      bridgeVersion: undefined,
      hosts: [],
      view,
      refused,
      frozen: undefined,
      acknowledged: loadAcknowledged(storage),
      help: false,
      lostOpen: false,
      newBuild: false,
      maySleep: false,
      versions: { bar: 0, headline: 0, distribution: 0, table: 0, spikes: 0 },
      errors: [],
    }));
  }

  get state(): SessionState {
    return this.store.getState();
  }

  /** The host on screen: the one the address names, else the first. */
  get host(): Host | undefined {
    const { view, hosts } = this.state;
    return this.hosts.get(view.host) ?? (view.host === '' ? this.hosts.get(hosts[0] ?? '') : undefined);
  }

  /** What panels show; undefined before the bridge named a host. */
  reading(): Reading | undefined {
    const { frozen } = this.state;
    if (frozen !== undefined) return frozen.reading;
    return this.host === undefined ? undefined : readLive(this.host);
  }

  setHosts(infos: readonly HostInfo[]): void {
    for (const info of infos) this.setHost(info);
    const names = infos.map((i) => i.host);
    for (const name of this.hosts.keys()) if (!names.includes(name)) this.hosts.delete(name);
    this.store.setState({ hosts: names });
  }

  setHost(info: HostInfo): void {
    const known = this.hosts.get(info.host);
    if (known === undefined) {
      this.hosts.set(info.host, new Host(info));
      this.store.setState((s) => ({ hosts: [...s.hosts.filter((h) => h !== info.host), info.host] }));
    } else known.info = info;
  }

  look(change: Partial<View>): void {
    this.store.setState((s) => ({ view: { ...s.view, ...change } }));
  }

  freeze(): void {
    const { host } = this;
    if (host === undefined || this.state.frozen !== undefined) return;
    this.store.setState({ frozen: { reading: readFrozen(host), behind: 0, end: undefined } });
  }

  release(): void {
    if (this.state.frozen === undefined) return;
    this.store.setState((s) => ({ frozen: undefined, view: { ...s.view, spike: undefined } }));
  }

  toggleFreeze(): void {
    if (this.state.frozen === undefined) this.freeze();
    else this.release();
  }

  /** Freezes and shows one spike, moving the window when it lies outside. */
  open(id: string): void {
    this.freeze();
    this.look({ spike: id });
    const spike = this.reading()?.spikes.find((s) => s.id === id);
    if (spike !== undefined) this.#bringIntoWindow(spike.time);
  }

  /** The next (1) or previous (-1) spike in time; with none open, the newest. */
  step(direction: 1 | -1): void {
    const spikes = this.reading()?.spikes ?? [];
    const index = spikes.findIndex((s) => s.id === this.state.view.spike);
    const next = index < 0 ? spikes.at(-1) : spikes[index + direction];
    if (next !== undefined) this.open(next.id);
  }

  /** Freezes with the window around a time, but not beyond the moment of freezing. */
  showAround(time: UnixMicros): void {
    this.freeze();
    const half = windowSeconds(this) * 0.5e6;
    this.store.setState((s) =>
      s.frozen === undefined
        ? s
        : { frozen: { ...s.frozen, end: Math.min(s.frozen.reading.time, time + half) } },
    );
  }

  /** Freezes and moves the window by a quarter of itself, earlier (-1) or later (1), within the run. */
  pan(direction: 1 | -1): void {
    this.freeze();
    const { frozen } = this.state;
    if (frozen === undefined) return;
    const windowUs = windowSeconds(this) * 1e6;
    const end = (frozen.end ?? frozen.reading.time) + (direction * windowUs) / 4;
    const start = this.host?.seenFrom ?? end;
    const within = Math.min(frozen.reading.time, Math.max(end, start));
    this.store.setState({ frozen: { ...frozen, end: within } });
  }

  /** Chooses a CPU; one without a history of its own gets it from now on. */
  chooseCpu(cpu: number): void {
    if (this.host?.follow(cpu) === true) this.wantsKeyframe.emit();
    this.look({ cpu });
  }

  #bringIntoWindow(time: UnixMicros): void {
    const { frozen } = this.state;
    if (frozen === undefined) return;
    const end = frozen.end ?? frozen.reading.time;
    const windowUs = windowSeconds(this) * 1e6;
    if (time > end || time < end - windowUs) this.showAround(time);
  }

  acknowledge(ids: Iterable<string>): void {
    const storage = this.#storage;
    this.store.setState((s) => ({ acknowledged: acknowledge(s.acknowledged, ids, storage) }));
  }

  countBehind(): void {
    this.store.setState((s) => (s.frozen ? { frozen: { ...s.frozen, behind: s.frozen.behind + 1 } } : s));
  }

  bump(kind: Kind): void {
    this.store.setState((s) => ({ versions: { ...s.versions, [kind]: s.versions[kind] + 1 } }));
  }

  error(text: string): void {
    this.store.setState((s) => ({ errors: [...s.errors, text].slice(-ERRORS_MAX) }));
  }
}
