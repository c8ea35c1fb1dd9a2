// Notifies the listeners of one host, each in turn.
import type { HostEvents, HostListener } from './listener.ts';
import type { HostView } from './view.ts';

type EventName = keyof HostEvents;
/** The arguments of an event after the host. */
type Details<E extends EventName> = Parameters<HostEvents[E]> extends [HostView, ...infer D] ? D : never;

export class Announcer {
  /** Set during a jump in a recording: intermediate states are not announced. */
  muted = false;
  /** Set when the host is no longer in the bridge: a jump or an answer can still be on its way. */
  ended = false;
  #sourcesChanged = false;
  readonly #host: HostView;
  readonly #listeners: readonly HostListener[];

  constructor(host: HostView, listeners: readonly HostListener[]) {
    this.#host = host;
    this.#listeners = listeners;
  }

  announce<E extends EventName>(event: E, ...details: Details<E>): void {
    // A new name is announced even while muted.
    if (this.ended || (this.muted && event !== 'hostRenamed')) return;
    if (event === 'sourcesChanged') this.#sourcesChanged = false;
    else if (event === 'spanAdded' || event === 'totalsReplaced') this.flush();
    for (const listener of this.#listeners) {
      const notify = listener[event] as ((host: HostView, ...details: Details<E>) => void) | undefined;
      notify?.call(listener, this.#host, ...details);
    }
  }

  /**
   * Defers the announcement of changed sources to the next span or tick. Each announcement contains all sources, and a
   * module can report thousands one by one.
   */
  deferSources(): void {
    this.#sourcesChanged = true;
  }

  flush(): void {
    if (this.#sourcesChanged) this.announce('sourcesChanged');
    if (this.muted) return;
    const change = this.#host.state.incidents.update();
    if (change.changed.length + change.removed.length > 0) this.announce('incidentsChanged', change);
  }

  /** Announces the whole state, after a jump. */
  announceAll(): void {
    this.#host.state.incidents.update();
    this.announce('hostChanged');
    this.announce('sourcesChanged');
    this.announce('spikesReplaced');
    this.announce('rulesChanged');
    this.announce('tasksChanged');
    this.announce('totalsReplaced');
  }
}
