// Builds the container images and tries each: building alone does not prove that an image works.
import { spawnSync } from 'node:child_process';
import { type Counts, root, runCommand, runNamed } from './command.ts';

const isolation = ['--isolation', 'chroot'];
/** The guest's root file system is created in a mount namespace and contains device nodes. */
const labCapabilities = ['--cap-add', 'CAP_SYS_ADMIN,CAP_MKNOD'];

/** Returns the Debian image to build on: $BASE, or one made from this machine's own package sources. */
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

function newContainer(image: string): { container?: string; error: string } {
  const from = spawnSync('buildah', ['from', `localhost/rtprobe-${image}`], { cwd: root, encoding: 'utf8' });
  return from.status === 0 ? { container: from.stdout.trim(), error: '' } : { error: from.stderr };
}

/** Runs a command in a new container of an image, with the fixtures readable at /fixtures; the container is removed. */
function inContainer(image: string, command: string[], capabilities: string[] = []): boolean {
  const { container, error } = newContainer(image);
  if (container === undefined) {
    console.error(error);
    return false;
  }
  const fixtures = ['--volume', `${root}apps/bridge/tests/fixtures:/fixtures:ro`];
  const options = [...isolation, ...capabilities, ...fixtures];
  try {
    return runCommand(['buildah', 'run', ...options, container, '--', ...command]) === 0;
  } finally {
    spawnSync('buildah', ['rm', container]);
  }
}

/** Serves a recording, requests health and the page until both answer or 20 s have passed, and stops it. */
const serveAndAsk = `
rtprobe='/usr/local/bin/node /opt/rtprobe/apps/cli/src/main.ts'
[ "$(id -u)" != 0 ] || exit 1
$rtprobe serve --source replay:/fixtures/6.12-rt.rec.bin --listen 127.0.0.1:19154 &
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  sleep 2
  node -e '
    const get = (path) => fetch("http://127.0.0.1:19154" + path).then((r) => r.ok && r.text());
    Promise.all([get("/healthz"), get("/")]).then(
      ([health, page]) => process.exit(health && /<title>/.test(page) ? 0 : 1), () => process.exit(1))
  ' && kill $! && exit 0
done
kill $!
exit 1`;

/** Those that buildah gives. The agent needs none of them, but CAP_NET_ADMIN. */
const usualCapabilities = [
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE'],
  ...['NET_RAW', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
].map((name) => `CAP_${name}`);
const agentCapabilities = ['--cap-drop', usualCapabilities.join(','), '--cap-add', 'CAP_NET_ADMIN'];

/** Sends the frame hello to the agent of the image, which has no module here, and reads its answer. */
function agentAnswers(): boolean {
  const { container, error } = newContainer('agent');
  if (container === undefined) {
    console.error(error);
    return false;
  }
  const hello = Buffer.from('RTP1\x02\0\0\0\0\0\0\0', 'latin1');
  try {
    const words = ['run', ...isolation, ...agentCapabilities, container, '--', '/usr/bin/rtprobe-agent'];
    const { status, stdout, stderr } = spawnSync('buildah', words, {
      cwd: root,
      input: hello,
      timeout: 60_000,
    });
    const text = stdout.toString('latin1');
    if (status === 0 && text.startsWith('RTP1') && /rtprobe-agent \d/.test(text)) return true;
    console.error(`status ${status}: ${JSON.stringify(text)} ${stderr}`);
    return false;
  } finally {
    spawnSync('buildah', ['rm', container]);
  }
}

/**
 * Folders with unit tests that start programs that an image may lack: compilers, shells, sshd, systemd's, a browser,
 * Python. All the others need only Node and its packages, as these do.
 */
const startPrograms = [
  ...['.ci', 'apps/agent', 'apps/cli/src', 'packages/abi', 'packages/lab', 'packages/trace'],
  ...['apps/bridge/src/access', 'apps/bridge/src/alerts', 'apps/bridge/src/sources'],
  'apps/bridge/tests/plot-a-week.test.ts',
];

const tests: [name: string, run: (base: string) => boolean][] = [
  ['the bridge image builds', (base) => build(base, 'bridge')],
  [
    'the bridge image serves a recording and its page, as an unprivileged user',
    () => inContainer('bridge', ['sh', '-c', serveAndAsk]),
  ],
  ['the agent image builds', (base) => build(base, 'agent')],
  ['the agent of the image answers a bridge', () => agentAnswers()],
  ['the CI image builds', (base) => build(base, 'ci')],
  [
    'the unit tests that start programs pass in the CI image',
    () => inContainer('ci', ['npx', 'vitest', 'run', '--project', 'unit', ...startPrograms]),
  ],
  [
    'a guest boots in the CI image',
    () => inContainer('ci', ['npx', 'rtprobe', 'lab', 'run', '--', 'uname', '-r'], labCapabilities),
  ],
];

export function buildImages(): Counts {
  const base = baseImage();
  return runNamed(tests.map(([name, run]) => [name, () => base !== undefined && run(base)]));
}
