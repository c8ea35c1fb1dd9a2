// How a person runs this command, for messages that name a command to run.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
/** Folders that npm and npx add to PATH for the programs that they start. */
const OF_NPM = /node_modules[/\\]\.bin[/\\]?$|node-gyp-bin[/\\]?$/;

/** Returns "rtprobe" if it is installed, "npx rtprobe" in a checkout, else the script with its Node, as in a container. */
export function ownCommand(path = process.env.PATH ?? ''): string {
  const folders = path.split(delimiter).filter((folder) => folder !== '' && !OF_NPM.test(folder));
  const isFound = (program: string) => folders.some((folder) => existsSync(join(folder, program)));
  if (isFound('rtprobe')) return 'rtprobe';
  if (isFound('npx') && existsSync(join(ROOT, 'node_modules/.bin/rtprobe'))) return 'npx rtprobe';
  return `${process.execPath} ${join(import.meta.dirname, 'main.ts')}`;
}

/** Returns the words with which a service starts this command: absolute paths, since a service has another PATH. */
export function ownProgram(path = process.env.PATH ?? ''): string[] {
  const folders = path.split(delimiter).filter((folder) => folder.startsWith('/') && !OF_NPM.test(folder));
  const installed = folders.map((folder) => join(folder, 'rtprobe')).find((file) => existsSync(file));
  return installed === undefined ? [process.execPath, join(import.meta.dirname, 'main.ts')] : [installed];
}

export const PROGRAM = ownCommand();
