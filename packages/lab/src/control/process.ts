import { Readable, Writable } from 'node:stream';
import { LabError } from '../errors.ts';
import { FRAME, type Frame, PAYLOAD_MAX, STDIN_WINDOW, type TerminalSize } from './wire.ts';

/** Exit status of a process in the guest. */
export interface ExitStatus {
  /** Its exit code; 128 + the signal if a signal ended it, as in a shell. */
  readonly code: number;
  readonly signal?: number;
}

/** What a process needs from its port. */
export interface Channel {
  send(type: number, payload?: Buffer): void;
  pause(): void;
  resume(): void;
  resize(size: TerminalSize): void;
}

/** Bytes of unread output per stream before the port is paused. */
const OUTPUT_HELD = 256 * 1024;

/**
 * A process in the guest. Both outputs must be read or resumed: a full one pauses the port and with it every process of
 * this client, because nothing is dropped.
 */
export class GuestProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Rejects with E_GUEST_EXEC if the process could not start, E_GUEST_LOST if the guest ended. */
  readonly exit: Promise<ExitStatus>;
  readonly #channel: Channel;
  #window = STDIN_WINDOW;
  #waiting: { chunk: Buffer; done: (error?: Error) => void } | undefined;
  #settle!: { resolve: (status: ExitStatus) => void; reject: (error: LabError) => void };
  #ended = false;

  constructor(channel: Channel) {
    this.#channel = channel;
    const output = (): Readable => new Readable({ highWaterMark: OUTPUT_HELD, read: () => channel.resume() });
    this.stdout = output();
    this.stderr = output();
    this.stdin = new Writable({
      write: (chunk: Buffer, _encoding, done) => this.#write(chunk, done),
      final: (done) => {
        if (!this.#ended) channel.send(FRAME.stdin);
        done();
      },
    });
    this.stdin.on('error', () => {}); // the exit code of a process that stopped reading says why
    this.exit = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.exit.catch(() => {}); // reported to whoever awaits it
  }

  /** Sends a signal to the process and its group. */
  kill(signal: number): void {
    if (!this.#ended) this.#channel.send(FRAME.signal, Buffer.from([signal]));
  }

  resize(size: TerminalSize): void {
    if (!this.#ended) this.#channel.resize(size);
  }

  /** Called by the client with each frame of this channel. */
  receive(frame: Frame): void {
    if (frame.type === FRAME.stdout) this.#output(this.stdout, frame.payload);
    else if (frame.type === FRAME.stderr) this.#output(this.stderr, frame.payload);
    else if (frame.type === FRAME.credit) this.#credit(frame.payload.readUInt32LE(0));
    else if (frame.type === FRAME.fail) {
      this.lose(
        new LabError(
          'E_GUEST_EXEC',
          frame.payload.toString(),
          'check that the command is installed in the guest',
        ),
      );
    } else if (frame.type === FRAME.exit)
      this.#exit(frame.payload.readUInt8(0) === 1, frame.payload.readUInt8(1));
  }

  /** Called by the client if the process can no longer report. */
  lose(error: LabError): void {
    this.#end();
    this.#settle.reject(error);
  }

  #exit(killed: boolean, value: number): void {
    this.#end();
    this.#settle.resolve(killed ? { code: 128 + value, signal: value } : { code: value });
  }

  #end(): void {
    this.#ended = true;
    this.stdout.push(null);
    this.stderr.push(null);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.done();
    this.stdin.destroy();
  }

  #output(stream: Readable, bytes: Buffer): void {
    if (!stream.push(bytes)) this.#channel.pause();
  }

  #credit(bytes: number): void {
    this.#window = Math.min(STDIN_WINDOW, this.#window + bytes);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) this.#write(waiting.chunk, waiting.done);
  }

  /** Sends what the window allows, and queues the rest for the next credit. */
  #write(chunk: Buffer, done: (error?: Error) => void): void {
    let rest = chunk;
    while (rest.length && this.#window && !this.#ended) {
      const part = rest.subarray(0, Math.min(rest.length, this.#window, PAYLOAD_MAX));
      this.#channel.send(FRAME.stdin, part);
      this.#window -= part.length;
      rest = rest.subarray(part.length);
    }
    if (rest.length && !this.#ended) this.#waiting = { chunk: rest, done };
    else done();
  }
}
