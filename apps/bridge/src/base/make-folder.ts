import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Creates a folder with its parents. Node's own `recursive` loops forever on a file system, such as /proc, that accepts
 * no folders.
 */
export async function makeFolder(dir: string): Promise<void> {
  const parent = dirname(resolve(dir));
  const isThere = await stat(parent).then(
    () => true,
    () => false,
  );
  if (!isThere) await makeFolder(parent);
  await mkdir(dir, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    // Accepts an existing folder. A file is detected later, by writing into it.
    if (error.code !== 'EEXIST') throw error;
  });
}
