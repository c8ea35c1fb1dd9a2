// `rtprobe history`: reads and prunes the history store, without a bridge or beside one.
import { createLog, HISTORY_LIMITS, History, HistoryReader } from '@rtprobe/bridge';
import { cpuList, formatBytes, formatDuration, visibleText } from '@rtprobe/metrics';
import {
  HISTORY_COLUMNS_MAX,
  type HistoryJson,
  type Incident,
  type Measure,
  measures,
  type RunInfo,
  SPIKE_PAGE_MAX,
} from '@rtprobe/protocol';
import { measureSchema } from '@rtprobe/protocol/schemas';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { act } from '../act.ts';
import { dataFolder } from '../data-folder.ts';
import { CliError } from '../errors.ts';
import { age, integer, size } from '../options.ts';
import { PROGRAM } from '../own-command.ts';

const RUNS_MAX = 1000;
const INCIDENTS_LISTED = 100;
/** Spikes of an older release are grouped by the first bridge of this one; this command does not write. */
const NO_INCIDENTS =
  'no stored incidents; those of a store of an older release are listed after a bridge of this one has opened it';

interface Flags {
  readonly data: string;
  readonly json?: boolean;
}

/** Runs `work` on the history store of `--data`. */
async function reading(dir: string, work: (reader: HistoryReader) => Promise<void>): Promise<number> {
  const reader = await HistoryReader.open(dir);
  try {
    await work(reader);
  } finally {
    await reader.close();
  }
  return 0;
}

const dataOption = (): Option =>
  new Option('--data <dir>', 'folder of the history store').default(dataFolder());

const date = (us: number): string => new Date(us / 1000).toISOString().slice(0, 19).replace('T', ' ');

function runLine(run: RunInfo): string {
  const [worst] = run.worst;
  const words = [
    String(run.id).padStart(4),
    run.host,
    `${date(run.startedAt)} to ${date(run.endedAt)} UTC`,
    run.kernel,
    worst
      ? `worst ${formatDuration(worst.valueNs)} ${worst.measure} ${worst.label} cpu ${worst.cpu}`
      : 'no values',
    `${run.spikes} spikes`,
    run.name ?? '',
    run.baseline ? 'baseline' : '',
  ];
  return words.filter(Boolean).join('  ');
}

function runsCommand(): Command {
  return new Command('runs')
    .description('list the stored runs, newest first')
    .addOption(dataOption())
    .option('--host <name>', 'only runs of this host')
    .option('--json', 'as JSON')
    .action(({ data, json, host }: Flags & { host?: string }) =>
      act(() =>
        reading(data, async (reader) => {
          const runs = await reader.read({ ask: 'runs', limit: RUNS_MAX, ...(host ? { host } : {}) });
          console.log(json ? JSON.stringify({ runs }) : runs.map(runLine).join('\n') || 'no stored runs');
        }),
      ),
    );
}

function incidentLine({ id, time, valueNs, cpus, symptoms, origin, sentence }: Incident): string {
  const count = `${symptoms.length} ${symptoms.length === 1 ? 'symptom' : 'symptoms'}`;
  const where = `cpu ${cpuList(cpus)}`;
  return [`${date(time)} UTC`, formatDuration(valueNs), where, count, origin, id, visibleText(sentence)].join(
    '  ',
  );
}

function incidentsCommand(): Command {
  return new Command('incidents')
    .description('list the newest stored incidents of a run, oldest first')
    .addArgument(
      new Argument('<run>', 'number of the run').argParser(integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
    )
    .addOption(dataOption())
    .option(
      '--limit <n>',
      'maximum number of incidents',
      integer({ min: 1, max: SPIKE_PAGE_MAX }),
      INCIDENTS_LISTED,
    )
    .option('--json', 'as JSON')
    .action((id: number, flags: Flags & { limit: number }) =>
      act(() =>
        reading(flags.data, async (reader) => {
          const { host } = await findRun(reader, id);
          const query = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: flags.limit, run: id };
          const page = await reader.read({ ask: 'incidents', host, query });
          const lines = page.incidents.map(incidentLine).join('\n') || NO_INCIDENTS;
          console.log(flags.json ? JSON.stringify(page) : lines);
        }),
      ),
    );
}

