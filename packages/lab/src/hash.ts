import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Build products among sources, which are neither copied nor hashed. */
const PRODUCTS = /\.(ko|o|a|mod|mod\.c|cmd|symvers|order|d)$|^\.|^(node_modules|build)$/;

/** Returns every source file under `dir`, as sorted relative paths. */
export function sourceFiles(dir: string, under = ''): string[] {
  const files: string[] = [];
  for (const entry of readdirSync(join(dir, under), { withFileTypes: true })) {
    if (PRODUCTS.test(entry.name)) continue;
    const path = join(under, entry.name);
    if (entry.isDirectory()) files.push(...sourceFiles(dir, path));
    else if (entry.isFile() || statSync(join(dir, path)).isFile()) files.push(path);
  }
  return files.sort();
}

export interface NamedFile {
  /** The hashed name, independent of the file's location. */
  readonly name: string;
  readonly file: string;
}

/** Returns twenty hex digits that change with the words, and with the names and contents of the files. */
export function contentHash(words: readonly string[], files: readonly NamedFile[] = []): string {
  const hash = createHash('sha256');
  // Lengths are hashed first: ("ab","c") and ("a","bc") must differ.
  const add = (part: string | Buffer): void => void hash.update(`${Buffer.byteLength(part)}:`).update(part);
  add(`${words.length}`);
  for (const word of words) add(word);
  for (const { name, file } of files) {
    add(name);
    add(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 20);
}

/** Returns the files of a folder, for contentHash. */
export function namedFiles(dir: string): NamedFile[] {
  return sourceFiles(dir).map((name) => ({ name, file: join(dir, name) }));
}
