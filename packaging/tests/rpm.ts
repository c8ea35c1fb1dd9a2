// Checks the RPM of the sources for DKMS without installing it: its content, its dependencies and its scriptlets.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../../apps/cli/src/version.ts';

const NAME = `rtprobe-dkms-${VERSION}-1`;
const SOURCES = `/usr/src/rtprobe-${VERSION}`;
const FILES = [
  ...['/etc/rtprobe/rtprobe.conf', '/usr/lib/systemd/system/rtprobe-module.service', '/usr/sbin/rtprobectl'],
  ...[`${SOURCES}/dkms.conf`, `${SOURCES}/Kbuild`, `${SOURCES}/Makefile`, `${SOURCES}/uapi/rtprobe.h`],
  `/usr/share/licenses/rtprobe-dkms-${VERSION}/LICENSE`,
];
/** Nothing else may be installed. */
const FOLDERS =
  /^\/(etc\/rtprobe|usr\/(lib\/systemd\/system|sbin|src\/rtprobe-|share\/(doc|licenses)\/rtprobe-dkms))/;
/** What each scriptlet must do, in this order. */
const SCRIPTLETS = {
  postinstall: [
    'systemctl preset rtprobe-module.service',
    `dkms add -m rtprobe -v ${VERSION}`,
    `dkms build -m rtprobe -v ${VERSION}`,
    `dkms install -m rtprobe -v ${VERSION}`,
  ],
  preuninstall: [
    'disable --now rtprobe-module.service',
    `dkms remove -m rtprobe -v ${VERSION} --all --rpm_safe_upgrade`,
  ],
  postuninstall: ['systemctl daemon-reload'],
};

const run = (argv: readonly string[], input?: string): string => {
  const { stdout, stderr, status, error } = spawnSync(argv[0]!, argv.slice(1), { encoding: 'utf8', input });
  if (status !== 0) throw new Error(`${argv.join(' ')}: ${error?.message ?? stderr}`);
  return stdout;
};

/** Returns the scriptlets by name. */
function scriptletsOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name, body] of text.matchAll(
    /^(\w+) scriptlet \(using \/bin\/sh\):\n([\s\S]*?)(?=^\w+ scriptlet |$(?![\s\S]))/gm,
  ))
    found.set(name!, body!);
  return found;
}

/** Runs a scriptlet with programs that only note their words. Returns these, line by line. */
function calledBy(scriptlet: string, remaining: number): string[] {
  const note =
    'dkms() { echo "dkms $*" >&3; return 1; }; systemctl() { echo "systemctl $*" >&3; return 1; };';
  return run(['sh', '-e', '-c', `exec 3>&1; ${note} set -- ${remaining}\n${scriptlet}`]).split('\n');
}

const inOrder = (lines: readonly string[], words: readonly string[]): boolean => {
  let from = 0;
  return words.every((word) => {
    const at = lines.findIndex((line, index) => index >= from && line.includes(word));
    from = at + 1;
    return at >= 0;
  });
};

/** Returns the result as TAP. */
export function tryRpm(folder: string): string {
  const lines: string[] = [];
  let number = 0;
  const check = (sentence: string, faults: () => readonly string[]): void => {
    let found: readonly string[];
    try {
      found = faults();
    } catch (error) {
      found = [String(error)];
    }
    lines.push(...found.map((fault) => `# ${fault.replaceAll('\n', ' ')}`));
    lines.push(`${found.length > 0 ? 'not ' : ''}ok ${++number} - rpm: ${sentence}`);
  };
  const file = join(folder, `${NAME}.noarch.rpm`);
  const ask = (...words: string[]) => run(['rpm', '-qp', ...words, file]);
  check('package and sources are built', () =>
    [`${NAME}.noarch.rpm`, `${NAME}.src.rpm`].filter((name) => !readdirSync(folder).includes(name)),
  );
  check('its digests are right', () => (/digests OK/.test(run(['rpm', '-K', file])) ? [] : ['they are not']));
  check('it contains what DKMS needs, the tools and the licence', () => {
    const files = ask('-l').split('\n');
    return FILES.filter((each) => !files.includes(each)).map((each) => `${each} is missing`);
  });
  check('it contains nothing else', () =>
    ask('-l')
      .split('\n')
      .filter((each) => each !== '' && (!FOLDERS.test(each) || /\.(o|ko|mod\.c|cmd)$/.test(each))),
  );
  check('every file belongs to root, and only root may write', () =>
    run(['rpm', '-qp', '--qf', '[%{FILEMODES:perms} %{FILEUSERNAME} %{FILEGROUPNAME} %{FILENAMES}\n]', file])
      .split('\n')
      .filter((each) => each !== '' && !/^[-d]rw.r-.r-. root root /.test(each)),
  );
  check('the configuration is kept by an upgrade', () =>
    run(['rpm', '-qp', '--qf', '[%{FILEFLAGS:fflags} %{FILENAMES}\n]', file]).includes(
      'cn /etc/rtprobe/rtprobe.conf',
    )
      ? []
      : ['it is not marked'],
  );
  check('it needs dkms, a compiler and make', () => {
    const needed = ask('-R').split('\n');
    return ['dkms', 'gcc', 'make'].filter((each) => !needed.includes(each));
  });
  check('its version is that of the module', () => {
    const text = run([
      'sh',
      '-c',
      'rpm2cpio "$0" | cpio -i --quiet --to-stdout "*/src/base/machine.h"',
      file,
    ]);
    return text.includes(`#define RTP_VERSION "${VERSION}"`) ? [] : ['it is not'];
  });
  const scriptlets = scriptletsOf(ask('--scripts'));
  for (const [name, words] of Object.entries(SCRIPTLETS)) {
    const text = scriptlets.get(name) ?? '';
    check(`the ${name} scriptlet does its work in order`, () =>
      inOrder(text.split(/\n|&&/), words) ? [] : [text || 'there is none'],
    );
    // Otherwise the package would stay half installed, for example without the headers of the kernel.
    check(`the ${name} scriptlet succeeds although each of its programs fails`, () => {
      for (const remaining of [0, 1, 2]) calledBy(text, remaining);
      return text === '' ? ['there is none'] : [];
    });
  }
  check('an upgrade does not unload the module, removing does', () => {
    const unloads = (remaining: number) =>
      calledBy(scriptlets.get('preuninstall') ?? '', remaining).some((line) => line.includes('--now'));
    return unloads(0) && !unloads(1) ? [] : [`removing: ${unloads(0)}, upgrade: ${unloads(1)}`];
  });
  return [...lines, `1..${number}`, '# end of rpm'].join('\n');
}
