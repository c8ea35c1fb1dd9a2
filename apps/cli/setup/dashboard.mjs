import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './children.mjs';
import { root, SetupError, say, saySpan } from './fail.mjs';
import { timed } from './timings.mjs';

const DASHBOARD = join(root, 'apps/dashboard');
/** What the built pages are made from. */
const SOURCES = [
  'apps/dashboard/src',
  'apps/dashboard/index.html',
  'apps/dashboard/package.json',
  'apps/dashboard/vite.config.ts',
  'packages/metrics/src',
  'packages/protocol/src',
  'package-lock.json',
].map((path) => join(root, path));

function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  // The folder's own time tells of files that were removed.
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const BUILT = join(DASHBOARD, 'dist/index.html');

/** Whether a source is newer than what was built. */
export function dashboardStale() {
  return !existsSync(BUILT) || Math.max(...SOURCES.map(newest)) >= statSync(BUILT).mtimeMs;
}

export async function buildDashboard() {
  const done = saySpan('building the dashboard', 'dashboard built');
  const bin = join(root, 'node_modules/.bin');
  const { ok, output } = await timed('dashboard build', () =>
    runChild([join(bin, 'vite'), 'build', '--logLevel', 'warn', DASHBOARD], {
      env: { PATH: `${bin}:${process.env.PATH}` },
    }),
  );
  if (!ok) {
    say(`the build said:\n${output.trimEnd()}`);
    throw new SetupError('E_DASHBOARD', 'building the dashboard failed; its messages are above', 'see above');
  }
  done();
}
