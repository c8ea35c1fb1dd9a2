// Assembles the parts: session, scheduler, stream, and the listeners to the browser.
import { Scheduler } from '../charts/scheduler.ts';
import { createRest } from '../connection/rest.ts';
import type { Drawing } from '../panels/common/painted-canvas.ts';
import { Signal } from '../store/base/signal.ts';
import { AccessToken } from '../store/remote/access-token.ts';
import { Session } from '../store/session/session.ts';
import { addressOf, followAddress } from './address.ts';
import { addCommits, type Commits } from './commits.ts';
import { followKeys } from './keys.ts';
import { followKiosk } from './kiosk/kiosk.ts';
import { followLanguage } from './language.ts';
import { readNotes, Stream } from './stream.ts';
import { followTheme } from './theme.ts';

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
  session.storedColumns?.arrived.listen(() => drawing.data.emit());
  const stream = new Stream({ window, session, scheduler, drawing, commits });
  stream.start();
  session.wantsKeyframe.listen(() => stream.subscribe());
  // Ages and the state STALE change without any message.
  setInterval(() => {
    commits.bar.invalidate();
    commits.headline.invalidate();
    drawing.data.emit();
  }, 1000);
  followTheme(window, session, drawing.restyled);
  followKiosk(window, session, drawing.restyled);
  followAddress(window, session);
  followKeys(window, session);
  followHost(session, stream, commits, drawing);
  return { session, drawing };
}

/** Follows a change of the host: unsubscribes from the old host and updates all panels. */
function followHost(session: Session, stream: Stream, commits: Commits, drawing: Drawing): void {
  let current = session.host;
  const follow = () => {
    if (session.host === current) return;
    current = session.host;
    stream.subscribe();
    readNotes(session);
    for (const commit of Object.values(commits)) commit.invalidate();
    drawing.data.emit();
  };
  session.hosts.store.subscribe(follow);
  session.address.store.subscribe(follow);
}
