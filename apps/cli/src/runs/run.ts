// `rtprobe run`: runs a command on the watched host, and stores its begin, end, output, result and exit code as a test run.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { gunzipSync } from 'node:zlib';
import { formatDuration, shortCount } from '@rtprobe/metrics';
import { TEST_RUN_REPORT_MS, type TestRun } from '@rtprobe/protocol';
import { askBridge, type BridgeAccess } from '../access/client.ts';
import { CliError } from '../errors.ts';
import { describeError } from '../report.ts';
import { type Ended, exitCodeOf, runChild, Tail } from './child.ts';
import { readNewFile, resultFileOf } from './result-file.ts';

export interface RunOptions {
  readonly host?: string;
  readonly name?: string;
  /** File with the result, if the command's options do not name it. */
  readonly result?: string;
  /** The command's output is stored, and not passed through. */
  readonly quiet?: boolean;
}

/** How a command ended. `stored` is missing if the bridge did not store that, and `why` says so. */
export interface StoredRun {
  readonly id: number;
  readonly ended: Ended;
  readonly stored?: TestRun;
  readonly why?: unknown;
}

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Returns a digest of the running kernel's configuration; undefined if it cannot be read. */
export function kernelConfig(boot = '/boot', proc = '/proc'): string | undefined {
  const packed = bytesOf(`${proc}/config.gz`);
  const text = packed ? gunzipSync(packed) : bytesOf(`${boot}/config-${release()}`);
  return text && `sha256:${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

function bootOfThisMachine(): string {
  const boot = bytesOf(BOOT_ID)?.toString().trim();
  if (boot !== undefined) return boot;
  throw new CliError('E_NO_FILE', `${BOOT_ID} cannot be read`, 'mount /proc');
}

const nowMicros = (): number => Date.now() * 1000;

/** Returns one line for a person, such as "cyclictest: 20 000 samples, max 340 µs". */
export function resultLine({ tool, count, maxNs, result, resultError }: TestRun): string {
  if (resultError) return `its result cannot be read: ${resultError.code}: ${resultError.message}`;
  if (!result) return 'no result of a supported tool';
  const words = [
    count === undefined ? '' : `${shortCount(count)} samples`,
    maxNs === undefined ? '' : `max ${formatDuration(maxNs)}`,
    result.notes.includes('truncated') ? 'incomplete' : '',
  ];
  return `${tool}: ${words.filter(Boolean).join(', ')}`;
}

/** Runs the command as a test run. Throws before the command runs if it cannot be stored. */
export async function runStored(
  command: readonly string[],
  access: BridgeAccess,
  options: RunOptions,
): Promise<StoredRun> {
  const { host, name, quiet } = options;
  const config = kernelConfig();
  const begin = {
    ...{ command, boot: bootOfThisMachine(), at: nowMicros() },
    ...(host !== undefined && { host }),
    ...(name !== undefined && { name }),
    ...(config !== undefined && { kernelConfig: config }),
  };
  const { id } = (await askBridge(access, '/test-runs', { method: 'POST', body: begin })).body as TestRun;
  const report = async (body: object): Promise<TestRun> =>
    (await askBridge(access, `/test-runs/${id}`, { method: 'POST', body })).body as TestRun;
  // What cannot be reported now is reported with the end.
  const stillRuns = () => report({ at: nowMicros() }).catch(() => {});
  const timer = setInterval(stillRuns, TEST_RUN_REPORT_MS);
  const tail = new Tail();
  const began = Date.now();
  let ended: Ended | undefined;
  try {
    ended = await runChild(command, tail, quiet);
  } catch (error) {
    const why = `${command[0]} cannot be started: ${(error as Error).message}`;
    await report({ at: nowMicros(), exitCode: 127, output: why }).catch(() => {});
    throw new CliError('E_COMMAND', why, 'check its name and its path');
  } finally {
    clearInterval(timer);
  }
  const output = tail.text;
  const file = readNewFile(options.result ?? resultFileOf(command), began);
  try {
    const body = { at: nowMicros(), ...ended, output, outputLeftOut: tail.leftOut, ...(file && { file }) };
    return { id, ended, stored: await report(body) };
  } catch (why) {
    return { id, ended, why };
  }
}

/** Runs the command and returns its exit code. Throws before the command runs if it cannot be stored. */
export async function run(
  command: readonly string[],
  access: BridgeAccess,
  options: RunOptions,
): Promise<number> {
  const { id, ended, stored, why } = await runStored(command, access, options);
  if (stored) {
    console.error(`rtprobe: test run ${id}: ${resultLine(stored)}; ${access.url}/test-run/${id}`);
  } else {
    console.error(describeError(why));
    console.error(`rtprobe: the end of test run ${id} is not stored`);
  }
  return exitCodeOf(ended);
}
