import { defineConfig } from 'vitest/config';

const roots = ['apps', 'packages'];

/** A poll that succeeds ends at once. On a machine that also emulates guests a second is too short. */
const expect = { poll: { timeout: 15_000 } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [...roots, '.ci', 'packaging'].map((root) => `${root}/**/*.test.{ts,tsx}`),
          exclude: ['**/node_modules/**', '**/dist/**', '**/.cache/**'],
          // The default is one file at a time on two cores.
          maxWorkers: 2,
          // Some start programs; on a machine that also emulates guests even that takes seconds.
          expect,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: roots.map((root) => `${root}/**/*.integration.ts`),
          exclude: ['**/node_modules/**', '**/dist/**', '**/.cache/**'],
          // Guests share two cores: one file at a time, with room for a cold cache.
          fileParallelism: false,
          expect,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
