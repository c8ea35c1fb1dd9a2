// Options with which every command reaches a running bridge.
import { type Command, Option } from 'commander';
import { CliError } from '../errors.ts';
import { bridgeUrl } from '../options.ts';
import { PROGRAM } from '../own-command.ts';
import type { BridgeAccess } from './client.ts';

export const DEFAULT_URL = 'http://127.0.0.1:9154';

export interface AccessFlags {
  readonly url: string;
  readonly socket?: string;
  readonly sessionFile?: string;
  /** Removed. */
  readonly token?: string;
}

const GONE = 'secrets are no longer accepted as arguments or from the environment';
const INSTEAD = `omit it on the machine of the bridge; elsewhere add --session-file FILE (see: ${PROGRAM} login --help)`;

export function withSocketOptions(command: Command): Command {
  return command
    .option('--url <url>', 'address of the running bridge', bridgeUrl, DEFAULT_URL)
    .option('--socket <path>', 'unix socket of the bridge; default: found by the port of --url');
}

export function withAccessOptions(command: Command): Command {
  return withSocketOptions(command)
    .option('--session-file <file>', 'file with a token of "rtprobe login --token", for a bridge elsewhere')
    .addOption(new Option('--token <token>').hideHelp());
}

/** Throws E_OPTION_GONE for options of earlier releases. */
export function accessOf({ url, socket, sessionFile, token }: AccessFlags, env = process.env): BridgeAccess {
  if (token !== undefined) throw new CliError('E_OPTION_GONE', `--token was removed: ${GONE}`, INSTEAD);
  if (env.RTPROBE_TOKEN !== undefined && sessionFile === undefined) {
    throw new CliError('E_OPTION_GONE', `RTPROBE_TOKEN is no longer read: ${GONE}`, `unset it; ${INSTEAD}`);
  }
  return { url, ...(socket !== undefined && { socket }), ...(sessionFile !== undefined && { sessionFile }) };
}
