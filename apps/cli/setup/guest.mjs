import { join } from 'node:path';
import { runChild } from './children.mjs';
import { root, SetupError } from './fail.mjs';
import { pinnedNode } from './node.mjs';
import { nodeEnvironment } from './real.mjs';

/**
 * Downloads and builds what the demo's guest needs, beside what else the set-up does.
 *
 * @param words the words for the demo
 * @param debian resolves when the Debian packages are installed; undefined if they are
 */
export async function prepareGuest(words, debian) {
  const node = pinnedNode();
  const { ok } = await runChild([node, join(root, 'apps/cli/setup/prepare-guest.ts'), ...words], {
    env: nodeEnvironment(node),
    shown: true,
    stdin: 'pipe',
    started: (child) => {
      child.stdin.on('error', () => {}); // It ended early; its exit code counts.
      Promise.resolve(debian).then(
        () => child.stdin.end(),
        () => child.kill(),
      );
    },
  });
  if (!ok) throw new SetupError('E_GUEST', 'preparing the guest failed; its messages are above', 'see above');
}
