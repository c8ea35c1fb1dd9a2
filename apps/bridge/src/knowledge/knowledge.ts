// Reads the knowledge files: those of rtprobe, then those of the machine, whose entries replace others of the same id. A
// file with a fault is left out and reported; the bridge works without it.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Advice, DoctorCheck, Knowledge as Listed, Spike } from '@rtprobe/protocol';
import type { z } from 'zod';
import { definedOnly } from '../base/defined-only.ts';
import { BridgeError, reasonOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { parseYaml } from '../base/yaml.ts';
import { type Entry, fileSchema } from './entry.ts';
import { adviceFor, remediesOf, toAdvice } from './match.ts';

/** Files that rtprobe supplies. */
export const SUPPLIED = join(import.meta.dirname, '../../knowledge');

/** Limits of a folder, and of each file in it. */
export const FILES_MAX = 32;
export const FILE_BYTES_MAX = 256 * 1024;

const REMEDY = 'correct the file and restart the bridge; docs/reference/knowledge.md describes the format';

/** Longest part of a file's own words in a message. */
const WORD_MAX = 80;

const refusal = (file: string, why: string, word?: string): BridgeError =>
  new BridgeError('E_KNOWLEDGE', `${file}: ${why}`, REMEDY, word);

/** Returns "entry 3 (tick), match.0.vector.0". */
function placeOf(path: readonly PropertyKey[], content: unknown): string {
  const [index, ...rest] = path;
  if (index === undefined) return 'the file';
  const { id } = ((content as unknown[])[Number(index)] ?? {}) as { id?: unknown };
  const entry = `entry ${Number(index) + 1}${typeof id === 'string' ? ` (${id.slice(0, WORD_MAX)})` : ''}`;
  return rest.length > 0 ? `${entry}, ${rest.map(String).join('.')}` : entry;
}

/** Returns the word of the file that a path leads to; undefined if there is none. One value stands for a list of one. */
function wordAt(path: readonly PropertyKey[], content: unknown): string | undefined {
  let value = content;
  for (const key of path) {
    if (key === 0 && !Array.isArray(value)) continue;
    value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  }
  return typeof value === 'object' || value === undefined ? undefined : String(value).slice(0, WORD_MAX);
}

function refusalOf(file: string, issue: z.core.$ZodIssue, content: unknown): BridgeError {
  const place = placeOf(issue.path, content);
  if (issue.code === 'unrecognized_keys') {
    const word = String(issue.keys[0]).slice(0, WORD_MAX);
    return refusal(file, `${place}: unknown word "${word}"`, word);
  }
  const word = wordAt(issue.path, content);
  return refusal(file, `${place}: ${word === undefined ? '' : `"${word}": `}${issue.message}`, word);
}

/** Reads the entries of a file. Rejects with E_KNOWLEDGE, the file and the invalid word. */
async function readEntries(file: string): Promise<Entry[]> {
  const stats = await stat(file);
  if (!stats.isFile()) throw refusal(file, 'not a file');
  if (stats.size > FILE_BYTES_MAX) throw refusal(file, `larger than ${FILE_BYTES_MAX} bytes`);
  let content: unknown;
  try {
    content = parseYaml(await readFile(file, 'utf8')) ?? [];
  } catch (error) {
    throw refusal(file, `not YAML: ${reasonOf(error)}`);
  }
  const parsed = fileSchema.safeParse(content);
  if (!parsed.success) throw refusalOf(file, parsed.error.issues[0]!, content);
  const ids = parsed.data.map(({ id }) => id);
  const again = ids.find((id, i) => ids.indexOf(id) < i);
  if (again !== undefined) throw refusal(file, `two entries have the id "${again}"`, again);
  return parsed.data;
}

/** Returns the YAML files of a folder, by name; none if there is no such folder. */
async function filesIn(dir: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw refusal(dir, reasonOf(error));
  }
  return names
    .filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.'))
    .sort()
    .map((name) => join(dir, name));
}

export class Knowledge {
  readonly #entries = new Map<string, Entry>();
  /** File of each entry that a user supplied or replaced, by id. */
  readonly #files = new Map<string, string>();
  readonly #refused: Listed['refused'] = [];
  readonly #log: Log;
  readonly #loaded: Promise<void>;

  /** Begins to read the files. `dir`: the folder with those of the machine. */
  constructor(dir: string, log: Log) {
    this.#log = log;
    this.#loaded = this.#add(SUPPLIED, false).then(() => this.#add(dir, true));
  }

  async #add(dir: string, isOwn: boolean): Promise<void> {
    const files = (await this.#attempt(dir, () => filesIn(dir))) ?? [];
    const extra = files[FILES_MAX];
    if (extra !== undefined) this.#refuse(extra, refusal(extra, `more than ${FILES_MAX} files in ${dir}`));
    for (const file of files.slice(0, FILES_MAX)) {
      for (const entry of (await this.#attempt(file, () => readEntries(file))) ?? []) {
        this.#entries.set(entry.id, entry);
        if (isOwn) this.#files.set(entry.id, file);
      }
      // Parsing a file takes tens of milliseconds.
      await yieldToOthers();
    }
  }

  async #attempt<T>(file: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.#refuse(file, error instanceof BridgeError ? error : refusal(file, reasonOf(error)));
      return undefined;
    }
  }

  #refuse(file: string, { code, message, word }: BridgeError): void {
    this.#refused.push({ file, message });
    this.#log.warn({ code, ...definedOnly({ word }) }, message);
  }

  /** Returns what to try against the cause of a spike, the best first. */
  async advice(spike: Spike): Promise<Advice[]> {
    await this.#loaded;
    return adviceFor(spike, [...this.#entries.values()], this.#files);
  }

  /** Returns effect and remedies of the checks of the doctor. */
  async remedies(): Promise<ReadonlyMap<DoctorCheck, Advice>> {
    await this.#loaded;
    return remediesOf([...this.#entries.values()], this.#files);
  }

  async list(): Promise<Listed> {
    await this.#loaded;
    const entries = [...this.#entries.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    return {
      entries: entries.map((entry) => toAdvice(entry, this.#files.get(entry.id))),
      refused: this.#refused,
    };
  }
}
