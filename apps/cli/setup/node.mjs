import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, SetupError, say } from './fail.mjs';

const readJson = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined);

/**
 * Whether node_modules holds what package-lock.json says. npm writes down what it installed; versions are
 * compared one by one. Optional packages may be missing: those of other platforms always are.
 */
export function nodePackagesStale(lock, installed) {
  if (!installed) return true;
  return Object.entries(lock.packages).some(([path, wanted]) => {
    if (!path.includes('node_modules/')) return false;
    const found = installed.packages[path];
    if (!found) return !wanted.optional && !wanted.peer && !wanted.devOptional;
    return found.version !== wanted.version || Boolean(found.link) !== Boolean(wanted.link);
  });
}

export function installNodePackages() {
  const lock = readJson(join(root, 'package-lock.json'));
  const installed = readJson(join(root, 'node_modules/.package-lock.json'));
  if (!nodePackagesStale(lock, installed)) return;
  say('installing npm packages');
  // Not `npm ci`: it refuses a lock file that lacks the optional packages of other platforms, and a lock
  // file written behind a registry that does not carry those lacks them. `--no-save` keeps to the lock
  // file's versions and sums and writes neither it nor package.json.
  // Standard error for its words; standard output belongs to the real thing.
  const result = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (result.status === 0) return;
  throw new SetupError(
    'E_NPM',
    'npm install failed; its messages are above',
    'check the network and try again',
  );
}

/** The Node that npm installed for this project. */
export function pinnedNode() {
  const path = join(root, 'node_modules/.bin/node');
  const wanted = readJson(join(root, 'package.json')).devDependencies.node;
  const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout?.trim();
  if (version === `v${wanted}`) return path;
  throw new SetupError(
    'E_NODE',
    `${path} is ${version ?? 'missing'}, not v${wanted}`,
    'its npm package has an install script: allow it (npm config delete ignore-scripts), then remove node_modules',
  );
}
