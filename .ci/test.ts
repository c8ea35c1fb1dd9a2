// npm test [-- WORD…]: the whole suite, one stage after the other, what failed by name, and one line of counts
// at the end.
//
//   --only STAGE   run just this stage (may be repeated): checks, unit, integration, browser, images
//   --images       also build the container images (minutes, so not by default)
//   --list         print the stages and stop
//   --json FILE    write the counts of every stage, and what failed, to FILE
//
// Exit codes: 0 all passed, 1 a test failed, 2 unusable arguments.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runChecks } from './checks.ts';
import { type Counts, EXIT_TOO_LONG, runCommand } from './command.ts';
import { buildImages } from './images.ts';
import { type PlaywrightReport, playwrightCounts, type VitestReport, vitestCounts } from './reports.ts';
import { linkWorkspaces } from './workspaces.ts';

/**
 * Minutes after which a runner is ended: far more than it takes on two cores with empty caches. A guest that hangs then
 * fails its stage, and not the whole run without a word.
 */
const MINUTES = { unit: 10, integration: 45, browser: 25 };

/** Runs a command that writes a JSON report and reads its counts; a run without a report is one failure. */
function reported<Report>(
  command: string[],
  minutes: number,
  env: (file: string) => Record<string, string>,
  args: (file: string) => string[],
  count: (report: Report) => Counts,
): Counts {
  const dir = mkdtempSync(join(tmpdir(), 'rtprobe-test-'));
  try {
    const file = join(dir, 'report.json');
    const code = runCommand([...command, ...args(file)], env(file), { minutes });
    if (code === EXIT_TOO_LONG) throw new Error(`it was ended after ${minutes} minutes`);
    const counts = count(JSON.parse(readFileSync(file, 'utf8')) as Report);
    // A runner that fails outside any test (a hook, a file that does not load) fails the stage.
    return code !== 0 && counts.failed === 0
      ? { ...counts, failed: 1, failures: [...counts.failures, `${command.join(' ')} ended with ${code}`] }
      : counts;
  } catch (error) {
    return {
      passed: 0,
      failed: 1,
      flaky: [],
      failures: [`no report of ${command.join(' ')}: ${(error as Error).message}`],
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function vitest(project: 'unit' | 'integration'): Counts {
  return reported<VitestReport>(
    ['vitest', 'run', '--project', project, '--reporter=default', '--reporter=json'],
    MINUTES[project],
    () => ({}),
    (file) => [`--outputFile.json=${file}`],
    vitestCounts,
  );
}

function browser(): Counts {
  return reported<PlaywrightReport>(
    ['playwright', 'test'],
    MINUTES.browser,
    (file) => ({ PLAYWRIGHT_JSON_OUTPUT_FILE: file }),
    () => ['--reporter=list,json'],
    playwrightCounts,
  );
}

const stages: Record<string, () => Counts> = {
  checks: runChecks,
  unit: () => vitest('unit'),
  integration: () => vitest('integration'),
  browser,
  images: buildImages,
};

function parse() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true },
        images: { type: 'boolean' },
        list: { type: 'boolean' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const unknown = values.only?.find((name) => !(name in stages));
    if (unknown) throw new Error(`unknown stage "${unknown}"; stages: ${Object.keys(stages).join(', ')}`);
    return values;
  } catch (error) {
    console.error(`npm test: ${(error as Error).message}`);
    process.exit(2);
  }
}

const options = parse();
if (options.help || options.list) {
  console.log(
    `stages: ${Object.keys(stages).join(', ')}\noptions: --only STAGE, --images, --list, --json FILE`,
  );
  process.exit(0);
}
const chosen = options.only ?? Object.keys(stages).filter((name) => name !== 'images' || options.images);
linkWorkspaces();
const results: Record<string, Counts & { seconds: number }> = {};
for (const name of chosen) {
  console.log(`\n=== ${name}`);
  const start = performance.now();
  const counts = stages[name]!();
  results[name] = { ...counts, seconds: Math.round((performance.now() - start) / 1000) };
}

console.log('');
// Repeated at the end, because a failure may be thousands of lines further up.
for (const [name, { failures, flaky }] of Object.entries(results)) {
  for (const what of flaky) console.log(`passed at the second attempt: ${name}: ${what}`);
  for (const what of failures) console.log(`failed: ${name}: ${what}`);
}
for (const [name, r] of Object.entries(results)) {
  console.log(`${name.padEnd(12)} ${r.passed} passed, ${r.failed} failed in ${r.seconds} s`);
}
if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
const sum = (key: 'passed' | 'failed') => Object.values(results).reduce((total, r) => total + r[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 || sum('passed') === 0 ? 1 : 0;
