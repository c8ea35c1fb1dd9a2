// The file with the options of `rtprobe serve`. Each line is the name of an option and its value; the options of the
// command line are the only list of names, so the file has the same names, values, limits and defaults.
import { readBounded } from '@rtprobe/bridge';
import { visibleText } from '@rtprobe/metrics';
import { type Command, InvalidArgumentError, type Option } from 'commander';
import type { CliErrorCode } from '../errors.ts';

export const CONFIG_FILE = '/etc/rtprobe/bridge.conf';

const BYTES_MAX = 1 << 20;
/** Characters of a file that a message repeats. */
const SHOWN_MAX = 64;
const shown = (word: string): string =>
  visibleText(word.length > SHOWN_MAX ? `${word.slice(0, SHOWN_MAX)}…` : word);

/** With the code of a line, or that with which the bridge refuses the options together. */
export interface ConfigFault<Code extends string = string> {
  readonly code: Code;
  readonly file: string;
  /** Missing if the fault is not of one line. */
  readonly line?: number;
  /** The offending word. */
  readonly word?: string;
  readonly message: string;
  readonly remedy?: string;
}

/** A line NAME = VALUE. */
export interface Line {
  readonly number: number;
  readonly name: string;
  readonly value: string;
}

export interface Config {
  /** Values by the attribute names of commander. */
  readonly values: ReadonlyMap<string, unknown>;
  /** The lines that set them. */
  readonly lines: readonly Line[];
  readonly faults: readonly ConfigFault<CliErrorCode>[];
}

/** Returns the options that a file can set: all of the command, except the one that names the file. */
export function configurable(command: Command): Option[] {
  return command.options.filter(({ long, hidden }) => long !== '--config' && !hidden);
}

/** Returns the name of an option in the file: that of the command line without its dashes. */
export const configName = ({ long }: Option): string => long!.slice('--'.length);

const SWITCH = { yes: true, no: false } as const;

/** Returns the value of an option; throws InvalidArgumentError. */
function parseValue(option: Option, text: string, before: unknown): unknown {
  if (option.required) return option.parseArg ? option.parseArg(text, before) : text;
  if (text !== 'yes' && text !== 'no') throw new InvalidArgumentError('It must be yes or no.');
  return SWITCH[text] !== option.negate;
}

/** Splits the text into lines with a name. A comment begins with # at the start of a line or after a space. */
function* linesOf(text: string): Generator<Line | { readonly number: number; readonly wrong: string }> {
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/(^|\s)#.*$/, '').trim();
    if (line === '') continue;
    const number = index + 1;
    const [, name, value] = /^([a-z][a-z-]*)\s*=\s*(\S.*)$/.exec(line) ?? [];
    yield name === undefined || value === undefined ? { number, wrong: line } : { number, name, value };
  }
}

/** Parses the text of a file. Every line is checked, also after a wrong one. */
export function parseConfig(text: string, file: string, command: Command): Config {
  const options = new Map(configurable(command).map((option) => [configName(option), option]));
  const values = new Map<string, unknown>();
  const lines: Line[] = [];
  const faults: ConfigFault<CliErrorCode>[] = [];
  for (const line of linesOf(text)) {
    const fault = (code: CliErrorCode, word: string, message: string, remedy: string) =>
      faults.push({ code, file, line: line.number, word: shown(word), message, remedy: visibleText(remedy) });
    if ('wrong' in line) {
      fault(
        'E_CONFIG_SYNTAX',
        line.wrong,
        'not NAME = VALUE',
        'write one option per line, such as base = /rt',
      );
      continue;
    }
    const { name, value } = line;
    const option = options.get(name);
    if (option === undefined) {
      const remedy = 'rtprobe check-config --example prints all names';
      fault('E_CONFIG_NAME', name, `there is no option ${shown(name)}`, remedy);
      continue;
    }
    const attribute = option.attributeName();
    const before = values.get(attribute);
    try {
      const parsed = parseValue(option, value, before);
      // An option that may be repeated collects its values.
      if (before !== undefined && !Array.isArray(parsed)) {
        const remedy = `remove this line or line ${lines.find((other) => other.name === name)!.number}`;
        fault('E_CONFIG_TWICE', name, `${name} is given twice`, remedy);
        continue;
      }
      values.set(attribute, parsed);
      lines.push(line);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      fault('E_CONFIG_VALUE', value, `${name} does not accept ${shown(value)}`, error.message);
    }
  }
  return { values, lines, faults };
}

/** Reads a file. A file that cannot be read is a fault, too. */
export function readConfig(file: string, command: Command): Config {
  let text: string;
  try {
    text = readBounded(file, BYTES_MAX).toString('utf8');
  } catch (error) {
    const message = `cannot be read: ${(error as Error).message}`;
    const fault: ConfigFault<CliErrorCode> = {
      code: 'E_CONFIG_FILE',
      file,
      word: file,
      message,
      remedy: 'name a file that this user may read',
    };
    return { values: new Map(), lines: [], faults: [fault] };
  }
  return parseConfig(text, file, command);
}

/** Returns the options in force: those of the command line, else those of the file, else the defaults. */
export function mergeConfig<T extends object>(command: Command, { values }: Config): T {
  const merged: Record<string, unknown> = {};
  for (const option of command.options) {
    const attribute = option.attributeName();
    const given = command.getOptionValueSource(attribute) === 'cli';
    if (given || !values.has(attribute)) merged[attribute] = command.getOptionValue(attribute);
    else merged[attribute] = values.get(attribute);
  }
  return merged as T;
}

/** Formats a fault as compilers do, so that editors find the line. */
export function describeFault({ code, file, line, message, remedy }: ConfigFault): string {
  const place = line === undefined ? file : `${file}:${line}`;
  return `${place}: ${code}: ${message}${remedy === undefined ? '' : `\n  → ${remedy}`}`;
}

const EXAMPLE_HEAD = `# Options of "rtprobe serve", read by rtprobe.service. Each is also an option of the command line.
#
#   NAME = VALUE       one per line; "source" and "origin" may be repeated
#   NAME = yes         for options without a value
#
# Check the file:  rtprobe check-config
# Then apply it:   systemctl reload rtprobe
`;

const WIDTH = 110;

function wrapped(text: string): string {
  const lines = ['#'];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`;
    if (longer.length > WIDTH) lines.push(`# ${word}`);
    else lines[lines.length - 1] = longer;
  }
  return lines.join('\n');
}

/** Returns a file that names every option with its meaning and default. `set` are the options that are not comments. */
export function exampleConfig(command: Command, set: Readonly<Record<string, string>> = {}): string {
  const parts = configurable(command).map((option) => {
    const name = configName(option);
    const given = option.defaultValueDescription ?? option.defaultValue;
    const isDefault = typeof given === 'string' || typeof given === 'number';
    const argument = option.required ? /<(.*)>/.exec(option.flags)![1]!.toUpperCase() : 'no';
    const value = set[name] ?? (option.required && isDefault ? String(given) : argument);
    return `${wrapped(option.description)}\n${name in set ? '' : '# '}${name} = ${value}`;
  });
  return `${EXAMPLE_HEAD}\n${parts.join('\n\n')}\n`;
}
