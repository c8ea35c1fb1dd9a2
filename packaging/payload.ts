// Collects what the package of the bridge contains: the sources that run, the built dashboard, and the npm packages that
// they need.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Folders whose tracked files are copied. */
const RUNS = [
  'apps/bridge',
  'apps/cli',
  'packages',
  'apps/dashboard/package.json',
  'package.json',
  'LICENSE',
];
/** What only development uses. */
const DEVELOPMENT =
  /\.(test|integration)\.tsx?$|\/(tests|bench|gen)\/|\/lab\/(guest|story)\/|\/(tsconfig\.json|README\.md)$/;
/** What no program reads: hidden files, texts, types, commands, and folders at the top of a package. Licences stay. */
const UNREAD =
  /\/\.[^/]*$|\.(map|md|markdown|html|d\.[cm]?ts)$|\/bin\.m?js$|^\/(tests?|examples?|docs?|bench|benchmarks)(\/|$)/i;

/** Returns the folders of the npm packages that the command needs, as npm lists them. */
function npmPackages(root: string): string[] {
  const words = ['ls', '--omit=dev', '--all', '--parseable', '--workspace', '@rtprobe/cli'];
  const listed = execFileSync('npm', words, { cwd: root, encoding: 'utf8' });
  return listed
    .split('\n')
    .map((path) => relative(root, path))
    .filter((path) => path.startsWith('node_modules/') && !/^node_modules\/(@rtprobe\/|node-)/.test(path));
}

function copyNpmPackage(root: string, target: string, path: string): void {
  // zod contains its TypeScript sources.
  const skipped = (source: string) => /\/zod\/src(\/|$)/.test(source);
  cpSync(join(root, path), join(target, path), {
    recursive: true,
    dereference: true,
    filter: (source) => {
      const inside = source.slice(join(root, path).length);
      return !UNREAD.test(inside) && !skipped(source) && !/\/node_modules\//.test(inside);
    },
  });
}

/** Links the workspaces as npm does. */
function linkWorkspaces(target: string): void {
  mkdirSync(join(target, 'node_modules/@rtprobe'), { recursive: true });
  for (const group of [
    'apps/bridge',
    'packages/abi',
    'packages/lab',
    'packages/metrics',
    'packages/protocol',
    'packages/trace',
  ]) {
    const { name } = JSON.parse(readFileSync(join(target, group, 'package.json'), 'utf8')) as {
      name: string;
    };
    const link = join(target, 'node_modules', name);
    symlinkSync(relative(dirname(link), join(target, group)), link);
  }
}

/** Fills `target` with the tree that becomes /usr/lib/rtprobe. The dashboard must be built. */
export function copyPayload(root: string, target: string): void {
  const tracked = execFileSync('git', ['ls-files', '-z', ...RUNS], { cwd: root, encoding: 'utf8' });
  for (const path of tracked.split('\0').filter((each) => each !== '' && !DEVELOPMENT.test(`/${each}`))) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), readFileSync(join(root, path)));
  }
  cpSync(join(root, 'apps/dashboard/dist'), join(target, 'apps/dashboard/dist'), { recursive: true });
  for (const path of npmPackages(root)) if (existsSync(join(root, path))) copyNpmPackage(root, target, path);
  linkWorkspaces(target);
}
