// A table that scrolls and renders only the rows in view and some around them: 500 rows with a sparkline each would be
// slower than the rest of the page.
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type FocusEvent, type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from 'react';

/** Tables with fewer rows render all of them. */
const WINDOW_FROM = 60;
/** Rows above and below those in view. */
const MARGIN = 12;
/** Height of a row until one is measured. */
const HEIGHT_GUESS = 30;
/** What is rendered before the table was measured. */
const FIRST_RECT = { width: 0, height: WINDOW_FROM * HEIGHT_GUESS };

interface Props<T> {
  head: ReactNode;
  rows: readonly T[];
  columns: number;
  row: (row: T, index: number) => ReactNode;
  className?: string;
  /** Below the table. */
  children?: ReactNode;
}

/** Rows are numbered from 1, and the head is the first. */
const FIRST_ROW = 2;

const renderedRows = (table: HTMLTableElement): NodeListOf<HTMLTableRowElement> =>
  table.querySelectorAll('tbody > tr:not(.filler)');

/**
 * Widths of number columns only grow while the table keeps its width, so that columns do not move as other rows scroll
 * into view.
 */
function useStableColumns(table: RefObject<HTMLTableElement | null>, windowed: boolean, width: number): void {
  const last = useRef(0);
  useLayoutEffect(() => {
    const heads = table.current?.querySelectorAll<HTMLElement>('th.number') ?? [];
    if (!windowed || width !== last.current) for (const head of heads) head.style.minWidth = '';
    last.current = width;
    if (!windowed) return;
    const widths = Array.from(heads, (head) => head.getBoundingClientRect().width);
    heads.forEach((head, i) => {
      head.style.minWidth = `${widths[i]}px`;
    });
  });
}

export function WindowedTable<T>({ head, rows, columns, row, className = '', children }: Props<T>) {
  const scroll = useRef<HTMLDivElement>(null);
  const table = useRef<HTMLTableElement>(null);
  const [height, setHeight] = useState(HEIGHT_GUESS);
  // The row that has the focus stays rendered: a row that is removed would lose it.
  const [focused, setFocused] = useState<number>();
  const windowed = rows.length >= WINDOW_FROM;
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLTableRowElement>({
    count: rows.length,
    enabled: windowed,
    getScrollElement: () => scroll.current,
    estimateSize: () => height,
    initialRect: FIRST_RECT,
    overscan: MARGIN,
    useFlushSync: false,
    rangeExtractor: (range) => {
      const inView = defaultRangeExtractor(range);
      if (focused === undefined || focused >= rows.length) return inView;
      return [...new Set([...inView, focused])].sort((a, b) => a - b);
    },
  });
  const shown = windowed ? virtualizer.getVirtualItems().map(({ index }) => index) : [...rows.keys()];
  const after = rows.length - 1 - (shown.at(-1) ?? -1);
  useStableColumns(table, windowed, scroll.current?.clientWidth ?? 0);
  useLayoutEffect(() => {
    if (!windowed || table.current === null) return;
    const rendered = renderedRows(table.current);
    rendered.forEach((element, i) => {
      element.ariaRowIndex = String(shown[i]! + FIRST_ROW);
    });
    const measured = rendered[0]?.getBoundingClientRect().height ?? 0;
    if (measured > 0) setHeight(measured);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height have other places
  useLayoutEffect(() => virtualizer.measure(), [height]);
  const focus = ({ target }: FocusEvent) => {
    const index = Number(target.closest('tr')?.ariaRowIndex ?? 0) - FIRST_ROW;
    setFocused(index < 0 ? undefined : index);
  };
  return (
    <div className={`scroll ${className}`} ref={scroll}>
      <table aria-rowcount={rows.length + 1} ref={table}>
        {head}
        <tbody onFocus={focus} onBlur={() => setFocused(undefined)}>
          {shown.flatMap((index, i) => {
            const before = index - (shown[i - 1] ?? -1) - 1;
            const filler = before > 0 && (
              <Filler key={`above ${index}`} height={before * height} columns={columns} />
            );
            return [filler, row(rows[index]!, index)];
          })}
          {after > 0 && <Filler height={after * height} columns={columns} />}
        </tbody>
      </table>
      {children}
    </div>
  );
}

/** Stands for rows that are not rendered. */
function Filler({ height, columns }: { height: number; columns: number }) {
  return (
    <tr className="filler">
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}
