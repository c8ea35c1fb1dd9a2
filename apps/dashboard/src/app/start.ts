// Assembles the parts: session, scheduler, stream, and the listeners to the browser.
import type { QueryClient } from '@tanstack/react-query';
import { Scheduler } from '../charts/scheduler.ts';
import { createRest } from '../connection/rest.ts';
import type { Drawing } from '../panels/common/painted-canvas.ts';
import { createQueryClient } from '../panels/common/use-remote.ts';
import { Signal } from '../store/base/signal.ts';
import { Login } from '../store/remote/login.ts';
import { Session } from '../store/session/session.ts';
import { onLoadFailure } from '../ui/load.ts';
import { addressOf, followAddress } from './address.ts';
import { basePathOf } from './base-path.ts';
import { addCommits, type Commits } from './commits.ts';
import { followKeys } from './keys.ts';
import { followKiosk } from './kiosk/kiosk.ts';
import { followLanguage } from './language.ts';
import { lookForNewBuild } from './new-build.ts';
import { readNotes, Stream } from './stream.ts';
import { followTheme } from './theme.ts';

function storageOf(window: Window): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}

export interface Parts {
  session: Session;
  drawing: Drawing;
  queries: QueryClient;
}

/** Calls `render` when the texts of the page's language are loaded, and again when the language changes. */
export function start(window: Window, render: (parts: Parts) => void): void {
  const storage = storageOf(window);
  const base = basePathOf(window.document);
  const rest = createRest(base, { sessionEnded: () => login.ended() });
  const login: Login = new Login(rest);
  const code = takeCode(window);
  const session = new Session(addressOf(window.location, base), storage, login, rest, base);
  const scheduler = new Scheduler();
  const drawing: Drawing = { scheduler, data: new Signal(), spiked: new Signal(), restyled: new Signal() };
  const commits = addCommits(session, scheduler);
  session.storedColumns?.arrived.listen(() => drawing.data.emit());
  const stream = new Stream({ window, base, session, scheduler, drawing, commits });
  void followLogin(session, stream, code);
  session.wantsKeyframe.listen(() => stream.subscribe());
  // Ages and the state STALE change without any message.
  setInterval(() => {
    commits.bar.invalidate();
    commits.headline.invalidate();
    drawing.data.emit();
  }, 1000);
  followTheme(window, session, drawing.restyled);
  followKiosk(window, session, drawing.restyled);
  followAddress(window, base, session);
  followKeys(window, session);
  followHost(session, stream, commits, drawing);
  const parts = { session, drawing, queries: createQueryClient() };
  onLoadFailure(() => void lookForNewBuild(window, base, session));
  void followLanguage(window, session, storage, () => render(parts));
}

/** Interval of a request that renews the session; a wall monitor may send no other request for weeks. */
const RENEW_MS = 6 * 3600 * 1000;

/** Returns the login code behind the `#` of the address, and removes it from the address at once. */
function takeCode({ location, history }: Window): string | undefined {
  const [, code] = /^#code=([\w-]+)$/.exec(location.hash) ?? [];
  if (code !== undefined) history.replaceState(history.state, '', location.pathname + location.search);
  return code;
}

/** Starts and stops the stream with the session. The stream also runs, and reconnects, while no bridge answers. */
async function followLogin({ login }: Session, stream: Stream, code: string | undefined): Promise<void> {
  setInterval(() => void login.check(), RENEW_MS);
  // Opening an address with a code in this tab changes only the part after the #, so the page does not load again.
  window.addEventListener('hashchange', () => {
    const next = takeCode(window);
    if (next !== undefined) void login.start(next);
  });
  await login.start(code);
  let isOpen = false;
  const follow = () => {
    const wanted = login.current.state !== 'out';
    if (wanted === isOpen) return;
    isOpen = wanted;
    if (wanted) stream.start();
    else stream.stop();
  };
  follow();
  login.store.subscribe(follow);
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
