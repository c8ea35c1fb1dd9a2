// Results of kinds on several kernels, of one or more runs.

export interface Result<Row> {
  readonly kernel: string;
  /** `uname -r`. */
  readonly release: string;
  readonly row: Row;
}

export interface Results<Row> {
  /** Windows that were requested of each kind. */
  readonly windows: number;
  /** Day of the newest result. */
  readonly date: string;
  readonly results: readonly Result<Row>[];
}

type OfKind = { readonly kind: string };

/** Returns the results of both in the order of the kinds, the newer one of each kernel and kind. */
export function merge<Row extends OfKind>(
  kinds: readonly { readonly name: string }[],
  before: Results<Row> | undefined,
  now: Results<Row>,
): Results<Row> {
  const place = ({ kernel, row }: Result<Row>): string => `${kernel} ${row.kind}`;
  const order = ({ row }: Result<Row>): number => kinds.findIndex(({ name }) => name === row.kind);
  const newer = new Set(now.results.map(place));
  const kept = before?.results.filter((each) => !newer.has(place(each))) ?? [];
  return { ...now, results: [...kept, ...now.results].sort((a, b) => order(a) - order(b)) };
}

/** Returns a page: the introduction, how the results were made, and a section for each kernel. */
export function pageOf<Row>(
  introduction: string,
  command: string,
  { windows, date, results }: Results<Row>,
  section: (kernel: string, results: readonly Result<Row>[]) => string,
): string {
  const kernels = [...new Set(results.map(({ kernel }) => kernel))].sort();
  const run = `Run on ${date} with \`npm run ${command} -- --windows ${windows}\`.\n`;
  return `${[introduction, run, ...kernels.map((kernel) => `${section(kernel, results)}\n`)].join('\n')}`;
}
