import { expect, it } from 'vitest';
import { EXIT_TOO_LONG, runCommand } from './command.ts';

it('a command that takes too long is ended, and reported as such', () => {
  expect(runCommand(['sleep', '60'], {}, { minutes: 0.005 })).toBe(EXIT_TOO_LONG);
  expect(runCommand(['false'], {}, { minutes: 1 })).toBe(1);
});
