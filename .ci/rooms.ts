// node .ci/rooms.ts            prints the rooms of kmod/src, their units and which room includes which
// node .ci/rooms.ts --check    prints only what is wrong
//
// Exit codes: 0 nothing is wrong, 1 something is, 2 unusable arguments.
//
// A unit is a .c file and the .h file of its name. The rooms and their order come from the table in
// kmod/src/README.md, lowest first.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './command.ts';

const SOURCES = 'kmod/src/';

/** Maximum columns of a line of C, with a tab as eight. Text that people search for stays on one line, however long. */
const COLUMNS = 100;
const LONG_TEXT = /"(?:[^"\\]|\\.){40,}"/;

/** Texts of C files by their path under kmod/src. */
export type Sources = ReadonlyMap<string, string>;

/** Returns the rooms in the table of the README, lowest first; the room '.' is the folder itself. */
export function roomsOf(readme: string): string[] {
  return [...readme.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]!);
}

export const roomOf = (path: string): string => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '.');

const unitOf = (path: string): string => path.replace(/\.[ch]$/, '');

/** Returns the includes of the module's own files: not those of the kernel, of compat/ or of uapi/. */
function includesOf(text: string): string[] {
  return [...text.matchAll(/^#include "([^"]+)"/gm)]
    .map((match) => match[1]!)
    .filter((path) => !/^(compat|uapi)\//.test(path));
}

/** Returns the units that each unit includes. */
export function graphOf(sources: Sources): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const [path, text] of sources) {
    const unit = unitOf(path);
    const targets = graph.get(unit) ?? new Set();
    for (const include of includesOf(text)) if (unitOf(include) !== unit) targets.add(unitOf(include));
    graph.set(unit, targets);
  }
  return graph;
}

function includeViolations(sources: Sources, rooms: readonly string[]): string[] {
  const lines: string[] = [];
  for (const [path, text] of sources) {
    const place = rooms.indexOf(roomOf(path));
    if (place < 0) lines.push(`${path}: the table of rooms has no ${roomOf(path)}`);
    for (const include of includesOf(text)) {
      if (!sources.has(include)) lines.push(`${path}: includes ${include}, which is no file of a room`);
      else if (rooms.indexOf(roomOf(include)) > place)
        lines.push(`${path}: includes ${include}, of a higher room`);
    }
  }
  return lines;
}

/** Returns a circle of units through `from`; undefined if there is none. */
function circleThrough(graph: ReadonlyMap<string, Set<string>>, from: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [from];
  for (let unit = queue.shift(); unit !== undefined; unit = queue.shift()) {
    for (const next of graph.get(unit) ?? []) {
      if (next === from) {
        const way = [from];
        for (let at = unit; at !== from; at = cameFrom.get(at)!) way.unshift(at);
        return [from, ...way];
      }
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, unit);
      queue.push(next);
    }
  }
  return undefined;
}

/** Returns one circle for each unit that is in a circle not returned before. */
function circles(graph: ReadonlyMap<string, Set<string>>): string[] {
  const named = new Set<string>();
  const lines: string[] = [];
  for (const unit of graph.keys()) {
    const circle = named.has(unit) ? undefined : circleThrough(graph, unit);
    if (!circle) continue;
    for (const member of circle) named.add(member);
    lines.push(`units include each other: ${circle.join(' → ')}`);
  }
  return lines;
}

