import { spawnSync } from 'node:child_process';
import { SetupError, say } from './fail.mjs';

/** Those of the packages that are not installed. Throws when this is no Debian. */
function missingPackages(names) {
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

function apt(prefix, words) {
  const [program, ...args] = [...prefix, 'apt-get', ...words];
  // apt's progress goes to standard error: standard output belongs to the real thing.
  const result = spawnSync(program, args, {
    stdio: ['inherit', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return result.status === 0;
}

/** Installs what is missing of these Debian packages, with sudo when needed. Says what it installs. */
export function installDebianPackages(names) {
  const missing = names.length ? missingPackages(names) : [];
  if (!missing.length) return;
  const byHand = `apt-get install --no-install-recommends ${missing.join(' ')}`;
  const isRoot = process.getuid() === 0;
  if (!isRoot && spawnSync('sudo', ['--version']).error) {
    throw new SetupError('E_NO_ROOT', `missing Debian packages: ${missing.join(' ')}`, `as root: ${byHand}`);
  }
  say(`installing Debian packages${isRoot ? '' : ' (sudo may ask for your password)'}: ${missing.join(' ')}`);
  const prefix = isRoot ? [] : ['sudo', '--preserve-env=DEBIAN_FRONTEND'];
  const installed =
    apt(prefix, ['-q', 'update']) && apt(prefix, ['-qy', 'install', '--no-install-recommends', ...missing]);
  if (!installed) {
    throw new SetupError(
      'E_APT',
      'apt-get failed; its messages are above',
      `try by hand, as root: ${byHand}`,
    );
  }
}
