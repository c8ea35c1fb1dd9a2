// Runs the real binary as a child process, over its standard streams or its socket.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AGENT_HEADER_LEN, AGENT_MAGIC, AgentFrame } from '@rtprobe/abi';

export const directory = fileURLToPath(new URL('..', import.meta.url));
export const binary = `${directory}rtprobe-agent`;
const ANSWER_MS = 5000;

export interface Frame {
  kind: number;
  payload: Buffer;
}

export function build(): void {
  execFileSync('make', ['-s', '-C', directory], { stdio: ['ignore', 'inherit', 'inherit'] });
}

export function frame(
  kind: number,
  payload: Uint8Array = new Uint8Array(0),
  length = payload.length,
): Buffer {
  const header = Buffer.alloc(AGENT_HEADER_LEN);
  header.writeUInt32LE(AGENT_MAGIC, 0);
  header.writeUInt16LE(kind, 4);
  header.writeUInt32LE(length, 8);
  return Buffer.concat([header, payload]);
}

export const hello = frame(AgentFrame.hello);

/** Returns a netlink message: nlmsghdr, genlmsghdr and nothing else. */
export function netlink(type: number, command = 1): Buffer {
  const message = Buffer.alloc(20);
  message.writeUInt32LE(message.length, 0);
  message.writeUInt16LE(type, 4);
  message.writeUInt16LE(1, 6);
  message.writeUInt8(command, 16);
  return message;
}

/** Reads whole frames from a byte stream, and fails on anything else: the agent never sends garbage. */
export class Frames {
  #bytes = Buffer.alloc(0);
  readonly #ready: Frame[] = [];

  push(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    while (this.#bytes.length >= AGENT_HEADER_LEN) {
      const length = this.#bytes.readUInt32LE(8);
      if (this.#bytes.readUInt32LE(0) !== AGENT_MAGIC)
        throw new Error('the agent sent bytes that are not a frame');
      if (this.#bytes.length < AGENT_HEADER_LEN + length) return;
      const payload = this.#bytes.subarray(AGENT_HEADER_LEN, AGENT_HEADER_LEN + length);
      this.#ready.push({ kind: this.#bytes.readUInt16LE(4), payload });
      this.#bytes = this.#bytes.subarray(AGENT_HEADER_LEN + length);
    }
  }

  /** Bytes of an incomplete frame. */
  get unfinished(): number {
    return this.#bytes.length;
  }

  async next(): Promise<Frame> {
    for (const end = Date.now() + ANSWER_MS; Date.now() < end; await sleep(5)) {
      const first = this.#ready.shift();
      if (first) return first;
    }
    throw new Error(`the agent sent nothing for ${ANSWER_MS} ms`);
  }

  /** Returns the stable code of the next frame, which must be a refusal. */
  async nextCode(): Promise<string> {
    const { kind, payload } = await this.next();
    if (kind !== AgentFrame.refused) throw new Error(`frame ${kind} where a refusal was expected`);
    return payload.toString().split(' ', 1)[0] ?? '';
  }

  async nothingMore(): Promise<boolean> {
    await sleep(100);
    return this.#ready.length === 0 && this.unfinished === 0;
  }
}

export class RunningAgent {
  readonly process: ChildProcess;
  readonly frames = new Frames();
  stderr = '';

  /** Arguments of the agent, or a whole command that starts it. */
  constructor(...args: string[] | [string[]]) {
    const [program, ...words] = Array.isArray(args[0]) ? args[0] : [binary, ...(args as string[])];
    this.process = spawn(program!, words, { stdio: 'pipe' });
    this.process.stdout?.on('data', (chunk: Buffer) => this.frames.push(chunk));
    this.process.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk;
    });
    this.process.stdin?.on('error', () => {});
  }

  write(...chunks: Uint8Array[]): void {
    this.process.stdin?.write(Buffer.concat(chunks));
  }

  /** Returns the exit code, once the agent has exited. */
  async ended(): Promise<number | null> {
    if (this.process.exitCode === null) await once(this.process, 'close');
    return this.process.exitCode;
  }

  /** Says hello and skips both answers. */
  async greet(): Promise<void> {
    this.write(hello);
    await this.frames.next();
    await this.frames.next();
  }

  stop(): void {
    if (this.process.exitCode === null) this.process.kill('SIGKILL');
  }
}

export class Client {
  readonly frames = new Frames();
  readonly socket: Socket;
  closed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.frames.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
    });
  }

  static async connect(path: string): Promise<Client> {
    for (let tries = 0; ; tries++) {
      try {
        const socket = createConnection(path);
        const client = new Client(socket);
        await once(socket, 'connect');
        return client;
      } catch (error) {
        // Until it listens, the agent has no socket yet, or one that refuses.
        if (tries === 200) throw error;
        await sleep(10);
      }
    }
  }
}
