// The headless store: UI state and versions. Data live in Host objects beside it; a version says that panels of
// that kind have something new to read.
import type { Annotation, HostInfo, Measure, Spike, UnixMicros } from '@rtprobe/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Route } from '../address/route.ts';
import { parseView, type Range, turnTo, type View, type WindowSeconds } from '../address/view.ts';
import { Signal } from '../base/signal.ts';
import { type Acknowledged, acknowledge, loadAcknowledged } from '../browser/acknowledged.ts';
import { loadPreferences, savePreferences } from '../browser/preferences.ts';
import { StoredColumns } from '../history/stored-columns.ts';
import { StoredSeconds } from '../history/stored-seconds.ts';
import type { ChartSubject } from '../reading/chart-subject.ts';
import { type DetailReading, type Reading, readDetail, readFrozen, readLive } from '../reading/reading.ts';
import { AccessToken, isDenied } from '../remote/access-token.ts';
import { type ChangeRequest, type Remote, RemoteError, remoteError } from '../remote/remote.ts';
import { Cursor } from '../screen/cursor.ts';
import type { PageExport } from '../screen/page-export.ts';
import { fitRange, visibleRange, windowSeconds, zoomRange } from '../screen/time-window.ts';
import { type DetailScope, scopeKey } from '../stream/detail-scope.ts';
import { Host } from '../stream/host.ts';

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
  /** Close-ups by focus: what is looked at closely only later is read then, and tells its own time. */
  details: Map<string, DetailReading>;
  /** Spikes that came since, not yet shown. */
  behind: number;
}

export interface TokenAsk {
  /** One was tried and refused. */
  wrong: boolean;
  /** undefined: the person gave up. */
  answer(token: string | undefined): void;
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
  /** Keys of a single character do nothing, for who speaks to the machine. */
  keysOff: boolean;
  /** What the bridge knows to measure. */
  measures: readonly Measure[];
  lostOpen: boolean;
  /** The bridge serves another build of this page than the one that runs. */
  newBuild: boolean;
  /** A kiosk whose browser does not keep the display on. */
  maySleep: boolean;
  versions: Readonly<Record<Kind, number>>;
  /** Errors the bridge sent, newest last; at most eight. */
  errors: readonly string[];
  /** A change waits for the token. */
  tokenAsk: TokenAsk | undefined;
  /** Notes of the host on screen. */
  notes: readonly Annotation[];
  /** A note is being written about this moment. */
  noteAt: UnixMicros | undefined;
  palette: boolean;
}

const ERRORS_MAX = 8;

export class Session {
  readonly store: StoreApi<SessionState>;
  readonly hosts = new Map<string, Host>();
  /** performance.now() of the newest frame by host. */
  readonly receivedAt = new Map<string, number>();
  /** A host on screen needs all totals again. */
  readonly wantsKeyframe = new Signal();
  readonly cursor = new Cursor();
  /** What the heatmap on the page tells of; undefined: the measure and CPU of the address. */
  subject: ChartSubject | undefined;
  /** What the page on screen can be saved as; undefined: nothing. */
  exporter: PageExport | undefined;
  readonly access: AccessToken;
  /** REST of the bridge; undefined in tests of the store alone. */
  readonly remote: Remote | undefined;
  /** History beyond what this tab saw. */
  readonly past: StoredColumns | undefined;
  /** The same for sparklines. */
  readonly earlier: StoredSeconds | undefined;
  readonly #storage: Storage | undefined;