/** Returns the names of the static functions defined in a file. */
function staticFunctions(text: string): Set<string> {
  const definition = /^static [^;={}()]*?\b(\w+)\([^;{]*\)\s*\{/gm;
  return new Set([...text.matchAll(definition)].map((match) => match[1]!));
}

/** Returns static functions with the same name: an oops and a trace name a function without its file. */
function repeatedNames(sources: Sources): string[] {
  const files = new Map<string, string[]>();
  for (const [path, text] of sources)
    for (const name of path.endsWith('.c') ? staticFunctions(text) : [])
      files.set(name, [...(files.get(name) ?? []), path]);
  return [...files]
    .filter(([, paths]) => paths.length > 1)
    .map(([name, paths]) => `static function ${name} has namesakes: ${paths.join(', ')}`);
}

/** Returns the names of the functions that a header declares, except static ones. */
function declaredFunctions(header: string): Set<string> {
  const code = header.replaceAll(/\/\*[\s\S]*?\*\//g, '');
  return new Set([...code.matchAll(/^(?!static)[a-z_][\w\s*]*?\b(rtp_\w+)\(/gm)].map((match) => match[1]!));
}

/** Returns how often a text names a function, without prose in comments. */
const mentions = (text: string, name: string): number =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, '').split(new RegExp(`\\b${name}\\b`)).length - 1;

/**
 * Returns functions that only their own .c file calls, which should be static. Uses by a macro or an inline function of
 * the header count.
 */
function privateFunctions(sources: Sources): string[] {
  return [...sources]
    .filter(([path]) => path.endsWith('.h'))
    .flatMap(([header, text]) =>
      [...declaredFunctions(text)]
        .filter((name) => mentions(text, name) === 1)
        .filter((name) =>
          [...sources].every(
            ([path, other]) => unitOf(path) === unitOf(header) || mentions(other, name) === 0,
          ),
        )
        .map((name) => `${header}: only its own unit uses ${name}, which should be static`),
    );
}

function longLines(sources: Sources): string[] {
  const lines: string[] = [];
  for (const [path, text] of sources) {
    if (text.includes('Generated by')) continue;
    text.split('\n').forEach((line, index) => {
      const columns = [...line].reduce((at, letter) => (letter === '\t' ? at - (at % 8) + 8 : at + 1), 0);
      if (columns > COLUMNS && !LONG_TEXT.test(line))
        lines.push(`${path}:${index + 1}: ${columns} columns, at most ${COLUMNS}`);
    });
  }
  return lines;
}

/** Returns everything that is wrong, one line each. */
export function violationsOf(sources: Sources, rooms: readonly string[]): string[] {
  return [
    ...includeViolations(sources, rooms),
    ...circles(graphOf(sources)),
    ...repeatedNames(sources),
    ...privateFunctions(sources),
    ...longLines(sources),
  ];
}

function readSources(): Sources {
  const listed = spawnSync('git', ['ls-files', '-co', '--exclude-standard', '--', `${SOURCES}*.[ch]`], {
    cwd: root,
    encoding: 'utf8',
  });
  if (listed.status !== 0) throw new Error(`git ls-files: ${listed.stderr}`);
  const paths = listed.stdout.trim().split('\n');
  return new Map(
    paths.map((path) => [path.slice(SOURCES.length), readFileSync(join(root, path), 'utf8')] as const),
  );
}

const readRooms = (): string[] => roomsOf(readFileSync(join(root, SOURCES, 'README.md'), 'utf8'));

/** Returns everything that is wrong in kmod/src, one line each. */
export const roomViolations = (): string[] => violationsOf(readSources(), readRooms());

/** Returns rooms, units and arrows as text. */
export function picture(sources: Sources, rooms: readonly string[]): string {
  const graph = graphOf(sources);
  const lines: string[] = [];
  for (const room of [...rooms].reverse()) {
    const units = [...graph.keys()].filter((unit) => roomOf(unit) === room).sort();
    const arrows = new Set(units.flatMap((unit) => [...graph.get(unit)!].map(roomOf)));
    arrows.delete(room);
    const below = rooms.filter((other) => arrows.has(other)).join(' ') || 'nothing';
    lines.push(`${room}  (${units.length} units) → ${below}`);
    for (const unit of units) {
      const name = (other: string) => (roomOf(other) === room ? other.slice(other.indexOf('/') + 1) : other);
      const targets = [...graph.get(unit)!].sort().map(name);
      lines.push(`  ${name(unit)}${targets.length ? ` → ${targets.join(' ')}` : ''}`);
    }
  }
  return lines.join('\n');
}

function usage(): string {
  const text = readFileSync(import.meta.filename, 'utf8');
  return text
    .split('\n')
    .filter((_, index, all) => all.slice(0, index + 1).every((line) => line.startsWith('//')))
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join('\n');
}

function main(): number {
  let options: { check?: boolean; help?: boolean };
  try {
    options = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean' } } }).values;
  } catch (error) {
    console.error(`rooms: ${(error as Error).message}\n${usage()}`);
    return 2;
  }
  if (options.help) {
    console.log(usage());
    return 0;
  }
  if (!options.check) console.log(picture(readSources(), readRooms()));
  const violations = roomViolations();
  for (const line of violations) console.error(line);
  return violations.length ? 1 : 0;
}

if (import.meta.main) process.exitCode = main();
