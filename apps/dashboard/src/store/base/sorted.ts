// Rows of a table in the order of a column.

export type Key = number | string | undefined;

/** What is not known comes last, whatever the direction; equals keep their order. */
export function sorted<T>(rows: readonly T[], key: (row: T) => Key, descending: boolean): T[] {
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    return x < y ? -sign : x > y ? sign : 0;
  });
}
