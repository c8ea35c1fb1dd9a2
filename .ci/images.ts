// Builds the container images and tries each: an image that only builds is not known to work.
import { spawnSync } from 'node:child_process';
import { type Counts, root, runCommand } from './command.ts';

const isolation = ['--isolation', 'chroot'];

/** The Debian image to build on: $BASE, or one made from this machine's own package sources. */
function baseImage(): string | undefined {
  const given = process.env.BASE;
  if (given) return given;
  const name = 'localhost/rtprobe-base';
  return runCommand(['sh', 'docker/base.sh', name]) === 0 ? name : undefined;
}

function build(base: string, image: string): boolean {
  const file = `docker/${image}.Dockerfile`;
  const arg = `BASE=${base}`;
  const tag = `localhost/rtprobe-${image}`;
  return (
    runCommand([
      'buildah',
      'bud',
      ...isolation,
      '--ignorefile',
      'docker/ignore',
      '--build-arg',
      arg,
      '-f',
      file,
      '-t',
      tag,
      '.',
    ]) === 0
  );
}

/** Runs a command in a fresh container of an image; nothing of it is kept. */
function inContainer(image: string, command: string[]): boolean {
  const from = spawnSync('buildah', ['from', `localhost/rtprobe-${image}`], { cwd: root, encoding: 'utf8' });
  const container = from.stdout.trim();
  if (from.status !== 0) {
    console.error(from.stderr);
    return false;
  }
  try {
    return runCommand(['buildah', 'run', ...isolation, container, '--', ...command]) === 0;
  } finally {
    spawnSync('buildah', ['rm', container]);
  }
}

const tests: [name: string, run: (base: string) => boolean][] = [
  ['the bridge image builds', (base) => build(base, 'bridge')],
  [
    'the bridge image starts as a user without rights and answers',
    () => inContainer('bridge', ['/usr/local/bin/node', '/opt/rtprobe/apps/cli/src/main.ts', '--version']),
  ],
  ['the CI image builds', (base) => build(base, 'ci')],
  ['the unit tests pass in the CI image', () => inContainer('ci', ['npm', 'test', '--', '--only', 'unit'])],
  [
    'a guest boots in the CI image',
    () => inContainer('ci', ['npx', 'rtprobe', 'lab', 'run', '--', 'uname', '-r']),
  ],
];

export function buildImages(): Counts {
  const base = baseImage();
  const counts: Counts = { passed: 0, failed: 0 };
  for (const [name, run] of tests) {
    const passed = base !== undefined && run(base);
    console.log(`${passed ? 'ok' : 'NOT OK'} ${name}`);
    counts[passed ? 'passed' : 'failed']++;
  }
  return counts;
}
