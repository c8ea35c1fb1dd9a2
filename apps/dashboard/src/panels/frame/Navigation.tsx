// The navigation: links side by side if there is room, else behind one button.
import { useEffect, useRef, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { MAIN_PAGES, type MainPage, mainPageOf } from '../../store/address/route.ts';
import { useAddress } from '../../store/session/context.ts';
import { Link } from '../common/Link.tsx';

export function pageTitle(page: MainPage): string {
  return t(`nav.${page}`);
}

export function Navigation() {
  const route = useAddress((s) => s.view.route);
  const [open, setOpen] = useState(false);
  const nav = useRef<HTMLElement>(null);
  const current = mainPageOf(route);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the menu
  useEffect(() => setOpen(false), [route]);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (!(event.target instanceof Node && nav.current?.contains(event.target))) setOpen(false);
    };
    window.addEventListener('pointerdown', outside);
    return () => window.removeEventListener('pointerdown', outside);
  }, [open]);
  return (
    <nav
      ref={nav}
      className={open ? 'pages open' : 'pages'}
      aria-label={t('nav.label')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.preventDefault();
        setOpen(false);
      }}
    >
      <button type="button" className="pages-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {pageTitle(current)} <span aria-hidden="true">▾</span>
      </button>
      <ul>
        {MAIN_PAGES.map((page) => (
          <li key={page}>
            <Link to={{ page }} current={page === current} className="page-link">
              {pageTitle(page)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
