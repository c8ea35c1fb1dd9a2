// An overlay of the page. It takes the focus while open and returns it after. The page behind stays usable, so it is
// not modal. Escape closes it (app/keys.ts).
import { type ReactNode, useEffect, useRef } from 'react';
import { t } from '../i18n/translate.ts';

interface Props {
  title: string;
  /** Name for screen readers; default: the title. */
  label?: string;
  className?: string;
  onClose: () => void;
  children: ReactNode;
}

export function Dialog({ title, label = title, className = '', onClose, children }: Props) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus({ preventScroll: true });
    return () => {
      // Only if closing left no element focused.
      if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <section className={`popover ${className}`} role="dialog" aria-label={label} tabIndex={-1} ref={panel}>
      <div className="head">
        <h2>{title}</h2>
        <button type="button" className="plain" onClick={onClose}>
          {t('dialog.close')} <kbd>Esc</kbd>
        </button>
      </div>
      {children}
    </section>
  );
}
