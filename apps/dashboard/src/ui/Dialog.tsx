// Something that opened over the page. It takes the focus, so that the keyboard is where the eyes are, and gives it back;
// the page behind stays usable, so it is not modal. Escape closes it (app/keys.ts).
import { type ReactNode, useEffect, useRef } from 'react';
import { t } from '../i18n/translate.ts';

interface Props {
  title: string;
  /** What a screen reader calls it; the title where missing. */
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
      // Only where closing left the focus nowhere.
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
