// npm run package: builds the packages of this version into dist/packages.
//   --arch NAME     amd64 or arm64, repeatable; default: this machine's, and arm64 if Debian's cross compiler is installed
//   --only WHAT     debian, tarball or rpm
//   --no-lint       do not run lintian
// Exit codes: 0 built, 1 failed, 2 unusable words.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT_CODES } from '../apps/cli/src/exit.ts';
import { buildProgram } from '../apps/cli/src/program.ts';
import { serveCommand } from '../apps/cli/src/serve/commands.ts';
import { exampleConfig } from '../apps/cli/src/serve/config-file.ts';
import { VERSION } from '../apps/cli/src/version.ts';
import { completionOfProgram, completionOfText } from './completion.ts';
import { manOfProgram, manOfText } from './man.ts';
import { type Architecture, nodeBinary } from './node-binary.ts';
import { copyPayload } from './payload.ts';

const ROOT = join(import.meta.dirname, '..');
const OUT = join(ROOT, 'dist/packages');
const BUILD = join(OUT, 'build');
const TREE = join(BUILD, `rtprobe-${VERSION}`);
/** Debian packages that building needs, by a program of each. */
const NEEDED = {
  dh: 'debhelper',
  dh_dkms: 'dh-dkms',
  'dpkg-buildpackage': 'dpkg-dev',
  lintian: 'lintian',
  rpmbuild: 'rpm',
};
const CROSS = { program: 'aarch64-linux-gnu-gcc', packages: 'gcc-aarch64-linux-gnu libc6-dev-arm64-cross' };

class PackageError extends Error {}

const found = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** Runs a program, whose output is shown only if it fails. */
function run(argv: readonly string[], cwd: string, env: Record<string, string> = {}): string {
  const [program, ...words] = argv;
  const { status, stdout, stderr, error } = spawnSync(program!, words, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1 << 28,
  });
  if (status === 0) return stdout;
  throw new PackageError(
    `${argv.join(' ')} failed: ${error?.message ?? ''}\n${(stdout + stderr).slice(-4000)}`,
  );
}

/** Copies tracked files into a new tree. */
function copyTracked(target: string, ...paths: string[]): void {
  const listed = execFileSync('git', ['ls-files', '-z', ...paths], { cwd: ROOT, encoding: 'utf8' });
  for (const path of listed.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    cpSync(join(ROOT, path), join(target, path));
  }
}

/** Time of the last commit: the same commit makes the same files. */
const commitSeconds = () => run(['git', 'log', '-1', '--format=%ct'], ROOT).trim();

/** A tree from which other distributions install by `make -C kmod install` and `make -C apps/agent install`. */
function tarball(): string {
  const tree = join(BUILD, 'source', `rtprobe-${VERSION}`);
  copyTracked(tree, 'kmod', 'apps/agent', 'LICENSE', 'README.md', 'docs/how-to/install.md', 'packaging/rpm');
  rmSync(join(tree, 'apps/agent/tests'), { recursive: true, force: true });
  const file = join(OUT, `rtprobe-${VERSION}.tar.gz`);
  const same = ['--sort=name', `--mtime=@${commitSeconds()}`, '--owner=0', '--group=0', '--numeric-owner'];
  run(['tar', ...same, '-czf', file, `rtprobe-${VERSION}`], join(BUILD, 'source'));
  return file;
}

function rpm(source: string): void {
  const top = join(BUILD, 'rpm');
  const spec = join(BUILD, 'rtprobe-dkms.spec');
  const text = readFileSync(join(ROOT, 'packaging/rpm/rtprobe-dkms.spec'), 'utf8');
  writeFileSync(spec, text.replace(/^(%global rtprobe_version) .*$/m, `$1 ${VERSION}`));
  const folders = ['--define', `_topdir ${top}`, '--define', `_sourcedir ${dirname(source)}`];
  run(['rpmbuild', '-ba', '--nodeps', ...folders, spec], BUILD);
  for (const part of ['RPMS/noarch', 'SRPMS'])
    for (const name of readdirSync(join(top, part))) cpSync(join(top, part, name), join(OUT, name));
}

/** Writes a file of the tree. */
function put(path: string, text: string): void {
  mkdirSync(dirname(join(TREE, path)), { recursive: true });
  writeFileSync(join(TREE, path), text);
}

function putTexts(): void {
  run(['make', '-s'], join(ROOT, 'apps/agent'));
  const agentHelp = run([join(ROOT, 'apps/agent/rtprobe-agent'), '--help'], ROOT);
  const controlHelp = run(['sh', join(ROOT, 'kmod/tools/rtprobectl'), '--help'], ROOT);
  const program = buildProgram();
  const page = { section: 8, version: VERSION };
  const agent = {
    ...page,
    name: 'rtprobe-agent',
    purpose: 'pass messages of the kernel module rtprobe to a bridge',
  };
  const control = { ...page, name: 'rtprobectl', purpose: 'control the kernel module rtprobe' };
  const bridge = { ...page, name: 'rtprobe', section: 1, purpose: 'show what cost a deadline' };
  put('generated/rtprobe-agent.8', manOfText(agent, agentHelp, '.BR rtprobectl (8),\n.BR rtprobe (1)'));
  put('generated/rtprobectl.8', manOfText(control, controlHelp, '.BR rtprobe\\-agent (8),\n.BR rtprobe (1)'));
  put(
    'generated/rtprobe.1',
    manOfProgram(bridge, program, EXIT_CODES, '.BR rtprobectl (8),\n.BR rtprobe\\-agent (8)'),
  );
  put('generated/completion/rtprobe', completionOfProgram(program));
  put('generated/completion/rtprobe-agent', completionOfText('rtprobe-agent', agentHelp));
  put('generated/completion/rtprobectl', completionOfText('rtprobectl', controlHelp));
  put('generated/bridge.conf', exampleConfig(serveCommand(), { source: 'unix:/run/rtprobe-agent.sock' }));
  put('debian/rtprobe-agent.manpages', 'generated/rtprobe-agent.8\ngenerated/rtprobectl.8\n');
  put('debian/rtprobe.manpages', 'generated/rtprobe.1\n');
}

