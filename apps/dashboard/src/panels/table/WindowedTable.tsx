// A table that scrolls and renders only the rows in view and some around them: 500 rows with a sparkline each would be
// slower than the rest of the page.
import { type ReactNode, useEffect, useRef, useState } from 'react';

/** A table with fewer rows renders all of them. */
const WINDOW_FROM = 60;
/** Rows above and below those in view. */
const MARGIN = 12;
/** Height of a row until one is measured. */
const HEIGHT_GUESS = 30;

interface Props<T> {
  head: ReactNode;
  rows: readonly T[];
  columns: number;
  row: (row: T, index: number) => ReactNode;
  className?: string;
  /** Below the table. */
  children?: ReactNode;
}

interface Part {
  from: number;
  to: number;
  height: number;
}

function partInView(element: HTMLElement): Part {
  const first = element.querySelector<HTMLElement>('tbody tr:not(.filler)');
  const height = first === null || first.offsetHeight === 0 ? HEIGHT_GUESS : first.offsetHeight;
  return {
    from: Math.max(0, Math.floor(element.scrollTop / height) - MARGIN),
    to: Math.ceil((element.scrollTop + element.clientHeight) / height) + MARGIN,
    height,
  };
}

const same = (a: Part, b: Part) => a.from === b.from && a.to === b.to && a.height === b.height;

export function WindowedTable<T>({ head, rows, columns, row, className = '', children }: Props<T>) {
  const scroll = useRef<HTMLDivElement>(null);
  const [part, setPart] = useState<Part>({ from: 0, to: WINDOW_FROM, height: HEIGHT_GUESS });
  const windowed = rows.length >= WINDOW_FROM;
  useEffect(() => {
    const element = scroll.current;
    if (element === null || !windowed) return;
    const look = () => {
      const now = partInView(element);
      setPart((old) => (same(old, now) ? old : now));
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      observer.disconnect();
    };
  }, [windowed]);
  const from = windowed ? Math.min(part.from, rows.length) : 0;
  const to = windowed ? Math.min(part.to, rows.length) : rows.length;
  return (
    <div className={`scroll ${className}`} ref={scroll}>
      <table aria-rowcount={rows.length + 1}>
        {head}
        <tbody>
          <Filler rows={from} columns={columns} height={part.height} />
          {rows.slice(from, to).map((one, i) => row(one, from + i))}
          <Filler rows={rows.length - to} columns={columns} height={part.height} />
        </tbody>
      </table>
      {children}
    </div>
  );
}

function Filler({ rows, columns, height }: { rows: number; columns: number; height: number }) {
  if (rows === 0) return null;
  return (
    <tr className="filler">
      <td colSpan={columns} style={{ height: rows * height }} />
    </tr>
  );
}
