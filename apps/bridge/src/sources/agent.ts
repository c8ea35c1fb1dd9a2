// An agent as a child process that speaks on its standard streams: rtprobe-agent here, or ssh to it.
import { spawn } from 'node:child_process';
import { readIdentity } from '../base/identity.ts';
import { type Connection, type ConnectionSink, ReconnectingSource } from './reconnecting.ts';
import type { DownReason, Patience } from './source.ts';
import { Preamble, SSH_CONNECT_S, sshCommand } from './ssh.ts';

/** Last words of the child that are kept for the reason it ended. */
const STDERR_MAX = 2048;
const KILL_AFTER_MS = 2000;
/** To connect, to log in, which name lookups on the other side can take half a minute for, and to answer. */
const SSH_ANSWER_MS = (SSH_CONNECT_S + 60) * 1000;

/** A program on this machine; one that loads from a slow disk needs a moment. */
const LOCAL: Patience = {
  withinMs: 10_000,
  advice: 'run it by hand with --version, and check that it is rtprobe-agent',
};

/** An agent on this machine. `command` is argv, run without a shell. */
export class AgentSource extends ReconnectingSource {
  constructor(command: readonly string[]) {
    super(command.join(' '), LOCAL, (sink) => {
      const identity = readIdentity();
      if (identity) sink.identified(identity);
      return runAgent(command, sink);
    });
  }
}

/** An agent on another machine, through ssh. */
export class SshSource extends ReconnectingSource {
  /** Throws E_SSH_HOST. */
  constructor(destination: string) {
    const command = sshCommand(destination);
    // What fails before the remote command runs, ssh reports on its standard error.
    const advice = `check that "ssh ${destination} rtprobe-agent --version" answers without a question`;
    super(`ssh ${destination}`, { withinMs: SSH_ANSWER_MS, advice }, (sink) => {
      const preamble = new Preamble((identity) => sink.identified(identity));
      return runAgent(command, { ...sink, data: (chunk) => sink.data(preamble.read(chunk)) });
    });
  }
}

function runAgent(command: readonly string[], sink: ConnectionSink): Connection {
  const [program, ...args] = command;
  const child = spawn(program!, args, { shell: false, stdio: ['pipe', 'pipe', 'pipe'] });
  let words = '';
  let failure: NodeJS.ErrnoException | undefined;
  child.on('spawn', () => sink.up());
  child.stdout.on('data', (chunk: Uint8Array) => sink.data(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(-STDERR_MAX);
  });
  // A child that has ended closes its stdin under our feet; its exit is reported below.
  child.stdin.on('error', () => {});
  child.on('error', (error) => {
    failure = error;
  });
  child.on('close', (code, signal) =>
    sink.closed(failure ? startFailure(program!, failure) : exitReason(command, code, signal, words)),
  );
  return {
    output: child.stdin,
    isWritable: () => child.stdin.writable,
    drop: () => child.kill('SIGTERM'),
    close: () =>
      new Promise<void>((resolve) => {
        const kill = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
        child.once('close', () => {
          clearTimeout(kill);
          resolve();
        });
        // The end of its input ends the agent; the signal is for one that hangs.
        child.stdin.end();
        child.kill('SIGTERM');
      }),
  };
}

function startFailure(program: string, error: NodeJS.ErrnoException): DownReason {
  const hint =
    error.code === 'ENOENT'
      ? 'is not installed; build it with `make -C apps/agent` and put it into the PATH'
      : `cannot be started: ${error.message}`;
  return { code: 'E_AGENT_MISSING', message: `${program} ${hint}` };
}

function exitReason(
  command: readonly string[],
  code: number | null,
  signal: NodeJS.Signals | null,
  words: string,
): DownReason {
  const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
  const said = words.trim().split('\n').at(-1);
  return { code: 'E_AGENT_EXIT', message: `${command.join(' ')} ${how}${said ? `: ${said}` : ''}` };
}
