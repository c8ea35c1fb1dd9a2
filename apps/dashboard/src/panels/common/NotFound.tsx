// A page whose subject is not there: why, and where to go.
import type { ReactNode } from 'react';

export function NotFound({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="unreachable">
      <h1>{title}</h1>
      <p>{children}</p>
    </div>
  );
}
