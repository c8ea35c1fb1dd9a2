// Defines which folder may import which (the arrows of docs/explanation/architecture.md) and which workspaces must be
// free of import cycles.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './command.ts';
import { circlesOf, type ImportGraph } from './import-circles.ts';

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

/** Workspaces in which no file imports itself through others. Imports of types count. */
const circleFree: readonly string[] = [
  'apps/bridge',
  'apps/cli',
  'apps/dashboard',
  'packages/abi',
  'packages/lab',
  'packages/metrics',
  'packages/protocol',
  'packages/trace',
];

/** Tests and benchmarks may combine parts that must not import each other. */
const testFile = /(\.(test|integration|spec)\.tsx?|\/(tests|bench)\/.*)$/;

/** Scripts that run before the npm packages are installed: they may import Node's modules and each other. */
const setupScript = /^apps\/cli\/setup\/[^/]+\.mjs$/;

const bridge = 'apps/bridge/src/';
const dashboard = 'apps/dashboard/src/';

/** What every panel may import. */
const parts = ['charts', 'store', 'ui', 'i18n'];
/** What the pages of one subject may import. */
const page = ['panels/spikes', 'panels/heatmap', 'panels/table', 'panels/common', ...parts];

/**
 * Rooms of the dashboard, bottom to top, and the rooms that each may import besides itself. `store` and `panels` stand
 * for all of their rooms.
 */
const dashboardRooms: Record<string, readonly string[]> = {
  i18n: [],
  ui: ['i18n'],
  'store/base': [],
  'store/remote': [],
  'store/browser': [],
  'store/address': ['i18n'],
  'store/rules': ['store/address'],
  'store/stream': ['store/base', 'i18n'],
  'store/reading': ['store/stream', 'store/address', 'i18n'],
  'store/history': ['store/reading', 'store/stream', 'store/remote', 'store/base'],
  'store/spikes': ['store/reading', 'i18n'],
  'store/machine': ['store/spikes', 'store/reading', 'store/address', 'store/base', 'i18n'],
  'store/screen': [
    ...['store/history', 'store/reading', 'store/stream', 'store/address', 'store/remote', 'store/base'],
    'i18n',
  ],
  'store/notes': ['store/screen', 'store/remote'],
  'store/session': [
    ...['store/notes', 'store/screen', 'store/history', 'store/reading', 'store/stream', 'store/address'],
    ...['store/browser', 'store/remote', 'store/base'],
  ],
  connection: ['store/remote'],
  charts: ['store/history', 'store/machine', 'store/reading', 'store/address', 'ui', 'i18n'],
  'panels/common': parts,
  'panels/table': ['panels/common', ...parts],
  'panels/heatmap': ['panels/common', ...parts],
  'panels/spikes': ['panels/table', 'panels/common', ...parts],
  'panels/spike-report': ['panels/table', 'panels/common', ...parts],
  'panels/runs': ['panels/table', 'panels/common', ...parts],
  'panels/rules': ['panels/table', 'panels/common', ...parts],
  'panels/doctor': ['panels/common', ...parts],
  'panels/hosts': ['panels/table', 'panels/common', ...parts],
  'panels/interrupts': page,
  'panels/tasks': page,
  'panels/cpus': page,
  'panels/isolation': page,
  'panels/overview': ['panels/interrupts', 'panels/runs', ...page],
  'panels/replay': ['panels/common', ...parts],
  'panels/frame': ['panels/runs', 'panels/replay', 'panels/common', ...parts],
  app: ['panels', 'connection', ...parts],
};

/**
 * Rooms of the bridge, bottom to top, and the rooms that each may import besides itself. The files next to them connect
 * the rooms and may import all.
 */
