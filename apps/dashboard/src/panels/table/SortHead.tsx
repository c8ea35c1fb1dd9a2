// Column headers that sort; the address contains the order.

import { defaultView, type Sort, type View } from '../../store/address/view.ts';
import { useSession, useView } from '../../store/session/context.ts';
import { tip, tipOnControl } from '../../ui/tip.ts';

export interface Column {
  title: string;
  /** Missing: the column cannot be sorted. */
  sort?: Sort;
  number?: boolean;
  /** Ascending first: for names and numbers of things. */
  rising?: boolean;
  className?: string;
  hint?: string;
}

/** Returns the order of a table: the selected one if the table has that column, else the default. */
export function sortOf(view: View, columns: readonly Column[]): Pick<View, 'sort' | 'descending'> {
  const { sort, descending } = columns.some((column) => column.sort === view.sort) ? view : defaultView;
  return { sort, descending };
}

export function SortHead({ columns }: { columns: readonly Column[] }) {
  const session = useSession();
  const view = useView();
  const { sort, descending } = sortOf(view, columns);
  const choose = (column: Column & { sort: Sort }) =>
    session.address.change({
      sort: column.sort,
      descending: column.sort === sort ? !descending : column.rising !== true,
    });
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const { title, hint } = column;
          const className = `${column.number === true ? 'number ' : ''}${column.className ?? ''}`;
          if (column.sort === undefined) {
            return (
              <th key={title} className={className} {...tip(hint)}>
                {title}
              </th>
            );
          }
          const chosen = column.sort === sort;
          const sorted = { ...column, sort: column.sort };
          return (
            <th
              key={title}
              className={className}
              aria-sort={chosen ? (descending ? 'descending' : 'ascending') : 'none'}
            >
              <button type="button" className="plain" onClick={() => choose(sorted)} {...tipOnControl(hint)}>
                {title}
                <span aria-hidden="true">{chosen ? (descending ? ' ▾' : ' ▴') : ''}</span>
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
