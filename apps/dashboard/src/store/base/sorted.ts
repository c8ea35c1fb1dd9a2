// Sorts rows of a table by a column.

export type Key = number | string | undefined;

/** Sorts rows. Unknown values are last in both directions; equal rows keep their order. */
export function sorted<T>(rows: readonly T[], key: (row: T) => Key, descending: boolean): T[] {
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    return x < y ? -sign : x > y ? sign : 0;
  });
}