  constructor(address: string, storage: Storage | undefined, access?: AccessToken, remote?: Remote) {
    this.#storage = storage;
    this.access = access ?? new AccessToken(undefined);
    this.remote = remote;
    this.past = remote === undefined ? undefined : new StoredColumns(remote);
    this.earlier = remote === undefined ? undefined : new StoredSeconds(remote);
    const { view, refused } = parseView(address);
    const visitor = loadPreferences(storage);
    this.store = createStore<SessionState>(() => ({
      link: { state: 'connecting' },
      bridgeVersion: undefined,
      hosts: [],
      view,
      refused,
      frozen: undefined,
      acknowledged: loadAcknowledged(storage),
      help: !visitor.helped && !view.kiosk,
      keysOff: visitor.keysOff,
      measures: [],
      lostOpen: false,
      newBuild: false,
      maySleep: false,
      versions: { bar: 0, headline: 0, distribution: 0, table: 0, spikes: 0 },
      errors: [],
      tokenAsk: undefined,
      notes: [],
      noteAt: undefined,
      palette: false,
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

  /** Another page. */
  go(route: Route, change: Partial<View> = {}): void {
    this.store.setState((s) => ({ view: turnTo(s.view, route, change) }));
  }

  freeze(): void {
    const { host } = this;
    if (host === undefined || this.state.frozen !== undefined) return;
    this.store.setState({ frozen: { reading: readFrozen(host), details: new Map(), behind: 0 } });
    this.detail();
  }

  /** Looks closely at some rows of the host on screen; their numbers come with the next keyframe. */
  setDetailScope(focus: DetailScope | undefined): void {
    if (this.host?.setDetailScope(focus) === true) this.wantsKeyframe.emit();
  }

  /** What is in focus; undefined until it is there. */
  detail(): DetailReading | undefined {
    const { host } = this;
    if (host?.detailScope === undefined) return undefined;
    const { frozen } = this.state;
    if (frozen === undefined) return readDetail(host);
    const key = scopeKey(host.detailScope);
    const kept = frozen.details.get(key) ?? readDetail(host);
    if (kept !== undefined) frozen.details.set(key, kept);
    return kept;
  }

  release(): void {
    if (this.state.frozen === undefined) return;
    this.store.setState((s) => ({
      frozen: undefined,
      view: { ...s.view, spike: undefined, range: undefined },
    }));
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
    else void this.#fetchSpike(id);
  }

  /** A spike that this page never got, or no longer holds. */
  async #fetchSpike(id: string): Promise<void> {
    try {
      const answer = await this.remote?.read<{ spike: Spike }>(`/spikes/${encodeURIComponent(id)}`);
      const { frozen, view } = this.state;
      if (answer === undefined || frozen === undefined || view.spike !== id) return;
      const spikes = [...frozen.reading.spikes, answer.spike].sort((a, b) => a.time - b.time);
      this.store.setState({ frozen: { ...frozen, reading: { ...frozen.reading, spikes } } });
      this.#bringIntoWindow(answer.spike.time);
    } catch (error) {
      const { code, message } = remoteError(error);
      this.error(`${code}: ${message}`);
    }
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
    const half = windowSeconds(this) * 0.5e6;
    this.show({ from: time - half, to: time + half });
  }

  /** Freezes and shows a stretch of time, as far as there are data. */
  show(range: Range): void {
    this.freeze();
    const { frozen } = this.state;
    if (frozen === undefined) return;
    this.look({ range: fitRange(range, this.earliest(), frozen.reading.time) });
  }

  /** Freezes and moves the window by a quarter of itself, earlier (-1) or later (1), within the run. */
  pan(direction: 1 | -1): void {
    const { from, to } = visibleRange(this);
    const by = ((to - from) / 4) * direction;
    this.show({ from: from + by, to: to + by });
  }

  /** Freezes and stretches the window by a factor about a time; without one, about its middle. */
  zoom(factor: number, around?: UnixMicros): void {
    const range = visibleRange(this);
    this.show(zoomRange(range, factor, around ?? (range.from + range.to) / 2));
  }

  /** A window of that length: of the present, or ending where the chosen stretch ends. */
  chooseWindow(window: WindowSeconds | undefined): void {
    const { range } = this.state.view;
    this.look({ window, range: undefined });
    if (range !== undefined) this.show({ from: range.to - windowSeconds(this) * 1e6, to: range.to });
  }

  /** Begin of what can be looked at: the run, or what this page has seen of it where that is not known. */
  earliest(): UnixMicros {
    const { host, past } = this;
    const seen = host?.seenFrom ?? host?.time ?? 0;
    const stored = past?.available === true && host?.info.history === true;
    if (!stored || host === undefined) return seen;
    return Math.min(host.info.runStartedAt ?? (past.oldest(host.name) || seen), seen);
  }

  /** Chooses a CPU; one without a history of its own gets it from now on. */
  chooseCpu(cpu: number): void {
    this.follow(cpu);
    this.look({ cpu });
  }

  /** Gives a CPU a history of its own from now on. */
  follow(cpu: number): void {
    if (this.host?.follow(cpu) === true) this.wantsKeyframe.emit();
  }

  #bringIntoWindow(time: UnixMicros): void {
    const { from, to } = visibleRange(this);
    if (time < from || time > to) this.showAround(time);
  }

  acknowledge(ids: Iterable<string>): void {
    const storage = this.#storage;
    this.store.setState((s) => ({ acknowledged: acknowledge(s.acknowledged, ids, storage) }));
  }

  /** Changes something at the bridge, asking for the token where it is needed; throws a RemoteError. */
  async change<T>(request: ChangeRequest): Promise<T> {
    const { remote, access } = this;
    if (remote === undefined) throw new RemoteError('E_UNREACHABLE', 'there is no bridge', undefined);
    for (;;) {
      try {
        return await remote.change<T>(request);
      } catch (caught) {
        const error = remoteError(caught);
        if (!isDenied(error)) throw error;
        const token = await this.#askToken(access.token !== undefined);
        access.forget();
        if (token === undefined) throw error;
        access.keep(token);
      }
    }
  }

  #askToken(wrong: boolean): Promise<string | undefined> {
    this.state.tokenAsk?.answer(undefined);
    return new Promise((resolve) => {
      const answer = (token: string | undefined) => {
        this.store.setState({ tokenAsk: undefined });
        resolve(token);
      };
      this.store.setState({ tokenAsk: { wrong, answer } });
    });
  }

  closeHelp(): void {
    this.store.setState({ help: false });
    savePreferences(this.#storage, { helped: true });
  }

  setKeys(on: boolean): void {
    this.store.setState({ keysOff: !on });
    savePreferences(this.#storage, { keysOff: !on });
  }

  countBehind(): void {
    this.store.setState((s) => (s.frozen ? { frozen: { ...s.frozen, behind: s.frozen.behind + 1 } } : s));
  }

  /** Begins a note: about the moment under the pointer, else the middle of what is frozen, else now. */
  beginNote(): void {
    const { from, to } = visibleRange(this);
    const frozen = this.state.frozen !== undefined;
    this.store.setState({ noteAt: this.cursor.time ?? (frozen ? (from + to) / 2 : (this.host?.time ?? 0)) });
  }

  /** Reads the notes of the host on screen anew; throws a RemoteError. */
  async readNotes(): Promise<void> {
    const { host, remote } = this;
    if (host === undefined || remote === undefined || !host.info.history) return;
    const answer = await remote.read<{ annotations: Annotation[] }>('/annotations', { host: host.name });
    if (this.host === host) this.store.setState({ notes: answer.annotations });
  }

  /** Throws a RemoteError. */
  async addNote(time: UnixMicros, text: string): Promise<void> {
    const body = { host: this.host?.name, time: Math.round(time), text };
    await this.change({ method: 'POST', path: '/annotations', body });
    await this.readNotes();
  }

  /** Throws a RemoteError. */
  async removeNote(id: number): Promise<void> {
    await this.change({ method: 'DELETE', path: `/annotations/${id}` });
    await this.readNotes();
  }

  bump(kind: Kind): void {
    this.store.setState((s) => ({ versions: { ...s.versions, [kind]: s.versions[kind] + 1 } }));
  }

  error(text: string): void {
    this.store.setState((s) => ({ errors: [...s.errors, text].slice(-ERRORS_MAX) }));
  }
}
