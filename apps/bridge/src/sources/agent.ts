// An agent as a child process that uses its standard streams: a local rtprobe-agent, or ssh.
import { spawn } from 'node:child_process';
import { readIdentity } from '../base/identity.ts';
import { type Connection, type ConnectionSink, type EndReason, ReconnectingSource } from './reconnecting.ts';
import type { Patience } from './source.ts';
import { Preamble, SSH_CONNECT_S, sshCommand } from './ssh.ts';

/** Maximum bytes of the child's stderr that are kept to explain why it ended. */
const STDERR_MAX = 2048;
const KILL_AFTER_MS = 2000;
/** Time to connect, to log in (name lookups on the other side can take 30 s), and to answer. */
const SSH_ANSWER_MS = (SSH_CONNECT_S + 60) * 1000;

/** A local program, which may have to be loaded from a slow disk. */
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
    // ssh reports failures before the remote command starts on its standard error.
    const advice = `check that "ssh ${destination} rtprobe-agent --version" answers without asking for input`;
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
  // A child that has exited closes its stdin; its exit is reported below.
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
        // End of input stops the agent; the signal stops one that hangs.
        child.stdin.end();
        child.kill('SIGTERM');
      }),
  };
}

function startFailure(program: string, error: NodeJS.ErrnoException): EndReason {
  const code = 'E_AGENT_MISSING';
  if (error.code !== 'ENOENT') return { code, message: `${program} cannot be started: ${error.message}` };
  const todo = 'build it with `make -C apps/agent` and put it into the PATH';
  return { code, message: `${program} is not installed`, todo };
}

function exitReason(
  command: readonly string[],
  code: number | null,
  signal: NodeJS.Signals | null,
  words: string,
): EndReason {
  const how = signal ? `was terminated by ${signal}` : `exited with code ${code}`;
  const said = words.trim().split('\n').at(-1);
  const message = `${command.join(' ')} ${how}${said ? `: ${said}` : ''}`;
  // The shell on the other side found no agent.
  const todo = 'start the bridge with --prepare, which copies the agent there';
  return { code: 'E_AGENT_EXIT', message, ...(command[0] === 'ssh' && code === 127 && { todo }) };
}