function putDebian(): void {
  copyTracked(join(BUILD, 'debian'), 'packaging/debian');
  cpSync(join(BUILD, 'debian/packaging/debian'), join(TREE, 'debian'), { recursive: true });
  const date = run(['date', '--utc', '-R', `--date=@${commitSeconds()}`], ROOT).trim();
  const entry = `rtprobe (${VERSION}) unstable; urgency=medium\n\n  * See CHANGELOG.md of the source.\n`;
  put('debian/changelog', `${entry}\n -- rtprobe maintainers <maintainers@rtprobe.invalid>  ${date}\n`);
  chmodSync(join(TREE, 'debian/rules'), 0o755);
}

async function putBridge(architectures: readonly Architecture[]): Promise<void> {
  run(['npm', 'run', 'build', '-w', 'apps/dashboard'], ROOT);
  await copyPayload(ROOT, join(TREE, 'generated/lib'));
  for (const architecture of architectures) {
    const node = nodeBinary(ROOT, BUILD, architecture);
    cpSync(join(node, 'bin/node'), join(TREE, `generated/node.${architecture}`));
    cpSync(join(node, 'LICENSE'), join(TREE, 'generated/node-LICENSE'));
  }
}

async function debian(architectures: readonly Architecture[], lint: boolean): Promise<void> {
  copyTracked(TREE, 'kmod', 'apps/agent', 'packaging/systemd', 'packaging/rtprobe.sh', 'LICENSE');
  putDebian();
  putTexts();
  await putBridge(architectures);
  const own = run(['dpkg', '--print-architecture'], ROOT).trim();
  for (const [index, architecture] of architectures.entries()) {
    // Packages for all architectures are built once.
    const kind = index === 0 ? '--build=binary' : '--build=any';
    const words = ['-us', '-uc', '-d', ...(architecture === own ? [] : ['-a', architecture])];
    run(['dpkg-buildpackage', kind, ...words], TREE, { DEB_BUILD_OPTIONS: 'nocheck noautodbgsym' });
  }
  for (const name of readdirSync(BUILD).filter((each) => each.endsWith('.deb')))
    cpSync(join(BUILD, name), join(OUT, name));
  if (!lint) return;
  const debs = readdirSync(OUT).filter((each) => each.endsWith('.deb'));
  console.log(
    run(['lintian', '--allow-root', '--fail-on', 'error', ...debs], OUT).trim() ||
      'lintian: nothing to report',
  );
}

function options(): { architectures: Architecture[]; only: string | undefined; lint: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        arch: { type: 'string', multiple: true },
        only: { type: 'string' },
        'no-lint': { type: 'boolean' },
      },
    });
    const known = ['amd64', 'arm64'];
    const wrong = values.arch?.find((each) => !known.includes(each));
    if (wrong !== undefined) throw new Error(`${wrong}: ${known.join(' or ')}`);
    const own = run(['dpkg', '--print-architecture'], ROOT).trim();
    const built = values.arch ?? [...new Set([own, ...(found(CROSS.program) ? ['arm64'] : [])])];
    return { architectures: built as Architecture[], only: values.only, lint: !values['no-lint'] };
  } catch (error) {
    console.error(`package: ${(error as Error).message}`);
    process.exit(2);
  }
}

function requirePrograms(): void {
  const missing = Object.entries(NEEDED).filter(([program]) => !found(program));
  if (missing.length === 0) return;
  throw new PackageError(
    `programs are missing: apt-get install ${missing.map(([, name]) => name).join(' ')}`,
  );
}

const { architectures, only, lint } = options();
try {
  requirePrograms();
  if (!found(CROSS.program)) console.log(`no packages for arm64: apt-get install ${CROSS.packages}`);
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(BUILD, { recursive: true });
  if (only === undefined || only !== 'debian') {
    const source = tarball();
    if (only !== 'tarball') rpm(source);
  }
  if (only === undefined || only === 'debian') await debian(architectures, lint);
  rmSync(BUILD, { recursive: true, force: true });
  for (const name of readdirSync(OUT)) console.log(join('dist/packages', name));
} catch (error) {
  if (!(error instanceof PackageError)) throw error;
  console.error(`package: ${error.message}`);
  if (existsSync(BUILD)) console.error(`package: the build is in ${BUILD}`);
  process.exitCode = 1;
}
