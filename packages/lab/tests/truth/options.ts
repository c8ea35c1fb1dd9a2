// Options of the commands that try each kind of something on several kernels.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { KERNEL_NAMES, type KernelName, kernelName } from '../../src/index.ts';
import { merge, type Results } from './results.ts';

export interface Options<Kind> {
  readonly kernels: readonly KernelName[];
  readonly windows: number;
  readonly kinds: readonly Kind[];
  readonly json?: string;
  readonly page?: string;
  readonly keep?: string;
}

export interface Defaults<Kind> {
  /** The npm script. */
  readonly command: string;
  readonly kernels: readonly KernelName[];
  readonly kinds: readonly Kind[];
  readonly maxWindows: number;
}

/** Reads the command line. Ends the process with 2 if it is unusable, and with 0 after `--help`. */
export function parse<Kind extends { readonly name: string }>({
  command,
  kernels,
  kinds,
  maxWindows,
}: Defaults<Kind>): Options<Kind> {
  const names = kinds.map(({ name }) => name);
  const kindNamed = (name: string): Kind => {
    const kind = kinds.find((each) => each.name === name);
    if (kind) return kind;
    throw new Error(`unknown kind "${name}"; kinds: ${names.join('; ')}`);
  };
  const count = (word: string): number => {
    const value = Number(word);
    if (Number.isSafeInteger(value) && value >= 1 && value <= maxWindows) return value;
    throw new Error(`--windows takes a number from 1 to ${maxWindows}, not "${word}"`);
  };
  try {
    const { values } = parseArgs({
      options: {
        kernel: { type: 'string', multiple: true },
        windows: { type: 'string', default: '30' },
        only: { type: 'string', multiple: true },
        json: { type: 'string' },
        page: { type: 'string' },
        keep: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      console.log(
        'options: --kernel NAME, --windows N, --only KIND, --json FILE, --page FILE, --keep FOLDER',
      );
      console.log(`kernels: ${KERNEL_NAMES.join(', ')}\nkinds: ${names.join('; ')}`);
      process.exit(0);
    }
    return {
      kernels: values.kernel?.map(kernelName) ?? kernels,
      windows: count(values.windows),
      kinds: values.only?.map(kindNamed) ?? kinds,
      ...(values.json ? { json: values.json } : {}),
      ...(values.page ? { page: values.page } : {}),
      ...(values.keep ? { keep: values.keep } : {}),
    };
  } catch (error) {
    console.error(`${command}: ${(error as Error).message}`);
    process.exit(2);
  }
}

/** Writes what a guest printed to a file in the folder of `--keep`, if that was given. */
export function keepOutput(folder: string | undefined, name: string, output: string): void {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.txt`), output);
}

/** Writes the results, and those of other kernels and kinds in the file of `--json`, to the files of the options. */
export function writeResults<Row extends { readonly kind: string }>(
  { windows, json, page }: Pick<Options<unknown>, 'windows' | 'json' | 'page'>,
  results: Results<Row>['results'],
  order: readonly { readonly name: string }[],
  pageOf: (results: Results<Row>) => string,
): void {
  const before: Results<Row> | undefined =
    json && existsSync(json) ? JSON.parse(readFileSync(json, 'utf8')) : undefined;
  const now = { windows, date: new Date().toISOString().slice(0, 10), results };
  const all = merge(order, before, now);
  if (json) writeFileSync(json, `${JSON.stringify(all, null, 2)}\n`);
  if (page) writeFileSync(page, pageOf(all));
}
