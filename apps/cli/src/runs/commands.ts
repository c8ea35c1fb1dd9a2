// `rtprobe run` and `rtprobe runs`: test runs of a host that a bridge watches.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { formatDuration, shortCount, span, visibleText } from '@rtprobe/metrics';
import { RESULT_TEXT_MAX, RUN_NAME_MAX, type TestRun, type TestRunInfo } from '@rtprobe/protocol';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { askBridge } from '../access/client.ts';
import { type AccessFlags, accessOf, withAccessOptions } from '../access/options.ts';
import { act } from '../act.ts';
import { CliError } from '../errors.ts';
import { EXIT_WRAPPER } from '../exit.ts';
import { refuseTaken, writeNewFile } from '../export/export.ts';
import { integer, level } from '../options.ts';
import { reportHtml } from './html.ts';
import { observe, PAIRS_MAX, PAIRS_MIN } from './observe.ts';
import { readReport } from './report.ts';
import { resultLine, run } from './run.ts';

interface Flags extends AccessFlags {
  readonly host?: string;
  readonly name?: string;
  readonly json?: boolean;
}

function runName(text: string): string {
  if (text.length > 0 && text.length <= RUN_NAME_MAX) return text;
  throw new InvalidArgumentError(`It must have 1 to ${RUN_NAME_MAX} characters.`);
}

const named = (command: Command): Command =>
  command
    .option('--host <name>', 'the host, if the bridge has several')
    .option('--name <name>', 'name of the run', runName);

export function runCommand(): Command {
  return named(withAccessOptions(new Command('run')))
    .description(
      'run a command on the watched host and store it as a test run, with the figures of the command',
    )
    .argument('<command...>', 'the command and its arguments, after --')
    .option(
      '--result <file>',
      'result file that the command writes; default: by its options, such as --json=FILE',
    )
    .action((command: string[], flags: Flags & { result?: string }) =>
      act(() => run(command, accessOf(flags), flags), { failure: EXIT_WRAPPER, passesSignals: true }),
    );
}

interface ObserveFlags extends Flags {
  readonly pairs: number;
  readonly result?: string;
}

export function observeCommand(): Command {
  return named(withAccessOptions(new Command('observe')))
    .description('run a command in pairs, with the probe on and off, and say what the probe itself changes')
    .argument('<command...>', 'the command and its arguments, after --')
    .addOption(
      new Option('--pairs <n>', 'number of pairs')
        .argParser(integer({ min: PAIRS_MIN, max: PAIRS_MAX }))
        .default(10),
    )
    .option('--result <file>', 'as for run')
    .option('--json', 'as JSON')
    .action((command: string[], flags: ObserveFlags) =>
      act(() => observe(command, accessOf(flags), flags), { failure: EXIT_WRAPPER, passesSignals: true }),
    );
}

const date = (us: number): string => new Date(us / 1000).toISOString().slice(0, 19).replace('T', ' ');

/** Returns "12  box  2026-11-30 10:00:00 UTC  5 min  cyclictest  1.2 M samples  max 340 µs  exit 0  name". */
export function runLine(info: TestRunInfo): string {
  const { startedAt, endedAt, state, count, maxNs, exitCode, signal } = info;
  const words = [
    String(info.id).padStart(4),
    info.host,
    startedAt === undefined ? 'no time' : `${date(startedAt)} UTC`,
    startedAt === undefined || endedAt === undefined ? '' : span((endedAt - startedAt) / 1e6),
    info.tool ?? info.command?.[0] ?? info.file ?? '',
    count === undefined ? '' : `${shortCount(count)} samples`,
    maxNs === undefined ? '' : `max ${formatDuration(maxNs)}`,
    exitCode === undefined ? '' : `exit ${exitCode}`,
    signal ?? '',
    state === 'ended' ? '' : state,
    info.changes > 0 ? `${info.changes} changes of settings` : '',
    info.name ?? '',
  ];
  return words.filter(Boolean).map(visibleText).join('  ');
}

const runNumber = (): Argument =>
  new Argument('<run>', 'number of the test run').argParser(
    integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  );

async function list({ host, json, ...flags }: Flags): Promise<number> {
  const query = host === undefined ? '' : `?host=${encodeURIComponent(host)}`;
  const { runs } = (await askBridge(accessOf(flags), `/test-runs${query}`)).body as { runs: TestRunInfo[] };
  console.log(json ? JSON.stringify({ runs }) : runs.map(runLine).join('\n') || 'no stored test runs');
  return 0;
}

