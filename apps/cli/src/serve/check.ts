// Finds what is wrong with the options of the bridge before it is started with them.
import { checkBridgeOptions } from '@rtprobe/bridge';
import type { Command } from 'commander';
import { CliError } from '../errors.ts';
import type { PrepareFlags } from '../prepare/prepare.ts';
import { type Config, type ConfigFault, describeFault, mergeConfig, readConfig } from './config-file.ts';
import { type ServeFlags, serveOptionsOf } from './flags.ts';
import { bridgeOptionsOf, type ServeOptions, sourceOf } from './serve.ts';
import type { SourceWord } from './source.ts';

export type Flags = ServeFlags &
  PrepareFlags & { readonly source: readonly SourceWord[]; readonly open?: boolean };

/** Throws what the bridge would throw at its start, without starting it. */
export function checkServeOptions(options: ServeOptions): void {
  checkBridgeOptions(bridgeOptionsOf(options));
}

/** Throws E_NO_SOURCE. */
function requireSource(flags: Partial<Flags>): Flags {
  if (flags.source !== undefined && flags.source.length > 0) return flags as Flags;
  throw new CliError(
    'E_NO_SOURCE',
    'no source named',
    'add --source agent, or --source lab; --help lists all',
  );
}

/** Returns the options of the command line and of its file. Throws all faults of the file, with the code of the first. */
export function readFlags(command: Command): Flags {
  const file = command.getOptionValue('config') as string | undefined;
  if (file === undefined) return requireSource(command.opts<Partial<Flags>>());
  const config = readConfig(file, command);
  const [first] = config.faults;
  if (first !== undefined) {
    const all = config.faults.map((fault) => describeFault(fault)).join('\n');
    throw new CliError(
      first.code,
      `${file} is not valid\n${all}`,
      `correct it: rtprobe check-config ${file}`,
    );
  }
  return requireSource(mergeConfig<Partial<Flags>>(command, config));
}

/** Names of options in the file by the names that the bridge has for them. */
const NAMES: Readonly<Record<string, string>> = {
  sources: 'source',
  origins: 'origin',
  recordTo: 'record',
};

/** Returns the line of the option that the bridge refuses: of "origins", of "sources.1.host", or with the value. */
function lineOf({ lines }: Config, word: string): number | undefined {
  const [first = '', index] = word.split('.');
  const named = lines.filter(({ name }) => name === (NAMES[first] ?? first));
  const line = named[Number(index)] ?? named[0] ?? lines.find(({ value }) => value.includes(word));
  return line?.number;
}

/** Returns what is wrong with the options together. */
function faultOfAll(file: string, config: Config, command: Command): ConfigFault[] {
  try {
    const { source, ...flags } = requireSource(mergeConfig<Partial<Flags>>(command, config));
    checkServeOptions(
      serveOptionsOf(
        flags,
        source.map((word) => sourceOf(word, flags.speed)),
        false,
      ),
    );
    return [];
  } catch (error) {
    const { code, what, message, todo, remedy = todo, word } = error as Error & Record<string, string>;
    if (code === undefined) throw error;
    const line = word === undefined ? undefined : lineOf(config, word);
    const place = { file, ...(line !== undefined && { line }), ...(word !== undefined && { word }) };
    return [{ code, ...place, message: what ?? message, ...(remedy !== undefined && { remedy }) }];
  }
}

/** Returns what is wrong with each line of a file, else with its options together. */
export function faultsOf(file: string, command: Command): readonly ConfigFault[] {
  const config = readConfig(file, command);
  return config.faults.length > 0 ? config.faults : faultOfAll(file, config, command);
}

/** Checks a file and prints the result. Returns true if a bridge can be started with it. */
export function checkConfig(file: string, command: Command, json: boolean): boolean {
  const faults = faultsOf(file, command);
  const ok = faults.length === 0;
  if (json) console.log(JSON.stringify({ file, ok, faults }));
  else if (ok) console.log(`${file}: ok`);
  else for (const fault of faults) console.error(describeFault(fault));
  return ok;
}
