// Keeps the address and the view equal, in both directions. Opening a page adds an entry to the browser's history; a
// change on a page does not.
import { sameRoute } from '../store/address/route.ts';
import { parseView } from '../store/address/view-text.ts';
import type { Session } from '../store/session/session.ts';

/** Returns path and query without the base, from which a view is parsed. */
export function addressOf({ pathname, search }: Location, base: string): string {
  const isBelow = pathname === base || pathname.startsWith(`${base}/`);
  return `${isBelow ? pathname.slice(base.length) || '/' : pathname}${search}`;
}

export function followAddress(
  window: Window,
  base: string,
  { address, screen }: Pick<Session, 'address' | 'screen'>,
): void {
  let written = address.view;
  address.store.subscribe(({ view }) => {
    if (view === written) return;
    const turned = !sameRoute(view.route, written.route);
    written = view;
    const text = address.format(view);
    // A rotating kiosk would fill the browser's history.
    if (turned && !view.kiosk) window.history.pushState(null, '', text);
    else window.history.replaceState(null, '', text);
  });
  window.addEventListener('popstate', () => {
    const { view, refused } = parseView(addressOf(window.location, base));
    written = view;
    address.take({ view, refused });
    if (view.range !== undefined) screen.freeze();
  });
}
