import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './children.mjs';
import { root, SetupError, saySpan } from './fail.mjs';
import { timed } from './timings.mjs';

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

/** Whether npm has to install anything. */
export function nodePackagesMissing() {
  const lock = readJson(join(root, 'package-lock.json'));
  return nodePackagesStale(lock, readJson(join(root, 'node_modules/.package-lock.json')));
}

export async function installNodePackages() {
  const done = saySpan('installing npm packages', 'npm packages installed');
  // Not `npm ci`: it refuses a lock file that lacks the optional packages of other platforms, and a lock
  // file written behind a registry that does not carry those lacks them. `--no-save` keeps to the lock
  // file's versions and sums and writes neither it nor package.json.
  const { ok } = await timed('npm install', () =>
    runChild(['npm', 'install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], { shown: true }),
  );
  if (!ok) {
    throw new SetupError(
      'E_NPM',
      'npm install failed; its messages are above',
      'check the network and try again',
    );
  }
  done();
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
