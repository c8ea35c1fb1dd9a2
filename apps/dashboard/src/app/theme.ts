// The theme as an attribute of the root element: what the address says, else what the system prefers.
import type { Session } from '../store/session.ts';
import type { Signal } from '../store/signal.ts';

export function followTheme(window: Window, session: Session, restyled: Signal): void {
  const light = window.matchMedia('(prefers-color-scheme: light)');
  let current = '';
  const apply = () => {
    const theme = session.state.view.theme ?? (light.matches ? 'light' : 'dark');
    if (theme === current) return;
    current = theme;
    window.document.documentElement.dataset.theme = theme;
    restyled.emit();
  };
  apply();
  light.addEventListener('change', apply);
  session.store.subscribe(apply);
}
