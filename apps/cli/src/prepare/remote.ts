// Runs fixed commands on another machine by the machine's own ssh. No local shell is involved.
import { spawn } from 'node:child_process';
import { sshWords } from '@rtprobe/bridge';
import { CliError } from '../errors.ts';

/** Maximum bytes of the answer that are kept. */
const OUTPUT_MAX = 256 * 1024;

export interface Answer {
  readonly code: number;
  readonly output: string;
  readonly words: string;
}

/** A machine that is reached by ssh, as this user or as root by sudo. */
export interface Remote {
  readonly host: string;
  /** Runs a script of the POSIX shell, without apostrophes, with these bytes as its input. */
  run(script: string, options?: { input?: Buffer; sudo?: boolean; timeoutMs?: number }): Promise<Answer>;
}

/** The script is one word for every login shell. */
export function remoteCommand(script: string, sudo: boolean): string {
  if (script.includes("'")) throw new Error('a script for another machine cannot contain an apostrophe');
  return `exec ${sudo ? 'sudo -n ' : ''}sh -c '${script}'`;
}

/** Throws E_SSH_HOST. */
export function remoteOf(host: string): Remote {
  sshWords(host, 'true');
  return {
    host,
    run: (script, { input = Buffer.alloc(0), sudo = false, timeoutMs = 60_000 } = {}) =>
      new Promise((resolve, reject) => {
        const [program, ...words] = sshWords(host, remoteCommand(script, sudo)) as [string, ...string[]];
        const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutMs });
        let output = '';
        let said = '';
        child.stdout.on('data', (text) => {
          output = (output + text).slice(-OUTPUT_MAX);
        });
        child.stderr.on('data', (text) => {
          said = (said + text).slice(-OUTPUT_MAX);
        });
        child.stdin.on('error', () => {}); // It ended early, and says why.
        child.on('error', (error) =>
          reject(
            new CliError(
              'E_REMOTE',
              `ssh cannot be started: ${error.message}`,
              'apt-get install openssh-client',
            ),
          ),
        );
        child.on('close', (code) => {
          const last = said.trim().split('\n').at(-1) ?? '';
          // 255 is the code of ssh itself.
          if (code === 255 || code === null) {
            const why = code === null ? `no answer within ${timeoutMs / 1000} s` : last;
            const todo = `make "ssh ${host} true" work without asking for input, for example by ssh-copy-id ${host}`;
            reject(new CliError('E_REMOTE', `ssh ${host}: ${why}`, todo));
          } else resolve({ code, output, words: said });
        });
        child.stdin.end(input);
      }),
  };
}