async function show(id: number, { json, ...flags }: Flags): Promise<number> {
  const stored = (await askBridge(accessOf(flags), `/test-runs/${id}`)).body as TestRun;
  if (json) console.log(JSON.stringify(stored));
  else {
    console.log(runLine({ ...stored, changes: stored.changes.length }));
    console.log(visibleText(resultLine(stored)));
    for (const [name, value] of Object.entries(stored.settings))
      console.log(visibleText(`  ${name}: ${value}`));
    for (const { time, name, before = '–', after = '–' } of stored.changes)
      console.log(visibleText(`  changed at ${date(time)} UTC: ${name}: ${before} → ${after}`));
  }
  return 0;
}

interface ImportFlags extends Flags {
  readonly begin?: number;
  readonly end?: number;
  readonly unit?: 'us' | 'ns';
}

/** Parses a time such as 2026-11-30T10:00:00Z; returns µs. */
function time(text: string): number {
  const ms = /^\d{4}-\d\d-\d\d[T ]/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms * 1000;
  throw new InvalidArgumentError('It must be a time such as 2026-11-30T10:00:00Z.');
}

function readResultFile(path: string): string {
  let text: string;
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw new CliError('E_NO_FILE', `${path} cannot be read: ${(error as Error).message}`, 'check its path');
  }
  if (text.length <= RESULT_TEXT_MAX) return text;
  const why = `${path} has ${text.length} characters, the limit is ${RESULT_TEXT_MAX}`;
  throw new CliError('E_NO_FILE', why, 'import the JSON or histogram file of the tool');
}

async function importFile(path: string, flags: ImportFlags): Promise<number> {
  const { host, name, begin: from, end: to, unit, json, ...access } = flags;
  const body = {
    ...{ file: basename(path), text: readResultFile(path) },
    ...{ host, name, from, to, unit },
  };
  const stored = (await askBridge(accessOf(access), '/test-runs/import', { method: 'POST', body }))
    .body as TestRun;
  console.log(json ? JSON.stringify(stored) : `test run ${stored.id}: ${resultLine(stored)}`);
  return 0;
}

interface ReportFlags extends AccessFlags {
  readonly budget: number;
  readonly period?: number;
  readonly html?: string;
  readonly json?: boolean;
}

async function report(id: number, { budget, period, html, json, ...flags }: ReportFlags): Promise<number> {
  if (html !== undefined) refuseTaken(html);
  const made = await readReport(accessOf(flags), id, { budgetNs: budget, periodNs: period });
  if (html !== undefined) writeNewFile(html, `test-run-${id}.html`, reportHtml(made));
  console.log(json ? JSON.stringify(made) : made.lines.map(visibleText).join('\n'));
  return 0;
}

export function reportCommand(): Command {
  return withAccessOptions(new Command('report'))
    .description(
      'say in ten lines, for a mail, whether a test run shows that the machine is fit for a deadline',
    )
    .addArgument(runNumber())
    .addOption(
      new Option('--budget <time>', 'the deadline of a sample, such as 200us')
        .argParser(level)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--period <time>', 'the period of your cycle; default: that of the program').argParser(
        level,
      ),
    )
    .option(
      '--html <file>',
      'also write a new HTML file, or one into a folder, with all figures and settings',
    )
    .option('--json', 'print the lines and all data as JSON')
    .action((id: number, flags: ReportFlags) => act(() => report(id, flags)));
}

async function remove(id: number, { json, ...flags }: Flags): Promise<number> {
  await askBridge(accessOf(flags), `/test-runs/${id}`, { method: 'DELETE' });
  console.log(json ? JSON.stringify({ testRun: id }) : `test run ${id} was deleted`);
  return 0;
}

export function runsCommands(): Command {
  const json = (command: Command): Command => withAccessOptions(command).option('--json', 'as JSON');
  const importing = named(json(new Command('import')))
    .description('store the result file of a tool as a test run')
    .argument(
      '<file>',
      'a file of cyclictest, oslat, rtla, hwlatdetect or jitterdebugger; "-" is standard input',
    )
    .option('--begin <time>', 'when the run began; default: as in the file', time)
    .option('--end <time>', 'when the run ended; default: as in the file', time)
    .addOption(new Option('--unit <unit>', 'unit of a text of cyclictest; default: us').choices(['us', 'ns']))
    .action((path: string, flags: ImportFlags) => act(() => importFile(path, flags)));
  const showing = json(new Command('show'))
    .description('print one test run with its settings')
    .addArgument(runNumber())
    .action((id: number, flags: Flags) => act(() => show(id, flags)));
  const deleting = json(new Command('delete'))
    .description('delete a test run')
    .addArgument(runNumber())
    .action((id: number, flags: Flags) => act(() => remove(id, flags)));
  const listing = json(new Command('list'))
    .description('list the stored test runs, newest first')
    .option('--host <name>', 'only runs of this host')
    .action((flags: Flags) => act(() => list(flags)));
  return new Command('runs')
    .description('list, show, import or delete test runs')
    .addCommand(listing, { isDefault: true })
    .addCommand(showing)
    .addCommand(importing)
    .addCommand(deleting);
}
