import { spawnSync } from 'node:child_process';
import { runChild } from './children.mjs';
import { SetupError, say, saySpan } from './fail.mjs';
import { timed } from './timings.mjs';

/** Those of the packages that are not installed. Throws when this is no Debian. */
export function missingPackages(names) {
  if (names.length === 0) return [];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own format, not a template
  const query = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names], {
    encoding: 'utf8',
  });
  if (query.error) {
    throw new SetupError(
      'E_NOT_DEBIAN',
      'this is no Debian machine (there is no dpkg-query)',
      `install by hand what these Debian packages hold: ${names.join(' ')}`,
    );
  }
  const installed = new Set(
    query.stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name));
}

/** How to become root: nothing to add for root itself. Asks for sudo's password now, before other programs print. */
function rootPrefix(byHand, names) {
  if (process.getuid() === 0) return [];
  if (spawnSync('sudo', ['--version']).error) {
    throw new SetupError('E_NO_ROOT', `missing Debian packages: ${names.join(' ')}`, `as root: ${byHand}`);
  }
  say('installing Debian packages needs sudo, which may ask for your password');
  spawnSync('sudo', ['--validate'], { stdio: ['inherit', 2, 2] });
  return ['sudo', '--preserve-env=DEBIAN_FRONTEND'];
}

/** Installs Debian packages, with sudo when needed, and prints their names. apt's own words appear if it fails. */
export async function installDebianPackages(names) {
  const byHand = `apt-get install --no-install-recommends ${names.join(' ')}`;
  const prefix = rootPrefix(byHand, names);
  const done = saySpan(`installing Debian packages: ${names.join(' ')}`, 'Debian packages installed');
  for (const words of [['update'], ['-y', 'install', '--no-install-recommends', ...names]]) {
    const { ok, output } = await timed(`apt-get ${words.includes('install') ? 'install' : 'update'}`, () =>
      runChild([...prefix, 'apt-get', '-q', ...words], {
        env: { DEBIAN_FRONTEND: 'noninteractive' },
        stdin: 'inherit',
        interruptible: false,
      }),
    );
    if (ok) continue;
    say(`apt-get said:\n${output.trimEnd()}`);
    throw new SetupError(
      'E_APT',
      'apt-get failed; its messages are above',
      `try by hand, as root: ${byHand}`,
    );
  }
  done();
}
