import { describe, expect, it } from 'vitest';
// The set-up is plain JavaScript, because it runs before anything else is installed.
import { nodePackagesStale } from '../setup/node.mjs';

const entry = (version: string, extra: object = {}) => ({ version, ...extra });
const lock = {
  packages: {
    '': { name: 'root' },
    'apps/cli': { version: '0.1.0' },
    'node_modules/a': entry('1.0.0'),
    'node_modules/other-platform': entry('2.0.0', { optional: true }),
    'node_modules/@rtprobe/cli': { resolved: 'apps/cli', link: true },
  },
};
const installed = (extra: object = {}) => ({
  packages: {
    'node_modules/a': entry('1.0.0'),
    'node_modules/@rtprobe/cli': { resolved: 'apps/cli', link: true },
    ...extra,
  },
});

describe('nodePackagesStale', () => {
  it('is content when every package is there in its version', () => {
    expect(nodePackagesStale(lock, installed())).toBe(false);
  });

  it('wants an installation when there is none, or a package is missing or of another version', () => {
    expect(nodePackagesStale(lock, undefined)).toBe(true);
    expect(nodePackagesStale(lock, { packages: {} })).toBe(true);
    expect(nodePackagesStale(lock, installed({ 'node_modules/a': entry('0.9.0') }))).toBe(true);
  });
});
