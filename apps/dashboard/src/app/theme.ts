// Sets the theme as an attribute of the root element: that of the address, else the system's preference.

import type { ThemeName } from '../store/address/view.ts';
import type { Signal } from '../store/base/signal.ts';
import type { Session } from '../store/session/session.ts';

export function followTheme(window: Window, { address }: Pick<Session, 'address'>, restyled: Signal): void {
  const light = window.matchMedia('(prefers-color-scheme: light)');
  const contrast = window.matchMedia('(prefers-contrast: more)');
  const preferred = (): ThemeName => {
    if (contrast.matches) return 'contrast';
    return light.matches ? 'light' : 'dark';
  };
  let current: ThemeName | undefined;
  const apply = () => {
    const theme = address.view.theme ?? preferred();
    if (theme === current) return;
    current = theme;
    window.document.documentElement.dataset.theme = theme;
    restyled.emit();
  };
  apply();
  light.addEventListener('change', apply);
  contrast.addEventListener('change', apply);
  address.store.subscribe(apply);
}
