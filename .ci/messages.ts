// Messages of the dashboard that its source never uses, and texts with more than one key. Knip cannot find the unused
// ones, because they are properties of one object.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './command.ts';

/** Folders whose strings are keys of messages, or values that complete one. */
const FOLDERS = ['apps/dashboard/src', 'packages/protocol/src', 'packages/metrics/src', 'packages/trace/src'];
/** The messages themselves; here every key is a string. */
const MESSAGES = 'apps/dashboard/src/i18n/messages/';

/** Returns the texts of the files that can use a message, without tests. */
export function sourcesOfMessages(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((name) => /(?<!\.test)\.tsx?$/.test(name) && !name.startsWith(MESSAGES))
      .map((name) => readFileSync(join(root, name), 'utf8')),
  );
}

/** Returns a pattern of the keys that a template such as `nav.${page}` can give, with one group for each hole. */
const patternOf = (template: string): RegExp =>
  new RegExp(
    `^${template
      .split(/\$\{[^}]*\}/)
      .map((piece) => piece.replaceAll('.', '\\.'))
      .join('([\\w-]+)')}$`,
  );

const withoutComments = (source: string): string => source.replaceAll(/^\s*(?:\/\/|\/\*|\*).*$/gm, '');

/**
 * Returns the keys that no source uses. A source uses a key by a string, or by a template that can give it, such as
 * `nav.${page}`; then the words in the holes must be strings of some source.
 */
export function unusedMessages(keys: readonly string[], sources: readonly string[]): string[] {
  const strings = new Set<string>();
  const templates = new Map<string, RegExp>();
  for (const source of sources.map(withoutComments)) {
    for (const [, text] of source.matchAll(/['"]([\w.-]+)['"]/g)) strings.add(text!);
    for (const [, text] of source.matchAll(/`(\w+\.(?:[\w.-]|\$\{[^`{}]*\})*)`/g))
      templates.set(text!, patternOf(text!));
  }
  const patterns = [...templates.values()];
  const isComposed = (key: string) =>
    patterns.some((pattern) => {
      const holes = pattern.exec(key)?.slice(1);
      return holes?.every((value) => strings.has(value)) ?? false;
    });
  return keys.filter((key) => !strings.has(key) && !isComposed(key));
}

/**
 * Returns the keys of sentences and templates that are equal in all languages, whatever the names of their values. Names
 * of one or two words may be repeated: a column and a field are translated by themselves.
 */
export function twins(all: Readonly<Record<string, readonly string[]>>): string[][] {
  const keysOf = new Map<string, string[]>();
  for (const [key, languages] of Object.entries(all)) {
    const text = languages.join('\n').replaceAll(/\{\w+\}/g, '{}');
    if (text.includes('{}') || languages[0]!.split(' ').length > 2)
      keysOf.set(text, [...(keysOf.get(text) ?? []), key]);
  }
  return [...keysOf.values()].filter((keys) => keys.length > 1);
}
