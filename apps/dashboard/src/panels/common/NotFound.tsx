// A page whose subject was not found: the reason, and a link.
import type { ReactNode } from 'react';

export function NotFound({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="unreachable">
      <h1>{title}</h1>
      <p>{children}</p>
    </div>
  );
}
