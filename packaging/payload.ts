// Collects what the package of the bridge contains: the bundle of its code, the files that it reads, the built dashboard,
// and the licences of the npm packages in it.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { APART, bundle } from './bundle.ts';

/** Files and folders that the code reads. */
const READ = [
  'apps/bridge/knowledge',
  'apps/bridge/monitoring',
  'apps/bridge/package.json',
  'apps/cli/package.json',
  'LICENSE',
];
const LICENCE = /^(licen[cs]e|copying|notice)/i;
/** What no program reads of the npm package that is apart. */
const UNREAD = /\.(md|map|d\.ts)$|\/browser(\/|$)|\/bin\.mjs$/;

/** Returns the folders of the npm packages that the command needs, as npm lists them. */
function npmPackages(root: string): string[] {
  const words = ['ls', '--omit=dev', '--all', '--parseable', '--workspace', '@rtprobe/cli'];
  const listed = execFileSync('npm', words, { cwd: root, encoding: 'utf8' });
  return listed
    .split('\n')
    .map((path) => relative(root, path))
    .filter((path) => path.startsWith('node_modules/') && !/^node_modules\/(@rtprobe\/|node-)/.test(path))
    .filter((path) => existsSync(join(root, path)));
}

function copy(root: string, target: string, path: string, isRead = (_path: string): boolean => true): void {
  mkdirSync(dirname(join(target, path)), { recursive: true });
  cpSync(join(root, path), join(target, path), { recursive: true, dereference: true, filter: isRead });
}

/** Fills `target` with the tree that becomes /usr/lib/rtprobe. The dashboard must be built, unless it is left out. */
export async function copyPayload(
  root: string,
  target: string,
  { dashboard = true }: { readonly dashboard?: boolean } = {},
): Promise<void> {
  if (dashboard) copy(root, target, 'apps/dashboard/dist');
  for (const path of READ) copy(root, target, path, (each) => !each.endsWith('.test.yml'));
  for (const path of npmPackages(root))
    for (const name of readdirSync(join(root, path)).filter((each) => LICENCE.test(each)))
      if (statSync(join(root, path, name)).isFile()) copy(root, target, join(path, name));
  copy(root, target, join('node_modules', APART), (each) => !UNREAD.test(relative(root, each)));
  await bundle(root, target);
}
