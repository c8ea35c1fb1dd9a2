// Reads the JSON files of rt-tests (cyclictest and oslat, --json) and of jitterdebugger.
import { RESULT_ROWS_MAX, type ToolResult, type ToolRow, type UnixMicros } from '@rtprobe/protocol';
import { z } from 'zod';
import { BridgeError } from '../base/errors.ts';
import { toNs } from './lines.ts';

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const value = z
  .number()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER / 1000);
const histogram = z.record(z.string().regex(/^\d{1,12}$/, 'a bucket'), count);
const text = z.string().max(4096);
const sysinfo = z.object({ release: text.optional(), resolution_in_ns: count.optional() });
const rows = <S extends z.ZodType>(row: S) =>
  z
    .record(z.string().regex(/^\d{1,6}$/, 'the number of a thread'), row)
    .refine((all) => Object.keys(all).length <= RESULT_ROWS_MAX, `more than ${RESULT_ROWS_MAX} rows`);

/** Releases of rt-tests write "cmdline:" and "rt_test_version:", with a colon in the name. */
const rtTests = z.object({
  'cmdline:': text.optional(),
  cmdline: text.optional(),
  'rt_test_version:': text.optional(),
  rt_test_version: text.optional(),
  start_time: text.optional(),
  end_time: text.optional(),
  return_code: z.number().int().optional(),
  sysinfo: sysinfo.optional(),
  resolution_in_ns: count.optional(),
  thread: rows(
    z.object({
      histogram: histogram.optional(),
      cycles: count.optional(),
      min: value.optional(),
      avg: value.optional(),
      max: value.optional(),
      cpu: count.optional(),
    }),
  ),
});

const jitterdebugger = z.object({
  version: count,
  sysinfo: sysinfo.optional(),
  cpu: rows(
    z.object({
      histogram,
      count: count.optional(),
      min: value.optional(),
      avg: value.optional(),
      max: value.optional(),
    }),
  ),
});

interface Figures {
  histogram?: Record<string, number> | undefined;
  cycles?: number | undefined;
  count?: number | undefined;
  min?: number | undefined;
  avg?: number | undefined;
  max?: number | undefined;
  cpu?: number | undefined;
}

function rowOf([name, figures]: [string, Figures], unitNs: number): ToolRow {
  const { cpu } = figures;
  const buckets = Object.entries(figures.histogram ?? {})
    .map(([edge, n]): [number, number] => [Number(edge) * unitNs, n])
    .filter(([, n]) => n > 0)
    .sort(([a], [b]) => a - b);
  const inside = buckets.reduce((sum, [, n]) => sum + n, 0);
  const all = figures.count ?? figures.cycles ?? (buckets.length > 0 ? inside : undefined);
  const over = all !== undefined && buckets.length > 0 ? all - inside : 0;
  const ns = (field: string, of: number | undefined) =>
    of === undefined || all === 0 ? {} : { [field]: toNs(of, unitNs) };
  return {
    number: Number(name),
    ...(cpu !== undefined && { cpu }),
    ...(all !== undefined && { count: all }),
    ...ns('minNs', figures.min),
    ...ns('avgNs', figures.avg),
    ...ns('maxNs', figures.max),
    buckets,
    ...(over > 0 && { over }),
  };
}

/** Returns undefined for a time that cannot be read. The files have whole seconds. */
function timeOf(date: string | undefined): UnixMicros | undefined {
  const ms = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(ms) ? undefined : ms * 1000;
}

function invalid(error: z.ZodError): BridgeError {
  const { path, message } = error.issues[0]!;
  const word = path.map(String).join('.').slice(0, 64);
  return new BridgeError(
    'E_RESULT_WORD',
    `${word}: ${message}`,
    'import the file as the tool wrote it',
    word,
  );
}

function readRtTests(json: unknown): ToolResult {
  const parsed = rtTests.safeParse(json);
  if (!parsed.success) throw invalid(parsed.error);
  const { data } = parsed;
  const command = data['cmdline:'] ?? data.cmdline;
  const version = data['rt_test_version:'] ?? data.rt_test_version;
  const tool = /^(?:\S*\/)?oslat(\s|$)/.test(command ?? '') ? 'oslat' : 'cyclictest';
  const unitNs = data.resolution_in_ns === 1 ? 1 : 1000;
  const [startedAt, endedAt] = [timeOf(data.start_time), timeOf(data.end_time)];
  const kernel = data.sysinfo?.release;
  return {
    tool,
    ...(version !== undefined && { version }),
    ...(command !== undefined && { command }),
    ...(kernel !== undefined && { kernel }),
    // The end was rounded down to a second.
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt: endedAt + 1e6 }),
    ...(data.return_code !== undefined && { exitCode: data.return_code }),
    rows: Object.entries(data.thread).map((entry) => {
      const row = rowOf(entry, unitNs);
      return tool === 'oslat' && row.buckets.length > 0 ? { ...row, lastIsOpen: true } : row;
    }),
    notes: [],
    ignoredLines: 0,
  };
}

function readJitterdebugger(json: unknown): ToolResult {
  const parsed = jitterdebugger.safeParse(json);
  if (!parsed.success) throw invalid(parsed.error);
  const { cpu, sysinfo: system } = parsed.data;
  const unitNs = system?.resolution_in_ns === 1 ? 1 : 1000;
  return {
    tool: 'jitterdebugger',
    ...(system?.release !== undefined && { kernel: system.release }),
    rows: Object.entries(cpu).map(([name, figures]) => ({
      ...rowOf([name, figures], unitNs),
      cpu: Number(name),
    })),
    notes: [],
    ignoredLines: 0,
  };
}

/** Reads a result file in JSON. Throws E_RESULT_JSON, E_RESULT_UNKNOWN or E_RESULT_WORD. */
export function readJson(source: string): ToolResult {
  let json: unknown;
  try {
    json = JSON.parse(source);
  } catch (error) {
    const why = `the JSON cannot be read: ${(error as Error).message.slice(0, 200)}`;
    throw new BridgeError('E_RESULT_JSON', why, 'the file may be cut; import it as the tool wrote it');
  }
  const fields = typeof json === 'object' && json !== null ? json : {};
  if ('thread' in fields) return readRtTests(json);
  if ('cpu' in fields) return readJitterdebugger(json);
  throw new BridgeError(
    'E_RESULT_UNKNOWN',
    'the JSON has neither "thread" (rt-tests) nor "cpu" (jitterdebugger)',
    'import a file of cyclictest, oslat or jitterdebugger',
  );
}