const bridgeLayers: Record<string, readonly string[]> = {
  base: [],
  access: ['base'],
  evidence: ['base'],
  sources: ['evidence', 'base'],
  netlink: ['base'],
  devices: ['base'],
  explain: ['base'],
  incidents: ['explain', 'base'],
  'what-if': ['explain', 'base'],
  expect: ['base'],
  results: ['base'],
  translate: ['explain', 'base'],
  knowledge: ['explain', 'base'],
  doctor: ['base'],
  state: ['devices', 'incidents', 'expect', 'evidence', 'translate', 'netlink', 'base'],
  link: ['evidence', 'sources', 'netlink', 'base'],
  recording: ['state', 'evidence', 'sources', 'base'],
  host: ['devices', 'incidents', 'evidence', 'link', 'state', 'sources', 'translate', 'netlink', 'base'],
  'history/store': ['incidents', 'base'],
  'history/threads': ['history/store', 'base'],
  'history/write': ['history/threads', 'history/store', 'base'],
  'history/read': ['history/threads', 'history/store', 'what-if', 'base'],
  history: ['history/read', 'history/write', 'history/threads', 'history/store', 'host', 'state', 'base'],
  exports: ['host', 'base'],
  publish: ['incidents', 'host', 'sources', 'base'],
  acknowledgements: ['history', 'host', 'base'],
  alerts: ['incidents', 'host', 'sources', 'state', 'access', 'base'],
  metrics: ['incidents', 'expect', 'host', 'state', 'base'],
  replays: ['recording', 'devices', 'host', 'base'],
  isolation: ['history', 'host', 'state', 'expect', 'translate', 'base'],
  'test-runs': ['results', 'history', 'host', 'state', 'devices', 'base'],
  live: ['incidents', 'host', 'state', 'access', 'base'],
  http: [
    ...[
      'live',
      'history',
      'isolation',
      'test-runs',
      'replays',
      'metrics',
      'alerts',
      'acknowledgements',
      'host',
      'sources',
      'state',
      'expect',
    ],
    ...['translate', 'knowledge', 'doctor', 'access', 'base'],
  ],
};

/** Statements begin a line, so that imports in generated text are not counted for the generator. */
const statement = /^(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"]([^'"]+)['"]/gm;
const dynamicImport = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(statement), ...text.matchAll(dynamicImport)].map((match) => match[1]!);
}

/** Returns the file that a relative import names, from the project's root. */
function resolved(file: string, target: string): string {
  return relative(root, join(root, dirname(file), target));
}

function sourceFiles(): string[] {
  const patterns = ['apps/**.ts', 'apps/**.tsx', 'apps/**.mjs', 'packages/**.ts', 'packages/**.mjs'];
  const listed = spawnSync('git', ['ls-files', '--', ...patterns], { cwd: root, encoding: 'utf8' });
  // A file that was removed but not yet committed is still listed.
  return listed.stdout
    .split('\n')
    .filter(Boolean)
    .filter((file) => existsSync(join(root, file)));
}

function packageViolation(file: string, owner: string, target: string): string | undefined {
  const name = /^@rtprobe\/([^/]+)(\/.*)?$/.exec(target);
  if (name) {
    if (`${owner.split('/')[1]}` === name[1]) return undefined;
    if (packagesOf[owner]!.includes(name[1]!)) return undefined;
    return `${file}: ${owner} may not import ${target}`;
  }
  if (!target.startsWith('.')) return undefined;
  const path = resolved(file, target);
  return path.startsWith(`${owner}/`) ? undefined : `${file}: reaches out of ${owner} to ${path}`;
}

/** Returns the room of a dashboard file; undefined if no room has a rule for it. */
function roomOf(file: string): string | undefined {
  const path = file.slice(dashboard.length);
  return Object.keys(dashboardRooms).find((room) => path.startsWith(`${room}/`));
}

/** Returns relative imports of a dashboard file that lead to another room. */
function roomArrows(file: string): { from: string; to: string }[] {
  const from = roomOf(file);
  if (from === undefined) return [];
  const targets = importsOf(file).filter((target) => target.startsWith('.'));
  const paths = targets.map((target) => resolved(file, target)).filter((path) => path.startsWith(dashboard));
  const rooms = paths.map(roomOf).filter((room) => room !== undefined && room !== from);
  return rooms.map((to) => ({ from, to: to! }));
}

function roomViolations(file: string): string[] {
  if (!file.startsWith(dashboard) || testFile.test(file)) return [];
  if (roomOf(file) === undefined) return [`${file}: in no room that has a rule`];
  return roomArrows(file)
    .filter(({ from, to }) => !dashboardRooms[from]!.some((room) => to === room || to.startsWith(`${room}/`)))
    .map(({ from, to }) => `${file}: room ${from} may not import room ${to}`);
}

function bridgeViolation(file: string, target: string): string | undefined {
  if (!file.startsWith(bridge) || !target.startsWith('.') || testFile.test(file)) return undefined;
  const from = dirname(file.slice(bridge.length));
  const to = dirname(relative(join(root, bridge), join(root, dirname(file), target)));
  if (from === '.' || from === to || bridgeLayers[from]?.includes(to)) return undefined;
  return `${file}: room ${from} of the bridge may not import ${to}`;
}

