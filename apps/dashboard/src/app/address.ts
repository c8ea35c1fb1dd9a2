// Keeps the address and the view the same, both ways. Another page is a step the browser's back button undoes; what
// is changed on a page is not.
import { sameRoute } from '../store/address/route.ts';
import { formatView, parseView } from '../store/address/view-text.ts';
import type { Session } from '../store/session/session.ts';

/** Path and query: what a view is read from. */
export function addressOf({ pathname, search }: Location): string {
  return `${pathname}${search}`;
}

export function followAddress(
  window: Window,
  { address, screen }: Pick<Session, 'address' | 'screen'>,
): void {
  let written = address.view;
  address.store.subscribe(({ view }) => {
    if (view === written) return;
    const turned = !sameRoute(view.route, written.route);
    written = view;
    const text = formatView(view);
    // A rotating kiosk would fill the browser's history.
    if (turned && !view.kiosk) window.history.pushState(null, '', text);
    else window.history.replaceState(null, '', text);
  });
  window.addEventListener('popstate', () => {
    const { view, refused } = parseView(addressOf(window.location));
    written = view;
    address.take({ view, refused });
    if (view.range !== undefined) screen.freeze();
  });
}
