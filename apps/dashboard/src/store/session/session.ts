// The composition root of the headless store: creates its parts and passes to each the parts it needs. Host objects
// contain the data; the stores of the parts contain what the user interface shows and what the user selects.
import type { UnixMicros } from '@rtprobe/protocol';
import { Address } from '../address/address.ts';
import { Signal } from '../base/signal.ts';
import { Preferences } from '../browser/preferences.ts';
import { StoredColumns } from '../history/stored-columns.ts';
import { StoredSeconds } from '../history/stored-seconds.ts';
import { Acknowledgements } from '../notes/acknowledgements.ts';
import { Notes } from '../notes/notes.ts';
import type { ChartSubject } from '../reading/chart-subject.ts';
import type { Reading } from '../reading/reading.ts';
import { Changes } from '../remote/changes.ts';
import { Login } from '../remote/login.ts';
import { OperatorPrompt } from '../remote/operator-prompt.ts';
import type { Remote } from '../remote/remote.ts';
import { ChartColumns } from '../screen/chart-columns.ts';
import { Cursor } from '../screen/cursor.ts';
import { FrozenScreen } from '../screen/frozen-screen.ts';
import type { PageExport } from '../screen/page-export.ts';
import { Player } from '../screen/player.ts';
import { SpikeNavigation } from '../screen/spike-navigation.ts';
import { TimeWindow } from '../screen/time-window.ts';
import { Connection } from '../stream/connection.ts';
import type { DetailScope } from '../stream/detail-scope.ts';
import type { Host } from '../stream/host.ts';
import { Hosts } from '../stream/hosts.ts';
import { Notices } from './notices.ts';
import { Overlays } from './overlays.ts';
import { PanelVersions } from './panel-versions.ts';

export class Session {
  readonly connection = new Connection();
  readonly hosts = new Hosts();
  readonly address: Address;
  readonly screen: FrozenScreen;
  readonly window: TimeWindow;
  readonly columns: ChartColumns;
  readonly spikes: SpikeNavigation;
  readonly notes: Notes;
  readonly changes: Changes;
  readonly player: Player;
  readonly login: Login;
  readonly operatorPrompt = new OperatorPrompt();
  readonly acknowledgements: Acknowledgements;
  readonly preferences: Preferences;
  readonly overlays: Overlays;
  readonly notices = new Notices();
  readonly versions = new PanelVersions();
  readonly cursor = new Cursor();
  /** A host on screen needs all totals again. */
  readonly wantsKeyframe = new Signal();
  /** REST of the bridge; undefined in tests of the store. */
  readonly remote: Remote | undefined;
  /** Columns that the bridge stores, for charts. */
  readonly storedColumns: StoredColumns | undefined;
  /** Seconds that the bridge stores, for sparklines. */
  readonly storedSeconds: StoredSeconds | undefined;
  /** What the heatmap on the page shows; undefined: the measure and CPU of the address. */
  subject: ChartSubject | undefined;
  /** Export of the page on screen; undefined: none. */
  exporter: PageExport | undefined;

  constructor(address: string, storage: Storage | undefined, login?: Login, remote?: Remote, base = '') {
    this.remote = remote;
    this.storedColumns = remote && new StoredColumns(remote);
    this.storedSeconds = remote && new StoredSeconds(remote);
    this.address = new Address(address, base);
    this.preferences = new Preferences(storage);
    this.overlays = new Overlays(this.preferences, !this.address.view.kiosk);
    this.login = login ?? new Login(undefined);
    this.changes = new Changes(remote, this.login, this.operatorPrompt);
    const host = () => this.host;
    this.screen = new FrozenScreen(host, this.address);
    const shown = { host, address: this.address, screen: this.screen, stored: this.storedColumns };
    this.window = new TimeWindow(shown);
    this.columns = new ChartColumns({ ...shown, window: this.window });
    this.notes = new Notes(host, remote, this.changes);
    const select = (spike: string | undefined) => this.address.change({ spike });
    this.player = new Player({ host, screen: this.screen, changes: this.changes, select });
    const failed = (text: string) => this.error(text);
    const author = () => this.preferences.current.author;
    this.acknowledgements = new Acknowledgements({ host, changes: this.changes, author, failed });
    this.spikes = new SpikeNavigation({ ...shown, window: this.window, remote, failed });
  }

  /** Returns the host on screen: that of the address, else the first. */
  get host(): Host | undefined {
    return this.hosts.chosen(this.address.view.host);
  }

  /** Returns what panels show; undefined before the bridge has sent a host. */
  reading(): Reading | undefined {
    return this.screen.reading();
  }

  error(text: string): void {
    this.notices.error(text);
  }

  /** Sets the rows that the page shows in detail; the next keyframe contains their numbers. */
  setDetailScope(scope: DetailScope | undefined): void {
    if (this.host?.setDetailScope(scope) === true) this.wantsKeyframe.emit();
  }

  /** Starts the history of a CPU of the host on screen. */
  keepCpuHistory(cpu: number): void {
    if (this.host?.keepCpuHistory(cpu) === true) this.wantsKeyframe.emit();
  }

  /** Selects a CPU, and starts its history if it has none. */
  chooseCpu(cpu: number): void {
    this.keepCpuHistory(cpu);
    this.address.change({ cpu });
  }

  /** Starts a note at the time under the pointer, else in the middle of the frozen range, else at the present. */
  beginNote(): void {
    this.notes.begin(this.cursor.time ?? this.#middleOrNow());
  }

  #middleOrNow(): UnixMicros {
    if (this.screen.current === undefined) return this.host?.time ?? 0;
    const { from, to } = this.window.range();
    return (from + to) / 2;
  }
}
