// Builds the page and prints what its files weigh when compressed. Fails if the first screen's scripts exceed their
// budget: what a browser loads before it can show anything, without styles, pictures and files that load later.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';

const BUDGET_KB = 200;
/** Packages that the first screen must not load, because nothing on it needs them at once. */
const LATER = ['recharts', 'zod'];

type Output = Rolldown.OutputChunk | Rolldown.OutputAsset;

const bytesOf = (file: Output): number => gzipSync(file.type === 'chunk' ? file.code : file.source).length;
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1).padStart(7)} kB`;

/** Names of the entry and of everything it imports statically. */
function firstFiles(chunks: readonly Rolldown.OutputChunk[]): ReadonlySet<string> {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const found = new Set<string>();
  const add = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    for (const imported of byName.get(name)?.imports ?? []) add(imported);
  };
  for (const chunk of chunks) if (chunk.isEntry) add(chunk.fileName);
  return found;
}

function print(title: string, files: readonly Output[]): number {
  const sizes = files.map((file) => ({ name: file.fileName, bytes: bytesOf(file) }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(`${kilobytes(total)}  ${title}`);
  for (const { name, bytes } of sizes.sort((a, b) => b.bytes - a.bytes)) {
    console.log(`${kilobytes(bytes)}    ${name}`);
  }
  return total;
}

const built = await build({ root: fileURLToPath(new URL('..', import.meta.url)), logLevel: 'warn' });
const { output } = built as Rolldown.RolldownOutput;
const first = firstFiles(output.filter((file) => file.type === 'chunk'));
const isScript = (file: Output): file is Rolldown.OutputChunk => file.type === 'chunk';

const scripts = print(
  `scripts of the first screen, gzip; at most ${BUDGET_KB} kB`,
  output.filter((file) => first.has(file.fileName)),
);
print(
  'styles, pictures and the page',
  output.filter((file) => !isScript(file)),
);
print(
  'scripts that load when they are needed',
  output.filter((file) => isScript(file) && !first.has(file.fileName)),
);
const modules = output.flatMap((file) => (isScript(file) && first.has(file.fileName) ? file.moduleIds : []));
for (const name of LATER) {
  if (!modules.some((id) => id.includes(`/node_modules/${name}/`))) continue;
  console.error(`The first screen loads ${name}: only parts that load later may import it.`);
  process.exitCode = 1;
}
if (scripts > BUDGET_KB * 1000) {
  console.error(
    `The scripts of the first screen weigh ${kilobytes(scripts).trim()}: load parts of them later.`,
  );
  process.exitCode = 1;
}
