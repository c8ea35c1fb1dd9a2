// Links a workspace package that is newer than the last `npm install` as npm would, so that an updated checkout can run
// the suite.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './command.ts';

export function linkWorkspaces(): void {
  for (const group of ['apps', 'packages']) {
    for (const folder of readdirSync(join(root, group))) {
      const manifest = join(root, group, folder, 'package.json');
      if (!existsSync(manifest)) continue;
      const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name: string };
      const link = join(root, 'node_modules', name);
      if (existsSync(link)) continue;
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(relative(dirname(link), dirname(manifest)), link);
    }
  }
}
