// An agent as a child process that speaks on its standard streams: rtprobe-agent here, or ssh to it.
import { spawn } from 'node:child_process';
import { type Connection, type ConnectionSink, ReconnectingSource } from './reconnecting.ts';
import type { DownReason } from './source.ts';

/** Last words of the child that are kept for the reason it ended. */
const STDERR_MAX = 2048;
const KILL_AFTER_MS = 2000;

/** `command` is argv, run without a shell. */
export class AgentSource extends ReconnectingSource {
  constructor(command: readonly string[]) {
    super(command.join(' '), (sink) => runAgent(command, sink));
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
