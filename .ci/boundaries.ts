// Which folder may import which: the arrows of docs/architecture.md, executed.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './command.ts';

/** A folder and the workspace packages its files may import. */
const packagesOf: Record<string, readonly string[]> = {
  'packages/abi': [],
  'packages/protocol': [],
  'packages/metrics': ['abi'],
  'packages/trace': ['abi', 'protocol', 'metrics'],
  'packages/lab': [],
  'apps/bridge': ['abi', 'protocol', 'metrics', 'trace'],
  'apps/dashboard': ['protocol', 'metrics', 'trace'],
  'apps/cli': ['bridge', 'lab', 'protocol', 'metrics', 'abi', 'trace'],
  'apps/agent': ['abi'],
};

/** Tests and benchmarks put parts together that must not know each other. */
const testFile = /(\.(test|integration|spec)\.tsx?|\/(tests|bench)\/.*)$/;

/** Layers of the dashboard, top to bottom: a file imports its own layer or one below, in this order. */
const dashboardLayers: Record<string, readonly string[]> = {
  app: ['panels', 'charts', 'store', 'connection', 'ui', 'i18n'],
  panels: ['charts', 'store', 'ui', 'i18n'],
  charts: ['store', 'i18n'],
  connection: ['store'],
  store: ['i18n'],
  ui: ['i18n'],
  i18n: [],
};

const importPattern = /(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g;

function importsOf(file: string): string[] {
  return [...readFileSync(join(root, file), 'utf8').matchAll(importPattern)].map((match) => match[1]!);
}

function packageViolation(file: string, owner: string, target: string): string | undefined {
  const name = /^@rtprobe\/([^/]+)(\/.*)?$/.exec(target);
  if (name) {
    if (`${owner.split('/')[1]}` === name[1]) return undefined;
    if (packagesOf[owner]!.includes(name[1]!)) return undefined;
    return `${file}: ${owner} may not import ${target}`;
  }
  if (!target.startsWith('.')) return undefined;
  const path = relative(root, join(root, dirname(file), target));
  return path.startsWith(`${owner}/`) ? undefined : `${file}: reaches out of ${owner} to ${path}`;
}

function layerViolation(file: string, target: string): string | undefined {
  const prefix = 'apps/dashboard/src/';
  if (!file.startsWith(prefix) || !target.startsWith('.')) return undefined;
  const from = file.slice(prefix.length).split('/')[0]!;
  const to = relative(join(root, prefix), join(root, dirname(file), target)).split('/')[0]!;
  if (from === to || !(from in dashboardLayers) || !(to in dashboardLayers)) return undefined;
  return dashboardLayers[from]!.includes(to)
    ? undefined
    : `${file}: layer ${from} may not import layer ${to}`;
}

/** Every import that crosses a boundary it should not, one line each. */
export function boundaryViolations(): string[] {
  const listed = spawnSync('git', ['ls-files', '--', 'apps/**.ts', 'apps/**.tsx', 'packages/**.ts'], {
    cwd: root,
    encoding: 'utf8',
  });
  const violations: string[] = [];
  for (const file of listed.stdout.trim().split('\n').filter(Boolean)) {
    const owner = Object.keys(packagesOf).find((folder) => file.startsWith(`${folder}/`));
    if (!owner) {
      violations.push(`${file}: in no folder that has a rule`);
      continue;
    }
    for (const target of importsOf(file)) {
      const violation =
        (testFile.test(file) ? undefined : packageViolation(file, owner, target)) ??
        layerViolation(file, target);
      if (violation) violations.push(violation);
    }
  }
  return violations;
}
