// Reads the reports of Vitest and Playwright: counts, and the names of what failed.
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type Counts, root } from './command.ts';

export interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: {
    /** The file. */
    name: string;
    status: string;
    message: string;
    assertionResults: {
      fullName: string;
      status: string;
      failureMessages: string[] | null;
      /** failedBefore: the message of an attempt before the one that is reported. */
      meta: { failedBefore?: string };
    }[];
  }[];
}

interface PlaywrightSuite {
  file: string;
  suites?: PlaywrightSuite[];
  specs: {
    title: string;
    tests: { status: string; results: { error?: { message?: string } }[] }[];
  }[];
}

export interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: { message?: string }[];
  suites: PlaywrightSuite[];
}

/** Formats place and name, followed by the beginning of the message. */
function tell(file: string, name: string, message: string | undefined): string {
  const said = stripVTControlCharacters(message ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 3);
  return [`${relative(root, file)}: ${name}`, ...said].join('\n    ');
}

/** Counts tests. A skipped test, or a file that does not load, counts as failed, because nothing was tested. */
export function vitestCounts(report: VitestReport): Counts {
  const broken = report.testResults.filter((r) => r.status === 'failed' && r.assertionResults.length === 0);
  const tests = report.testResults.flatMap((file) =>
    file.assertionResults
      .filter(({ status }) => status !== 'passed')
      .map(({ fullName, status, failureMessages }) =>
        tell(file.name, fullName, failureMessages?.[0] ?? status),
      ),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numPendingTests + broken.length,
    failures: [...broken.map((file) => tell(file.name, 'does not load', file.message)), ...tests],
    flaky: report.testResults.flatMap((file) =>
      file.assertionResults.flatMap(({ fullName, status, meta: { failedBefore } }) =>
        status === 'passed' && failedBefore !== undefined ? [tell(file.name, fullName, failedBefore)] : [],
      ),
    ),
  };
}

function* specsOf(
  suites: readonly PlaywrightSuite[],
): Generator<[file: string, PlaywrightSuite['specs'][number]]> {
  for (const suite of suites) {
    for (const spec of suite.specs) yield [suite.file, spec];
    yield* specsOf(suite.suites ?? []);
  }
}

export function playwrightCounts({ stats, errors, suites }: PlaywrightReport): Counts {
  const told = (...wanted: string[]) =>
    [...specsOf(suites)].flatMap(([file, { title, tests }]) =>
      tests
        .filter(({ status }) => wanted.includes(status))
        .map(({ status, results }) =>
          tell(`${root}apps/dashboard/tests/${file}`, title, results[0]?.error?.message ?? status),
        ),
    );
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + stats.skipped,
    failures: [
      ...errors.map(({ message }) => message ?? 'an error of the runner'),
      ...told('unexpected', 'skipped'),
    ],
    flaky: told('flaky'),
  };
}
