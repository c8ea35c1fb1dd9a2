import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  HostInfo,
  Incident,
  RunInfo,
  Spike,
  StoredIncident,
  StoredSpike,
  Trace,
} from '@rtprobe/protocol';
import {
  type ExportFormatName,
  exportFileName,
  exportFormats,
  hostAt,
  type SpikeRecord,
} from '@rtprobe/trace';
import { askBridge, type BridgeAccess } from '../access/client.ts';
import { BridgeAnswerError, CliError } from '../errors.ts';

/** Requests a path of the bridge's REST interface; throws the bridge's error with its own code. */
async function ask<T>(path: string, access: BridgeAccess): Promise<T> {
  return (await askBridge(access, path)).body as T;
}

/** Returns the id of the "newest" or "worst" spike of the bridge, else the word itself. */
export async function resolveSpike(word: string, options: BridgeAccess): Promise<string> {
  if (word !== 'newest' && word !== 'worst') return word;
  const { hosts } = await ask<{ hosts: { spikes: Spike[] }[] }>('/spikes', options);
  const spikes = hosts.flatMap((host) => host.spikes);
  const rank = (spike: Spike) => (word === 'newest' ? spike.time : spike.valueNs);
  const found = spikes.reduce<Spike | undefined>((a, b) => (a && rank(a) > rank(b) ? a : b), undefined);
  if (found) return found.id;
  throw new CliError('E_NO_SPIKE', 'the bridge has no spike', 'lower the threshold, or wait for a spike');
}

/** Reads a spike with its machine and its trace from a running bridge. `word` is its id, "newest" or "worst". */
export async function fetchRecord(word: string, options: BridgeAccess): Promise<SpikeRecord> {
  const id = encodeURIComponent(await resolveSpike(word, options));
  const { spike, run } = await ask<StoredSpike>(`/spikes/${id}`, options);
  const { hosts } = await ask<{ hosts: HostInfo[] }>('/status', options);
  const { runs } = run === undefined ? { runs: [] } : await ask<{ runs: RunInfo[] }>('/runs', options);
  const now = hosts.find((h) => h.host === spike.host);
  const { host } = hostAt(
    spike,
    now,
    runs.find((r) => r.id === run),
  );
  const trace = spike.traced ? await fetchTrace(id, options) : undefined;
  const incident = await fetchIncident(id, options);
  return { spike, ...(host && { host }), ...(trace && { trace }), ...(incident && { incident }) };
}

/** Returns undefined if the spike is in no incident yet, or the bridge is of an earlier release. */
async function fetchIncident(id: string, options: BridgeAccess): Promise<Incident | undefined> {
  try {
    return (await ask<StoredIncident>(`/incidents/${id}`, options)).incident;
  } catch (error) {
    const codes = ['E_UNKNOWN_INCIDENT', 'E_NOT_FOUND'];
    if (error instanceof BridgeAnswerError && codes.includes(error.code)) return undefined;
    throw error;
  }
}

/** Returns undefined if the trace is no longer stored; the spike is then exported without it. */
async function fetchTrace(id: string, options: BridgeAccess): Promise<Trace | undefined> {
  try {
    return await ask<Trace>(`/spikes/${id}/trace`, options);
  } catch (error) {
    if (error instanceof BridgeAnswerError && error.code === 'E_NO_TRACE') return undefined;
    throw error;
  }
}

export function renderRecord(record: SpikeRecord, format: ExportFormatName): string {
  if ('needsTrace' in exportFormats[format] && !record.trace) {
    const why = `spike ${record.spike.id} has no trace`;
    throw new CliError(
      'E_NO_TRACE',
      why,
      'choose another format, or turn the flight recorder on: recorder=on',
    );
  }
  return exportFormats[format].write(record);
}

const cannotWrite = (file: string, why: string): CliError =>
  new CliError('E_WRITE', `cannot write ${file}: ${why}`, 'name another file');
const TAKEN = 'the file already exists';

/** Throws E_WRITE if the file exists; for a check before work that takes long. */
export function refuseTaken(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) throw cannotWrite(path, TAKEN);
}

/** Writes to a new file, or into a folder under that name, and returns the path. Never overwrites a file. */
export function writeNewFile(path: string, name: string, content: string | Uint8Array): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  const file = isFolder ? join(path, name) : path;
  try {
    writeFileSync(file, content, { flag: 'wx' });
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw cannotWrite(file, exists ? TAKEN : (error as Error).message);
  }
  return file;
}

/** Writes a spike like `writeNewFile`, under the name that its content gives. */
export function writeNew(
  path: string,
  record: SpikeRecord,
  format: ExportFormatName,
  content: string,
): string {
  return writeNewFile(path, exportFileName(record, format), content);
}
