// A region that scrolls. It can be focused, because the keyboard scrolls only focused regions.
import type { ReactNode } from 'react';

interface Props {
  label: string;
  className?: string;
  children: ReactNode;
}

export function Scroll({ label, className = 'scroll', children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
    <section className={className} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
