import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildModule, prepareKernel } from '../src/index.ts';

const KMOD = join(import.meta.dirname, '../../../kmod');

// A room is otherwise compiled as one unit, where a file finds what another one included.
it('each file of the module includes what it uses', async () => {
  const [module] = await buildModule(await prepareKernel('6.12-rt'), KMOD, {
    parts: ['Kbuild', 'src', 'compat', 'uapi'],
    variables: ['RTPROBE_UNITS=files'],
  });
  expect(module).toMatch(/rtprobe\.ko$/);
});
