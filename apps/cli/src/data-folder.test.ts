import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { dataFolder } from './data-folder.ts';

describe('the folder of the history', () => {
  it("is a service's for root", () => {
    expect(dataFolder({ XDG_STATE_HOME: '/elsewhere' }, 0)).toBe('/var/lib/rtprobe');
  });

  it('is in $XDG_STATE_HOME or ~/.local/state for other users', () => {
    expect(dataFolder({ XDG_STATE_HOME: '/elsewhere' }, 1000)).toBe('/elsewhere/rtprobe');
    expect(dataFolder({}, 1000)).toBe(`${homedir()}/.local/state/rtprobe`);
    expect(dataFolder({ XDG_STATE_HOME: 'here' }, 1000)).toBe(`${homedir()}/.local/state/rtprobe`);
  });
});
