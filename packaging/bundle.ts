// Bundles the command and its threads for the package of the bridge. To read some hundred files and to strip their types
// takes most of the time that a bridge takes to start.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { build, type Plugin } from 'rolldown';

/** Folder of the bundle, in which all its files are. */
const FOLDER = 'lib';
/** What Node starts: the command, and what the code starts as threads. */
const ENTRIES = [
  'apps/cli/src/main.ts',
  'apps/bridge/src/history/read/reader-thread.ts',
  'apps/bridge/src/history/write/writer-thread.ts',
];
/** The npm package that is loaded only when it is needed, by require(). */
export const APART = 'yaml';

/** The code finds files beside the source that it is from, as in a checkout. */
const inPlace = (root: string): Plugin => ({
  name: 'in-place',
  transform(code, id) {
    const path = relative(root, id);
    if (!/^(apps|packages)\//.test(path)) return null;
    const file = JSON.stringify(`../${path}`);
    const written: Readonly<Record<string, string>> = {
      dirname: `(import.meta.dirname + ${JSON.stringify(`/../${dirname(path)}`)})`,
      filename: `(import.meta.dirname + "/" + ${file})`,
      url: `new URL(${file}, import.meta.url).href`,
    };
    return code.replaceAll(/import\.meta\.(\w+)/g, (all, name: string) => written[name] ?? all);
  },
});

/** Writes the bundle into `target`, and a file that loads it where the source of each entry is in a checkout. */
export async function bundle(root: string, target: string): Promise<void> {
  await build({
    input: Object.fromEntries(ENTRIES.map((entry) => [basename(entry, '.ts'), join(root, entry)])),
    platform: 'node',
    external: [APART],
    plugins: [inPlace(root)],
    output: {
      dir: join(target, FOLDER),
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name].js',
    },
    logLevel: 'warn',
  });
  writeFileSync(join(target, FOLDER, 'package.json'), '{ "type": "module" }\n');
  for (const entry of ENTRIES) {
    const built = relative(dirname(entry), join(FOLDER, `${basename(entry, '.ts')}.js`));
    mkdirSync(join(target, dirname(entry)), { recursive: true });
    writeFileSync(join(target, entry), `import ${JSON.stringify(built)};\n`);
  }
}
