// Browser tests: the built dashboard in the system's own Chromium, served by the real bridge on a recording and on a
// live lab guest, and by a synthetic host where a test needs data that no machine gives on demand.
import { defineConfig } from '@playwright/test';
import { chromiumArgs, chromiumPath } from './apps/dashboard/tests/chromium.ts';

export default defineConfig({
  testDir: 'apps/dashboard/tests',
  testMatch: '**/*.spec.ts',
  // Minutes long: npm run test:causes.
  testIgnore: process.env.RTPROBE_CAUSES === undefined ? '**/known-causes.spec.ts' : [],
  outputDir: 'test-results',
  globalSetup: './apps/dashboard/tests/build.ts',
  // Two cores draw in software: one page at a time, with patience.
  workers: 1,
  // One more attempt: where guests or others take both cores, a browser may be late once. npm test tells which were.
  retries: 1,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: true,
  reporter: 'list',
  use: {
    browserName: 'chromium',
    viewport: { width: 1920, height: 1080 },
    colorScheme: 'dark',
    launchOptions: { executablePath: chromiumPath, args: chromiumArgs },
  },
});
