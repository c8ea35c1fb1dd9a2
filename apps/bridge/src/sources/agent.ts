// An agent as a child process that speaks on its standard streams: rtprobe-agent here, or ssh to it.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { AgentFrame, AgentStream } from '@rtprobe/abi';
import { nowMicros } from '../base/clock.ts';
import { Backoff } from './backoff.ts';
import { SEND_BACKLOG_MAX } from './socket.ts';
import type { DownReason, LiveSource, SourceSink } from './source.ts';

/** Last words of the child that are kept for the reason it ended. */
const STDERR_MAX = 2048;
const KILL_AFTER_MS = 2000;

export class AgentSource implements LiveSource {
  readonly kind = 'live';
  readonly title: string;
  readonly #command: readonly string[];
  readonly #backoff = new Backoff();
  #child: ChildProcessWithoutNullStreams | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** Why this side dropped the connection. */
  #dropped: DownReason | undefined;

  /** argv, run without a shell. */
  constructor(command: readonly string[]) {
    this.#command = command;
    this.title = command.join(' ');
  }

  start(sink: SourceSink): void {
    this.#spawn(sink);
  }

  #spawn(sink: SourceSink): void {
    const [program, ...args] = this.#command;
    const child = spawn(program!, args, { shell: false, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    let words = '';
    let failure: NodeJS.ErrnoException | undefined;
    const stream = new AgentStream({
      frame: (kind, payload) => {
        if (kind !== AgentFrame.refused) this.#backoff.succeeded();
        sink.frame(kind, payload, nowMicros());
      },
      error: (code, detail) => sink.fault(code, detail),
    });
    child.on('spawn', () => sink.up());
    child.stdout.on('data', (chunk: Uint8Array) => stream.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString('utf8')).slice(-STDERR_MAX);
    });
    // A child that has ended closes its stdin under our feet; its exit is reported below.
    child.stdin.on('error', () => {});
    child.on('error', (error) => {
      failure = error;
    });
    child.on('close', (code, signal) => {
      stream.end();
      this.#child = undefined;
      if (this.#closed) return;
      const ended = failure ? this.#notStarted(failure) : this.#ended(code, signal, words);
      sink.down(this.#dropped ?? ended);
      this.#dropped = undefined;
      this.#timer = setTimeout(() => this.#spawn(sink), this.#backoff.next());
    });
  }

  #notStarted(error: NodeJS.ErrnoException): DownReason {
    const program = this.#command[0]!;
    const hint =
      error.code === 'ENOENT'
        ? 'is not installed; build it with `make -C apps/agent` and put it into the PATH'
        : `cannot be started: ${error.message}`;
    return { code: 'E_AGENT_MISSING', message: `${program} ${hint}` };
  }

  #ended(code: number | null, signal: NodeJS.Signals | null, words: string): DownReason {
    const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
    const said = words.trim().split('\n').at(-1);
    return { code: 'E_AGENT_EXIT', message: `${this.title} ${how}${said ? `: ${said}` : ''}` };
  }

  send(frame: Uint8Array): boolean {
    const stdin = this.#child?.stdin;
    if (!stdin?.writable || stdin.writableLength > SEND_BACKLOG_MAX) return false;
    stdin.write(frame);
    return true;
  }

  reconnect(reason: DownReason): void {
    this.#dropped = reason;
    this.#child?.kill('SIGTERM');
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (!child) return;
    await new Promise<void>((resolve) => {
      const kill = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
      child.once('close', () => {
        clearTimeout(kill);
        resolve();
      });
      // The end of its input ends the agent; the signal is for one that hangs.
      child.stdin.end();
      child.kill('SIGTERM');
    });
  }
}
