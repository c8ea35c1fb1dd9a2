// The command that runs an agent on another machine. No local shell is involved. ssh joins the remote words with spaces
// for the remote shell, so these words are constant and contain no user input.
import { BridgeError } from '../base/errors.ts';
import { BOOT_ID, MACHINE_ID, type MachineIdentity, toIdentity } from '../base/identity.ts';

/** [user@]host, as a name or an address. Never begins with "-", which ssh would read as an option. */
const destination =
  /^(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}@)?[A-Za-z0-9](?:[A-Za-z0-9.:_-]{0,252}[A-Za-z0-9])?$/;

/**
 * Prints the machine id and the boot id in one line, "-" for a missing one, and then executes the agent. Words outside
 * the quotes mean the same in every login shell.
 */
export const REMOTE_COMMAND = `exec sh -c '${[
  `machine=$(cat ${MACHINE_ID} 2>/dev/null)`,
  `boot=$(cat ${BOOT_ID} 2>/dev/null)`,
  'test -n "$machine" || machine=-',
  'test -n "$boot" || boot=-',
  'echo "rtprobe-host $machine $boot"',
  'exec rtprobe-agent',
].join('; ')}'`;

/** ssh stops connecting after this many seconds and reports why. */
export const SSH_CONNECT_S = 30;

/** Returns argv of ssh for a destination and one constant command. Throws E_SSH_HOST if it is not plainly a host. */
export function sshWords(host: string, command: string): string[] {
  if (!destination.test(host)) {
    throw new BridgeError('E_SSH_HOST', `"${host}" is not a host name`, 'write HOST or USER@HOST', host);
  }
  const connecting = ['-o', 'BatchMode=yes', '-o', `ConnectTimeout=${SSH_CONNECT_S}`];
  const options = [...connecting, '-o', 'ServerAliveInterval=5', '-o', 'ServerAliveCountMax=3', '-T'];
  return ['ssh', ...options, '--', host, command];
}

/** Returns argv of ssh that runs the agent of a destination. Throws E_SSH_HOST. */
export const sshCommand = (host: string): string[] => sshWords(host, REMOTE_COMMAND);

/** Maximum length of output before the line, such as a banner. */
const PREAMBLE_MAX = 8192;
const AGENT_MAGIC_BYTES = Buffer.from('RTP1', 'latin1');

/** Removes the line of REMOTE_COMMAND, and what a login shell printed before it, from the start of a stream. */
export class Preamble {
  readonly #identified: (identity: MachineIdentity) => void;
  #begun: Buffer | undefined = Buffer.alloc(0);

  constructor(identified: (identity: MachineIdentity) => void) {
    this.#identified = identified;
  }

  /** Returns the bytes of the agent. There is no such line if the remote side runs only the agent. */
  read(chunk: Uint8Array): Uint8Array {
    if (!this.#begun) return chunk;
    const bytes = Buffer.concat([this.#begun, chunk]);
    const line = /(?:^|\n)rtprobe-host (\S+) (\S+)\r?\n/.exec(bytes.toString('latin1'));
    if (!line && !bytes.includes(AGENT_MAGIC_BYTES) && bytes.length <= PREAMBLE_MAX) {
      this.#begun = bytes;
      return new Uint8Array();
    }
    this.#begun = undefined;
    const identity = line ? toIdentity(line[1], line[2]) : undefined;
    if (identity) this.#identified(identity);
    return line ? bytes.subarray(line.index + line[0].length) : bytes;
  }
}
