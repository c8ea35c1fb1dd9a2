// Finds the result file that a command writes, by its own options.
import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { RESULT_TEXT_MAX } from '@rtprobe/protocol';

/** Returns the value of `--name=VALUE` or `--name VALUE`. */
function option(words: readonly string[], name: string): string | undefined {
  const at = words.findIndex((word) => word === name || word.startsWith(`${name}=`));
  if (at < 0) return undefined;
  const word = words[at]!;
  return word === name ? words[at + 1] : word.slice(name.length + 1);
}

/** Returns the path of the file; undefined if the command has no such option. */
export function resultFileOf(command: readonly string[]): string | undefined {
  const tool = command.findIndex((word) => /^(cyclictest|oslat|jitterdebugger)$/.test(basename(word)));
  if (tool < 0) return undefined;
  const words = command.slice(tool + 1);
  if (basename(command[tool]!) !== 'jitterdebugger')
    return option(words, '--json') ?? option(words, '--histfile');
  const folder = option(words, '--output') ?? option(words, '-o');
  return folder && join(folder, 'results.json');
}

/** Returns the text of a file that was written after `since` (ms); undefined if there is none, or if it is too long. */
export function readNewFile(path: string | undefined, since: number): string | undefined {
  const found = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  // File systems store times more coarsely than the clock has them.
  if (!found?.isFile() || found.size > RESULT_TEXT_MAX || found.mtimeMs < since - 1000) return undefined;
  return readFileSync(path!, 'utf8');
}
