// Puts the parts together: connection → ingest → session → scheduler → screen, and back the acknowledgement.
import { Scheduler, type TaskHandle } from '../charts/scheduler.ts';
import { Client } from '../connection/client.ts';
import { createRest } from '../connection/rest.ts';
import type { Drawing } from '../panels/common/painted-canvas.ts';
import { Signal } from '../store/base/signal.ts';
import { AccessToken } from '../store/remote/access-token.ts';
import { remoteError } from '../store/remote/remote.ts';
import { type Kind, Session } from '../store/session/session.ts';
import type { Host } from '../store/stream/host.ts';
import { Ingest } from '../store/stream/ingest.ts';
import { addressOf, followAddress } from './address.ts';
import { followKeys } from './keys.ts';
import { followKiosk } from './kiosk/kiosk.ts';
import { followLanguage } from './language.ts';
import { lookForNewBuild } from './new-build.ts';
import { followTheme } from './theme.ts';

/** Frames a second that are asked for: heatmap columns are 200 ms at the finest. */
const RATE = 10;

/** Least time between two React commits of each kind; Recharts alone costs 50 ms a commit. */
const COMMIT_MS: Readonly<Record<Kind, number>> = {
  bar: 500,
  headline: 500,
  distribution: 1000,
  table: 1000,
  spikes: 100,
};

function storageOf(window: Window, kind: 'localStorage' | 'sessionStorage'): Storage | undefined {
  try {
    return window[kind];
  } catch {
    return undefined;
  }
}

export function start(window: Window): { session: Session; drawing: Drawing } {
  const storage = storageOf(window, 'localStorage');
  const access = new AccessToken(storageOf(window, 'sessionStorage'));
  const session = new Session(
    addressOf(window.location),
    storage,
    access,
    createRest(() => access.token),
  );
  followLanguage(window, session, storage);
  const scheduler = new Scheduler();
  const drawing: Drawing = { scheduler, data: new Signal(), spiked: new Signal(), restyled: new Signal() };
  const commits = addCommits(session, scheduler);
  session.past?.arrived.listen(() => drawing.data.emit());
  const link = connect(window, session, scheduler, drawing, commits);
  session.wantsKeyframe.listen(link.subscribe);
  // Ages and the word STALE change without any message.
  setInterval(() => {
    commits.bar.invalidate();
    commits.headline.invalidate();
    drawing.data.emit();
  }, 1000);
  followTheme(window, session, drawing.restyled);
  followKiosk(window, session, drawing.restyled);
  followAddress(window, session);
  followKeys(window, session);
  followHost(session, link.subscribe, commits, drawing);
  return { session, drawing };
}

type Commits = Readonly<Record<Kind, TaskHandle>>;

function addCommits(session: Session, scheduler: Scheduler): Commits {
  const add = (kind: Kind) =>
    scheduler.add({
      ...{ kind: 'commit', periodMs: COMMIT_MS[kind], run: () => session.bump(kind) },
      urgent: kind === 'spikes',
    });
  return {
    bar: add('bar'),
    headline: add('headline'),
    distribution: add('distribution'),
    table: add('table'),
    spikes: add('spikes'),
  };
}

function connect(
  window: Window,
  session: Session,
  scheduler: Scheduler,
  drawing: Drawing,
  commits: Commits,
): { subscribe(): void } {
  const url = new URL('/ws', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const acknowledge = (host: Host) => {
    if (host.seq >= 0) client.send({ type: 'ack', host: host.name, seq: host.seq });
  };
  // Runs in the animation frame that draws, so a screen that cannot keep up is sent less.
  const drawn = scheduler.add({
    kind: 'paint',
    periodMs: 0,
    run: () => session.host !== undefined && acknowledge(session.host),
  });
  let followed: Host | undefined;
  const subscribe = () => {
    const { host } = session;
    if (host === undefined) return;
    if (followed !== undefined && followed !== host) {
      client.send({ type: 'unsubscribe', host: followed.name });
      followed.disconnected();
    }
    followed = host;
    host.disconnected();
    client.send({ type: 'subscribe', host: host.name, rate: RATE });
  };
  const ingest = new Ingest(session, {
    hello: () => {
      subscribe();
      readNotes(session);
    },
    needsKeyframe: (host) => host === session.host && !host.awaitsKeyframe && subscribe(),
    frame: (host) => {
      // A hidden tab gets no animation frames, and goes on taking data in.
      if (window.document.hidden) return acknowledge(host);
      if (host !== session.host) return;
      // An address that names a stretch of time is frozen as soon as there is something to freeze.
      if (session.state.view.range !== undefined) session.freeze();
      drawing.data.emit();
      drawn.invalidate();
      if (session.state.frozen === undefined) {
        commits.headline.invalidate();
        commits.distribution.invalidate();
        commits.table.invalidate();
      }
    },
    changed: (host, what) => {
      if (host !== session.host) return;
      commits.bar.invalidate();
      if (what === 'spikes' && session.state.frozen === undefined) drawing.spiked.emit();
      if (what === 'spikes' || what === 'host') commits.spikes.invalidate();
      if (what === 'host' || what === 'sources' || what === 'tasks' || what === 'rules')
        commits.table.invalidate();
    },
  });
  const client = new Client(url.href, {
    opened: () => {
      session.store.setState({ link: { state: 'open' }, errors: [] });
      void lookForNewBuild(window, session);
    },
    closed: (retryMs, reason, attempts) => {
      followed = undefined;
      for (const host of session.hosts.values()) host.disconnected();
      const retryAt = performance.now() + retryMs;
      session.store.setState({ link: { state: 'closed', retryAt, reason, attempts } });
    },
    message: (message) => ingest.message(message),
    frame: (bytes) => ingest.frame(bytes),
  });
  client.start();
  return { subscribe };
}

/** A bridge without history has none. */
function readNotes(session: Session): void {
  session.store.setState({ notes: [] });
  session.readNotes().catch((caught: unknown) => {
    const { code, message } = remoteError(caught);
    if (code !== 'E_HISTORY_OFF') session.error(`${code}: ${message}`);
  });
}

/** Another host was chosen: the old one's frames are no longer wanted, all panels read anew. */
function followHost(session: Session, subscribe: () => void, commits: Commits, drawing: Drawing): void {
  let current = session.host;
  session.store.subscribe(() => {
    if (session.host === current) return;
    current = session.host;
    subscribe();
    readNotes(session);
    for (const commit of Object.values(commits)) commit.invalidate();
    drawing.data.emit();
  });
}
