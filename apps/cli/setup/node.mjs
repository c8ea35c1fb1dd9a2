import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './children.mjs';
import { root, SetupError, saySpan } from './fail.mjs';
import { timed } from './timings.mjs';

const readJson = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined);

const canBeMissing = ({ optional, peer, devOptional }) => optional || peer || devOptional;

/** Whether npm installs a package of binaries here: on Linux with Debian's C library. */
function forThisMachine({ os, cpu, libc }) {
  const allows = (list, word) => !list || [list].flat().includes(word);
  return allows(os, 'linux') && allows(cpu, process.arch) && allows(libc, 'glibc');
}

/** Paths from a folder up to the root of the checkout, in which Node looks for a package's `node_modules`. */
function* folders(path) {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) yield `${path.slice(0, end)}/`;
  yield '';
}

/** Returns the paths of the lock file's packages that workspaces need, to develop them. */
function packagesOf(lock, workspaces) {
  const found = new Set();
  const visit = (path) => {
    if (found.has(path)) return;
    found.add(path);
    const { link, resolved, dependencies, devDependencies, optionalDependencies } = lock.packages[path];
    if (link) return visit(resolved);
    const names = {
      ...dependencies,
      ...optionalDependencies,
      ...(workspaces.includes(path) && devDependencies),
    };
    for (const name of Object.keys(names)) {
      const places = [...folders(path)].map((folder) => `${folder}node_modules/${name}`);
      const place = places.find((each) => lock.packages[each]);
      if (place) visit(place);
    }
  };
  for (const path of workspaces) visit(path);
  return found;
}

/**
 * Whether node_modules holds what package-lock.json says. npm writes down what it installed; versions are
 * compared one by one. Optional packages may be missing, except binaries for this machine.
 *
 * @param workspaces only what these folders need; undefined: everything
 */
export function nodePackagesStale(lock, installed, workspaces) {
  if (!installed) return true;
  const needed = workspaces && packagesOf(lock, workspaces);
  return Object.entries(lock.packages).some(([path, wanted]) => {
    if (!path.includes('node_modules/') || (needed && !needed.has(path))) return false;
    const found = installed.packages[path];
    if (!found) return wanted.os || wanted.cpu ? forThisMachine(wanted) : !canBeMissing(wanted);
    return found.version !== wanted.version || Boolean(found.link) !== Boolean(wanted.link);
  });
}

/** Whether npm has to install anything that the workspaces need. */
export function nodePackagesMissing(workspaces) {
  const lock = readJson(join(root, 'package-lock.json'));
  return nodePackagesStale(lock, readJson(join(root, 'node_modules/.package-lock.json')), workspaces);
}

/** Installs what the workspaces need; undefined: everything. `what` is what is said of it. @throws SetupError E_NPM */
export async function installNodePackages(what, workspaces = []) {
  const done = saySpan(`installing ${what}`, `${what} installed`);
  // Not `npm ci`: it refuses a lock file that lacks the optional packages of other platforms, and a lock
  // file written behind a registry that does not carry those lacks them. `--no-save` keeps to the lock
  // file's versions and sums and writes neither it nor package.json.
  const words = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  for (const path of workspaces) words.push('--workspace', path);
  const { ok } = await timed(`npm install: ${what}`, () =>
    runChild(['npm', 'install', ...words], { shown: true }),
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
  const name = `node-linux-${process.arch}`;
  const wanted = readJson(join(root, 'packages/lab/package.json')).optionalDependencies[name];
  if (!wanted) throw new SetupError('E_NODE', `no Node is known for ${process.arch}`, 'use x64 or arm64');
  const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout?.trim();
  if (version === `v${wanted}`) return path;
  throw new SetupError(
    'E_NODE',
    `${path} is ${version ?? 'missing'}, not v${wanted}`,
    `remove node_modules and try again; npm may say why it does not install ${name}`,
  );
}