function setupViolation(file: string, target: string): string | undefined {
  if (!setupScript.test(file) || target.startsWith('node:')) return undefined;
  if (target.startsWith('.') && setupScript.test(resolved(file, target))) return undefined;
  return `${file}: runs before the npm packages are installed and may not import ${target}`;
}

function circleViolations(files: readonly string[]): string[] {
  const graph: ImportGraph = new Map();
  for (const file of files) {
    if (!circleFree.some((workspace) => file.startsWith(`${workspace}/`))) continue;
    const targets = importsOf(file).filter((target) => target.startsWith('.'));
    graph.set(
      file,
      targets.map((target) => resolved(file, target)),
    );
  }
  return circlesOf(graph).map((circle) => `import circle: ${circle.join(' → ')}`);
}

/** Returns every import that crosses a forbidden boundary, and every import circle, one line each. */
export function boundaryViolations(): string[] {
  const violations: string[] = [];
  const files = sourceFiles();
  for (const file of files) {
    const owner = Object.keys(packagesOf).find((folder) => file.startsWith(`${folder}/`));
    if (!owner) {
      violations.push(`${file}: in no folder that has a rule`);
      continue;
    }
    if (!testFile.test(file)) {
      const found = importsOf(file).map((target) => packageViolation(file, owner, target));
      violations.push(...found.filter((violation) => violation !== undefined));
    }
    violations.push(...roomViolations(file));
    const early = importsOf(file).map((target) => setupViolation(file, target));
    violations.push(...early.filter((violation) => violation !== undefined));
    const upward = importsOf(file).map((target) => bridgeViolation(file, target));
    violations.push(...upward.filter((violation) => violation !== undefined));
  }
  return [...violations, ...circleViolations(files)];
}

/**
 * Returns the groups of files and the existing arrows between them, one line per group, in the order of their rules.
 */
function graphLines(
  groups: readonly string[],
  groupOf: (file: string) => string | undefined,
  targetsOf: (file: string) => readonly (string | undefined)[],
): string[] {
  const files = sourceFiles().filter((file) => !testFile.test(file));
  return groups.map((group) => {
    const own = files.filter((file) => groupOf(file) === group);
    const targets = new Set(own.flatMap(targetsOf));
    const order = groups.filter((other) => other !== group && targets.has(other));
    return `  ${group} (${own.length} files)${order.length === 0 ? '' : ` → ${order.join(', ')}`}`;
  });
}

const relativeImports = (file: string): string[] =>
  importsOf(file)
    .filter((target) => target.startsWith('.'))
    .map((target) => resolved(file, target));

/** Returns the workspaces, the rooms of the bridge and those of the dashboard. */
function graph(): string[] {
  const owners = Object.keys(packagesOf);
  const ownerOf = (file: string) => owners.find((folder) => file.startsWith(`${folder}/`));
  const packageOf = (target: string) =>
    owners.find((folder) => target.startsWith('@rtprobe/') && target.split('/')[1] === folder.split('/')[1]);
  const bridgeRoomOf = (file: string) =>
    file.startsWith(bridge) ? dirname(file.slice(bridge.length)) : undefined;
  const dashboardRoomOf = (file: string) => (file.startsWith(dashboard) ? roomOf(file) : undefined);
  return [
    ...['workspaces', ...graphLines(owners, ownerOf, (file) => importsOf(file).map(packageOf))],
    ...[
      `rooms of ${bridge}`,
      ...graphLines(Object.keys(bridgeLayers), bridgeRoomOf, (file) =>
        relativeImports(file).map(bridgeRoomOf),
      ),
    ],
    ...[
      `rooms of ${dashboard}`,
      ...graphLines(Object.keys(dashboardRooms), dashboardRoomOf, (file) =>
        relativeImports(file).map(dashboardRoomOf),
      ),
    ],
  ];
}

const help = `usage: node .ci/boundaries.ts [--print]

Checks that imports stay within their boundaries and form no circles. Prints one line for each violation; the exit
code is 1 if there is any.

  --print  print the workspaces and rooms and the arrows between them instead
  --help   print this text`;

if (import.meta.main) {
  const { values } = parseArgs({ options: { print: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) console.log(help);
  else if (values.print) console.log(graph().join('\n'));
  else {
    const violations = boundaryViolations();
    for (const violation of violations) console.log(violation);
    process.exitCode = violations.length > 0 ? 1 : 0;
  }
}
