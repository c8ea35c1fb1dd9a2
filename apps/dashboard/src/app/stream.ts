// The stream of the bridge: connection, ingest, host, scheduler. Sends back an acknowledgement of each frame that was
// drawn.
import type { Scheduler } from '../charts/scheduler.ts';
import { Client } from '../connection/client.ts';
import type { Drawing } from '../panels/common/painted-canvas.ts';
import { remoteError } from '../store/remote/remote.ts';
import type { Session } from '../store/session/session.ts';
import type { Host } from '../store/stream/host.ts';
import { type Change, Ingest } from '../store/stream/ingest.ts';
import type { Commits } from './commits.ts';
import { lookForNewBuild } from './new-build.ts';

/** Requested frames per second; the finest heatmap columns are 200 ms wide. */
const RATE = 10;

interface Parts {
  window: Window;
  base: string;
  session: Session;
  scheduler: Scheduler;
  drawing: Drawing;
  commits: Commits;
}

export class Stream {
  readonly #parts: Parts;
  readonly #client: Client;
  #subscribed: Host | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { window, base, session, scheduler } = parts;
    // Acknowledges in the animation frame that draws, so that a slow screen receives less.
    const drawn = scheduler.add({
      kind: 'paint',
      periodMs: 0,
      run: () => session.host !== undefined && this.#acknowledge(session.host),
    });
    const ingest = new Ingest(session.connection, session.hosts, {
      hello: () => {
        this.subscribe();
        readNotes(session);
      },
      needsKeyframe: (host) => host === session.host && !host.awaitsKeyframe && this.subscribe(),
      incident: (host) => host === session.host && session.screen.countNewIncident(),
      acknowledged: (changed, removed) => session.acknowledgements.receive(changed, removed),
      error: (text) => session.error(text),
      frame: (host) => {
        // A hidden tab gets no animation frames but still receives data.
        if (window.document.hidden) this.#acknowledge(host);
        else if (host === session.host) this.#draw(drawn.invalidate);
      },
      changed: (host, what) => host === session.host && this.#changed(what),
    });
    this.#client = new Client(addressOf(window, base), {
      opened: () => {
        session.connection.set({ state: 'open' });
        if (session.login.current.state === 'unknown') void session.login.check();
        session.notices.clearErrors();
        void lookForNewBuild(window, base, session);
      },
      closed: (retryMs, reason, attempts) => {
        this.#subscribed = undefined;
        for (const host of session.hosts.all()) host.disconnected();
        const retryAt = performance.now() + retryMs;
        session.connection.set({ state: 'closed', retryAt, reason, attempts });
        // A WebSocket does not say why it was refused: it may be the session.
        void session.login.check();
      },
      message: (message) => ingest.message(message),
      frame: (bytes) => ingest.frame(bytes),
    });
  }

  start(): void {
    this.#client.start();
  }

  stop(): void {
    this.#subscribed = undefined;
    this.#client.stop();
    this.#parts.session.connection.set({ state: 'connecting' });
  }

  /** Subscribes to the frames of the host on screen, starting with a keyframe. */
  subscribe(): void {
    const { host } = this.#parts.session;
    if (host === undefined) return;
    const before = this.#subscribed;
    if (before !== undefined && before !== host) {
      this.#client.send({ type: 'unsubscribe', host: before.name });
      before.disconnected();
    }
    this.#subscribed = host;
    host.disconnected();
    this.#client.send({ type: 'subscribe', host: host.name, rate: RATE });
  }

  #acknowledge(host: Host): void {
    if (host.seq >= 0) this.#client.send({ type: 'ack', host: host.name, seq: host.seq });
  }

  #draw(acknowledgeOnceDrawn: () => void): void {
    const { session, drawing, commits } = this.#parts;
    // Freezes once there are data, if the address names a time range.
    if (session.address.view.range !== undefined) session.screen.freeze();
    drawing.data.emit();
    acknowledgeOnceDrawn();
    if (session.screen.current !== undefined) return;
    commits.headline.invalidate();
    commits.distribution.invalidate();
    commits.table.invalidate();
  }

  #changed(what: Change): void {
    const { session, drawing, commits } = this.#parts;
    commits.bar.invalidate();
    if (what === 'spikes' && session.screen.current === undefined) drawing.spiked.emit();
    if (what === 'spikes' || what === 'host') commits.spikes.invalidate();
    if (what === 'host' || what === 'sources' || what === 'tasks' || what === 'rules')
      commits.table.invalidate();
  }
}

function addressOf(window: Window, base: string): string {
  const url = new URL(`${base}/ws`, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/** A bridge without history store has no notes. */
export function readNotes(session: Session): void {
  session.notes.clear();
  session.notes.read().catch((caught: unknown) => {
    const { code, message } = remoteError(caught);
    if (code !== 'E_HISTORY_OFF') session.error(`${code}: ${message}`);
  });
}
