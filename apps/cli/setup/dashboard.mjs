import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, SetupError, say } from './fail.mjs';

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

/** Builds the dashboard when a source is newer than what was built. */
export function buildDashboard() {
  const built = join(DASHBOARD, 'dist/index.html');
  if (existsSync(built) && Math.max(...SOURCES.map(newest)) < statSync(built).mtimeMs) return;
  say('building the dashboard');
  const bin = join(root, 'node_modules/.bin');
  // --force: turbo restores a cached build with its old times, which would look stale for ever.
  const result = spawnSync(
    join(bin, 'turbo'),
    ['run', 'build', '--filter=@rtprobe/dashboard', '--output-logs=errors-only', '--force'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, TURBO_TELEMETRY_DISABLED: '1' },
    },
  );
  if (result.status === 0) return;
  throw new SetupError('E_DASHBOARD', 'building the dashboard failed; its messages are above', 'see above');
}
