import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { LabError } from '../errors.ts';
import { GuestProcess } from './process.ts';
import {
  type Command,
  encodeCommand,
  encodeFrame,
  encodeSize,
  FRAME,
  type Frame,
  FrameReader,
  NONCE,
} from './wire.ts';

/** Interval in ms of RESET until the guest has opened its end. */
const HELLO_EVERY = 250;

export interface OpenOptions {
  readonly signal?: AbortSignal;
  /** Returns the end of the console; called if the guest is lost. */
  readonly lastWords?: () => string;
}

/**
 * The host's end of a guest's control port; one client at a time starts processes in the guest. When it closes, the
 * guest ends those processes.
 */
export class ControlClient {
  readonly #socket: Socket;
  readonly #lastWords: (() => string) | undefined;
  readonly #processes = new Map<number, GuestProcess>();
  readonly #lostListeners = new Set<(error: LabError) => void>();
  #nextChannel = 1;
  #lost: LabError | undefined;
  #closing = false;
  /** Kernel release of the guest. */
  readonly release: string;

  private constructor(
    socket: Socket,
    reader: FrameReader,
    release: string,
    early: readonly Frame[],
    lastWords?: () => string,
  ) {
    this.#socket = socket;
    this.#lastWords = lastWords;
    this.release = release;
    for (const frame of early) this.#dispatch(frame);
    socket.removeAllListeners('data');
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const frame of reader.push(chunk)) this.#dispatch(frame);
      } catch (error) {
        this.#fail(String(error));
        socket.destroy();
      }
    });
    socket.on('close', () => this.#fail('the guest closed its control port'));
  }

  /**
   * Connects and waits for the guest's reply.
   *
   * @param timeout milliseconds
   * @throws LabError E_GUEST_LOST if there is no reply: the guest is not booted yet, ended, or used by another client
   */
  static open(
    path: string,
    timeout: number,
    { signal, lastWords }: OpenOptions = {},
  ): Promise<ControlClient> {
    const nonce = randomBytes(NONCE);
    const reader = new FrameReader(nonce);
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      const fail = (why: string): void => {
        stop();
        socket.destroy();
        reject(
          new LabError('E_GUEST_LOST', why, 'check that the guest runs and that no other client uses it'),
        );
      };
      const ask = (): void => void socket.write(encodeFrame(FRAME.reset, 0, nonce));
      const again = setInterval(() => socket.writableLength === 0 && ask(), HELLO_EVERY);
      const late = setTimeout(
        () => fail(`no answer on the control port within ${timeout / 1000} s`),
        timeout,
      );
      const aborted = (): void => fail('given up');
      const stop = (): void => {
        clearInterval(again);
        clearTimeout(late);
        signal?.removeEventListener('abort', aborted);
        socket.removeAllListeners();
        socket.on('error', () => {}); // the following close event reports it
      };
      signal?.addEventListener('abort', aborted);
      socket.on('connect', ask);
      socket.on('error', (error) => fail(`control port: ${error.message}`));
      socket.on('close', () => fail('the guest closed its control port'));
      socket.on('data', (chunk: Buffer) => {
        const frames = reader.push(chunk);
        const hello = frames.find((frame) => frame.type === FRAME.hello);
        if (!hello) return;
        stop();
        const release = hello.payload.subarray(NONCE).toString();
        resolve(new ControlClient(socket, reader, release, frames, lastWords));
      });
    });
  }

  /** Starts a process. Promises of the process report its end, or that it did not start. */
  start(command: Command): GuestProcess {
    if (this.#lost) throw this.#lost;
    const channel = this.#freeChannel();
    const send = (type: number, payload?: Buffer): void =>
      void this.#socket.write(encodeFrame(type, channel, payload));
    const guestProcess = new GuestProcess({
      send,
      // Standard output is read as fast as it is consumed: the whole port waits for the slowest process.
      pause: () => this.#socket.pause(),
      resume: () => this.#socket.resume(),
      resize: (size) => send(FRAME.resize, encodeSize(size)),
    });
    this.#processes.set(channel, guestProcess);
    send(FRAME.exec, encodeCommand(command));
    return guestProcess;
  }

  /** Calls the listener once when the guest has ended. */
  onLost(listener: (error: LabError) => void): void {
    if (this.#lost) listener(this.#lost);
    else this.#lostListeners.add(listener);
  }

  close(): void {
    this.#closing = true;
    this.#socket.destroy();
  }

  #freeChannel(): number {
    do {
      this.#nextChannel = (this.#nextChannel % 0xffff) + 1;
    } while (this.#processes.has(this.#nextChannel));
    return this.#nextChannel;
  }

  #dispatch(frame: Frame): void {
    const guestProcess = this.#processes.get(frame.channel);
    if (!guestProcess) return; // the HELLO, and its repetitions
    guestProcess.receive(frame);
    if (frame.type === FRAME.exit || frame.type === FRAME.fail) this.#processes.delete(frame.channel);
  }

  #fail(why: string): void {
    if (this.#lost) return;
    const said = this.#closing ? '' : this.#lastWords?.();
    const message = said ? `${why}; its console ended with:\n${said}` : why;
    this.#lost = new LabError('E_GUEST_LOST', message, 'see the console: the kernel may have crashed');
    for (const guestProcess of this.#processes.values()) guestProcess.lose(this.#lost);
    this.#processes.clear();
    for (const listener of this.#lostListeners) listener(this.#lost);
  }
}
