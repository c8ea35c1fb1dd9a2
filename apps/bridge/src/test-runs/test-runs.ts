// Begins and ends test runs, imports files as runs, and stores both.
import {
  type MatchedSamples,
  SETTING_CHANGES_MAX,
  SPIKE_PAGE_MAX,
  type Spike,
  TEST_OUTPUT_MAX,
  TEST_RUN_LOST_US,
  type TestRun,
  type TestRunInfo,
  type ToolResult,
  type UnixMicros,
} from '@rtprobe/protocol';
import { nowMicros } from '../base/clock.ts';
import { definedOnly } from '../base/defined-only.ts';
import { BridgeError } from '../base/errors.ts';
import type { History } from '../history/history.ts';
import type { Host } from '../host/host.ts';
import { joinResults, type ReadOptions, readResult } from '../results/read.ts';
import { matchSamples } from './match.ts';
import { changed, changesOf, settingsOf } from './settings.ts';

export interface Begin {
  command: string[];
  name?: string | undefined;
  at: UnixMicros;
  /** Digest of the kernel's configuration. */
  kernelConfig?: string | undefined;
}

/** What is reported about a run. With an exit code or a signal it has ended. */
export interface Report {
  at?: UnixMicros | undefined;
  exitCode?: number | undefined;
  signal?: string | undefined;
  output?: string | undefined;
  /** Characters of the output before `output`. */
  outputLeftOut?: number | undefined;
  /** Text of the result file that the command wrote. */
  file?: string | undefined;
}

export interface Import {
  file: string;
  text: string;
  name?: string | undefined;
  from?: UnixMicros | undefined;
  to?: UnixMicros | undefined;
  unit?: 'us' | 'ns' | undefined;
}

/** Spikes of a run that are compared with its samples: the newest. */
const SPIKES_MATCHED_MAX = 20_000;

/** Without what the store adds. */
type NewTestRun = Omit<TestRun, 'id' | 'host'>;

type Result = Pick<TestRun, 'result' | 'resultError'>;

function read(text: string, options: ReadOptions): Result {
  try {
    return { result: readResult(text, options) };
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    const { code, message, word } = error;
    return { resultError: { code, message, ...(word !== undefined && { word }) } };
  }
}

/** Reads what a command printed, and the file that it wrote. */
function readAll(output: string, file: string | undefined, command: readonly string[]): Result {
  const printed = read(output, { command });
  if (file === undefined) {
    // Most commands print no result of a known tool, which is no error.
    return printed.resultError?.code === 'E_RESULT_UNKNOWN' ? {} : printed;
  }
  const written = read(file, { command });
  if (written.result && printed.result) return { result: joinResults(written.result, printed.result) };
  return (printed.result ?? written.result) ? { result: (written.result ?? printed.result)! } : written;
}

/** Returns what a list shows of a result. */
function figuresOf(result: ToolResult | undefined): Pick<TestRunInfo, 'tool' | 'count' | 'maxNs'> {
  if (!result) return {};
  const sum = (values: (number | undefined)[]) =>
    values.reduce<number>((total, value) => total + (value ?? 0), 0);
  const counted = result.rows.filter(({ count }) => count !== undefined);
  const maxima = result.rows.flatMap(({ maxNs }) => maxNs ?? []);
  return {
    tool: result.tool,
    ...(counted.length > 0 && { count: sum(counted.map(({ count }) => count)) }),
    ...(maxima.length > 0 && { maxNs: maxima.reduce((a, b) => Math.max(a, b)) }),
  };
}

const cut = (text: string, before = 0): Pick<TestRun, 'output' | 'outputLeftOut'> => ({
  output: text.slice(-TEST_OUTPUT_MAX),
  outputLeftOut: before + Math.max(0, text.length - TEST_OUTPUT_MAX),
});

const unknown = (id: number): BridgeError =>
  new BridgeError(
    'E_UNKNOWN_TEST_RUN',
    `no test run ${id} is stored`,
    'GET /api/v1/test-runs lists them',
    String(id),
  );

/** A run whose command was not reported for a while is lost. */
function withState<T extends Pick<TestRunInfo, 'state' | 'reportedAt'>>(run: T): T {
  const isLost = run.state === 'running' && nowMicros() - run.reportedAt > TEST_RUN_LOST_US;
  return isLost ? { ...run, state: 'lost' } : run;
}

export class TestRuns {
  readonly #history: History;

  constructor(history: History) {
    this.#history = history;
  }

