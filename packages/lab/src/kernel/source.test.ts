import { expect, it } from 'vitest';
import { droppedSettings } from './source.ts';

it('names the settings that were not kept, set or unset', () => {
  const fragment = '# a comment\nCONFIG_KASAN=y\nCONFIG_PREEMPT_RT=y\n# CONFIG_SLUB_TINY is not set\n';
  const config = 'CONFIG_KASAN=y\n# CONFIG_PREEMPT_RT is not set\nCONFIG_SLUB_TINY=y\n';
  expect(droppedSettings(fragment, config)).toEqual(['CONFIG_PREEMPT_RT=y', '# CONFIG_SLUB_TINY is not set']);
  expect(droppedSettings(fragment, fragment)).toEqual([]);
});
