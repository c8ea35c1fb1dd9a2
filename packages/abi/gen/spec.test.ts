import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkFrames, readFrames } from './spec.ts';

const frames = readFrames(fileURLToPath(new URL('../../../apps/agent/frames.yaml', import.meta.url)));
const withPattern = (pattern: string) => {
  const files = frames['facts-files'];
  return { ...frames, 'facts-files': { ...files, patterns: [...files.patterns, pattern] } };
};

describe('the list of files of the agent', () => {
  it('begins with the isolated CPUs: an answer that is too long loses its end', () => {
    const names = frames['facts-files'].patterns.slice(0, 2).map((pattern) => pattern.split('/').at(-1));
    expect(names).toEqual(['isolated', 'nohz_full']);
  });

  it('cannot have a pattern without a star, which the agent cannot read', () => {
    expect(() => checkFrames(withPattern('/proc/version'))).toThrow('the pattern /proc/version has no *');
    expect(checkFrames(withPattern('/sys/bus/pci/devices/*/irq'))).toBeDefined();
  });
});
