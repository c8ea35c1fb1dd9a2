// Keeps the address and the view the same, both ways.
import type { Session } from '../store/session.ts';
import { formatView, parseView } from '../store/view.ts';

export function followAddress(window: Window, session: Session): void {
  let written = session.state.view;
  session.store.subscribe(({ view }) => {
    if (view === written) return;
    written = view;
    window.history.replaceState(null, '', `${window.location.pathname}${formatView(view)}`);
  });
  window.addEventListener('popstate', () => {
    const { view, refused } = parseView(window.location.search);
    session.store.setState({ view, refused });
  });
}