function measure(text: string): Measure {
  const parsed = measureSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(`It must be one of ${measureSchema.options.join(', ')}.`);
}

interface ExportFlags extends Flags {
  readonly measure: Measure;
  readonly cpu?: number;
  readonly columns: number;
}

function csv({ columns }: HistoryJson): string {
  const rows = columns.map(({ time, spanUs, count, sum, min, max, none }) =>
    [time, spanUs, count, sum, min, max, none].join(','),
  );
  return ['time_us,watched_us,count,sum_ns,min_ns,max_ns,none', ...rows].join('\n');
}

async function findRun(reader: HistoryReader, id: number): Promise<RunInfo> {
  const runs = await reader.read({ ask: 'runs', limit: RUNS_MAX });
  const run = runs.find((r) => r.id === id);
  if (!run)
    throw new CliError('E_NO_RUN', `no run ${id} is stored`, `list the runs: ${PROGRAM} history runs`);
  return run;
}

function exportCommand(): Command {
  return new Command('export')
    .description('print one measure of a run, column by column: CSV, or JSON with all buckets')
    .addArgument(
      new Argument('<run>', 'number of the run').argParser(integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
    )
    .addOption(dataOption())
    .addOption(
      new Option('--measure <name>', 'measure to print').argParser(measure).default(measures[0]!.name),
    )
    .option('--cpu <n>', 'only this CPU', integer({ min: 0, max: 65_535 }))
    .option(
      '--columns <n>',
      'maximum number of columns',
      integer({ min: 1, max: HISTORY_COLUMNS_MAX }),
      HISTORY_COLUMNS_MAX,
    )
    .option('--json', 'as JSON')
    .action((id: number, flags: ExportFlags) =>
      act(() =>
        reading(flags.data, async (reader) => {
          const run = await findRun(reader, id);
          const query = {
            ...{ host: run.host, measure: flags.measure, columns: flags.columns },
            ...(flags.cpu !== undefined ? { cpu: flags.cpu } : {}),
            ...{ from: run.startedAt, to: run.endedAt + 1 },
          };
          const answer = (await reader.read({ ask: 'columns', query, format: 'json' })) as HistoryJson;
          console.log(flags.json ? JSON.stringify({ run, ...answer }) : csv(answer));
        }),
      ),
    );
}

function pruneCommand(): Command {
  return new Command('prune')
    .description('remove data over an age or size, finest first; requires that no bridge writes there')
    .addOption(dataOption())
    .option('--history-size <size>', 'maximum size of the history store, such as 500M; default: 1T', size)
    .option('--history-age <age>', 'maximum age of data, such as 30d; default: 3650d', age)
    .option('--json', 'as JSON')
    .action(
      ({
        historySize: maxBytes = HISTORY_LIMITS.maxBytes,
        historyAge: maxDays = HISTORY_LIMITS.maxDays,
        ...flags
      }: Flags & { historySize?: number; historyAge?: number }) =>
        act(async () => {
          await reading(flags.data, async () => {});
          const bounds = { maxBytes, maxAgeUs: maxDays * 86_400e6 };
          const history = await History.open({ dir: flags.data, ...bounds }, createLog());
          const before = await history.prune();
          await history.close();
          const { bytes, pruned, prunedSpikes } = before;
          console.log(
            flags.json
              ? JSON.stringify({ bytes, slices: pruned, spikes: prunedSpikes })
              : `removed ${pruned} slices and ${prunedSpikes} spikes; ${formatBytes(bytes)} remain`,
          );
          return 0;
        }),
    );
}

export function historyCommands(): Command {
  return new Command('history')
    .description('list, export or prune the history that the bridge stored on disk')
    .addCommand(runsCommand())
    .addCommand(incidentsCommand())
    .addCommand(exportCommand())
    .addCommand(pruneCommand());
}