  async list(host: string | undefined, limit: number): Promise<TestRunInfo[]> {
    const runs = await this.#history.read({ ask: 'test-runs', limit, ...definedOnly({ host }) });
    return runs.map(withState);
  }

  async find(id: number): Promise<TestRun> {
    const run = await this.#history.read({ ask: 'test-run', id });
    if (!run) throw unknown(id);
    return withState(run);
  }

  /** Matches the listed samples of a run to the stored spikes of its time range. */
  async samples(id: number): Promise<MatchedSamples> {
    const { host, startedAt, endedAt, result } = await this.find(id);
    const spikes: Spike[] = [];
    if (startedAt !== undefined && endedAt !== undefined && result) {
      const query = { from: startedAt, to: endedAt + 1, limit: SPIKE_PAGE_MAX };
      let next: string | undefined;
      do {
        const before = next?.split('-').map(Number);
        const page = await this.#history.read({
          ask: 'spikes',
          host,
          query: { ...query, ...(before && { before: { time: before[0]!, seq: before[1]! } }) },
        });
        spikes.push(...page.spikes);
        next = page.next;
      } while (next !== undefined && spikes.length < SPIKES_MATCHED_MAX);
    }
    return matchSamples(result?.rows ?? [], spikes);
  }

  async begin(host: Host, { command, name, at, kernelConfig }: Begin): Promise<TestRun> {
    await host.interruptFacts();
    const settings = settingsOf(host);
    return this.#store(host, {
      ...definedOnly({ name }),
      state: 'running',
      ...{ command, startedAt: at, endedAt: at, reportedAt: nowMicros() },
      settings: kernelConfig === undefined ? settings : { ...settings, kernel_config: kernelConfig },
      ...{ changes: [], output: '', outputLeftOut: 0 },
    });
  }

  /** Adds to a run that has not ended: that it still runs, or its end. Changes of settings are found each time. */
  async report(host: Host, before: TestRun, report: Report): Promise<TestRun> {
    const { id, host: _name, ...run } = before;
    if (run.state === 'ended' || run.state === 'imported') {
      throw new BridgeError('E_TEST_RUN_ENDED', `test run ${id} has ended`, 'begin another one', String(id));
    }
    const { at = run.endedAt ?? 0, exitCode, signal, output = '', outputLeftOut = 0, file } = report;
    const isEnd = exitCode !== undefined || signal !== undefined;
    const result = isEnd ? readAll(output, file, run.command ?? []) : {};
    return this.#store(
      host,
      {
        ...run,
        state: isEnd ? 'ended' : 'running',
        ...{ endedAt: at, reportedAt: nowMicros() },
        ...definedOnly({ exitCode, signal }),
        changes: await this.#changes(host, run, at),
        ...(isEnd && { ...cut(output, outputLeftOut), ...result, ...figuresOf(result.result) }),
      },
      id,
    );
  }

  async #changes(host: Host, { settings, changes }: NewTestRun, at: UnixMicros): Promise<TestRun['changes']> {
    if (host.info.state !== 'live') return changes;
    await host.interruptFacts();
    const before = changed(settings, changes);
    return [...changes, ...changesOf(before, settingsOf(host), at)].slice(0, SETTING_CHANGES_MAX);
  }

  async rename(host: Host, { id, host: _host, ...run }: TestRun, name: string): Promise<TestRun> {
    const { name: _name, ...unnamed } = run;
    return this.#store(host, name === '' ? unnamed : { ...run, name }, id);
  }

  /** Makes a run of a file. Throws if the file cannot be read as a result. */
  async import(host: Host, { file, text, name, from, to, unit }: Import): Promise<TestRun> {
    const result = readResult(text, definedOnly({ unit }));
    const { startedAt, endedAt, exitCode } = result;
    return this.#store(host, {
      ...definedOnly({ name, startedAt: from ?? startedAt, endedAt: to ?? endedAt, exitCode }),
      state: 'imported',
      ...{ file, reportedAt: nowMicros(), result, ...figuresOf(result), ...cut(text) },
      ...{ settings: {}, changes: [] },
    });
  }

  async remove(id: number): Promise<void> {
    if (!(await this.#history.write({ ask: 'forget-test-run', id }))) throw unknown(id);
  }

  async #store({ name, machine }: Host, run: NewTestRun, id?: number): Promise<TestRun> {
    const host = { name, ...(machine !== undefined && { machine }) };
    const stored = await this.#history.write({
      ask: 'store-test-run',
      host,
      run,
      ...(id !== undefined && { id }),
    });
    return { id: stored, host: name, ...run };
  }
}
