// A card with a short table, or with a text if the table is empty.
import type { ReactNode } from 'react';

export interface ListColumn {
  title: string;
  className?: string;
}

interface Props {
  title: string;
  hint: string;
  /** At the right of the header. */
  aside?: ReactNode;
  columns: readonly ListColumn[];
  /** Shown instead of a table without rows. */
  empty: string;
  /** Rows; an empty list shows `empty`. */
  children: readonly ReactNode[];
}

export function ListCard({ title, hint, aside, columns, empty, children }: Props) {
  return (
    <section className="card listed" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span className="muted small">{hint}</span>
        {aside !== undefined && <span className="spring" />}
        {aside}
      </header>
      <div className="scroll">
        {children.length === 0 ? (
          <p className="empty muted">{empty}</p>
        ) : (
          <table>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column.title} className={column.className}>
                    {column.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>{children}</tbody>
          </table>
        )}
      </div>
    </section>
  );
}
