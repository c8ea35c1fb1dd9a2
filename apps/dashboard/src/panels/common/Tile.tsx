// One figure with its title.
import type { ReactNode } from 'react';
import { tip } from '../../ui/tip.ts';

export function Tile({
  title,
  hint,
  alarm = false,
  note,
  children,
}: {
  title: string;
  /** Explanation of the figure. */
  hint?: string;
  alarm?: boolean;
  note?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="card tile" {...tip(hint)}>
      <h2>{title}</h2>
      <div className={alarm ? 'figure alarm' : 'figure'}>{children}</div>
      <p className="muted small numeral">{note}</p>
    </section>
  );
}
