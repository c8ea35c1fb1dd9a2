// One figure with what it is.
import type { ReactNode } from 'react';

export function Tile({
  title,
  hint,
  alarm = false,
  note,
  children,
}: {
  title: string;
  /** What it means, for the pointer. */
  hint?: string;
  alarm?: boolean;
  note?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="card tile" title={hint}>
      <h2>{title}</h2>
      <div className={alarm ? 'figure alarm' : 'figure'}>{children}</div>
      <p className="muted small numeral">{note}</p>
    </section>
  );
}
