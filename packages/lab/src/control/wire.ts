/** The host's half of guest/wire.h, which documents the frames. */
export const HEADER = 8;
export const PAYLOAD_MAX = 32768;
export const NONCE = 16;
export const STDIN_WINDOW = 65536;

export const FRAME = {
  reset: 1,
  exec: 2,
  stdin: 3,
  signal: 4,
  resize: 5,
  hello: 129,
  stdout: 130,
  stderr: 131,
  exit: 132,
  credit: 133,
  fail: 134,
} as const;

export interface Frame {
  readonly type: number;
  readonly channel: number;
  readonly payload: Buffer;
}

export function encodeFrame(type: number, channel: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const frame = Buffer.alloc(HEADER + payload.length);
  frame.writeUInt8(type, 0);
  frame.writeUInt16LE(channel, 2);
  frame.writeUInt32LE(payload.length, 4);
  payload.copy(frame, HEADER);
  return frame;
}

export interface TerminalSize {
  readonly rows: number;
  readonly cols: number;
}

export interface Command {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly tty?: TerminalSize;
}

/** @throws RangeError if a word contains a NUL or the command does not fit a frame */
export function encodeCommand(command: Command): Buffer {
  const words = [
    command.cwd,
    ...command.argv,
    ...Object.entries(command.env).map(([key, value]) => `${key}=${value}`),
  ];
  if (words.some((word) => word.includes('\0'))) throw new RangeError('a word of the command holds a NUL');
  const head = Buffer.alloc(8);
  head.writeUInt8(command.tty ? 1 : 0, 0);
  head.writeUInt16LE(command.tty?.rows ?? 0, 2);
  head.writeUInt16LE(command.tty?.cols ?? 0, 4);
  head.writeUInt16LE(command.argv.length, 6);
  const payload = Buffer.concat([head, ...words.map((word) => Buffer.from(`${word}\0`))]);
  if (payload.length > PAYLOAD_MAX) throw new RangeError(`the command is longer than ${PAYLOAD_MAX} bytes`);
  return payload;
}

export function encodeSize(size: TerminalSize): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt16LE(size.rows, 0);
  payload.writeUInt16LE(size.cols, 2);
  return payload;
}

/**
 * Finds frames in the guest's output. Bytes before the HELLO with this client's nonce are left over from an earlier
 * client and are skipped.
 */
export class FrameReader {
  #buffered: Buffer = Buffer.alloc(0);
  #synced = false;
  readonly #nonce: Buffer;

  constructor(nonce: Buffer) {
    this.#nonce = nonce;
  }

  /** @throws Error if bytes after the HELLO are not a frame: bytes of the port were lost */
  push(chunk: Buffer): Frame[] {
    this.#buffered = this.#buffered.length ? Buffer.concat([this.#buffered, chunk]) : chunk;
    if (!this.#synced && !this.#sync()) return [];
    const frames: Frame[] = [];
    while (this.#buffered.length >= HEADER) {
      const type = this.#buffered.readUInt8(0);
      const length = this.#buffered.readUInt32LE(4);
      if (type < FRAME.hello || type > FRAME.fail || length > PAYLOAD_MAX) {
        throw new Error(`the control port carries no frame: type ${type}, length ${length}`);
      }
      if (this.#buffered.length < HEADER + length) break;
      const payload = this.#buffered.subarray(HEADER, HEADER + length);
      frames.push({ type, channel: this.#buffered.readUInt16LE(2), payload });
      this.#buffered = this.#buffered.subarray(HEADER + length);
    }
    return frames;
  }

  #sync(): boolean {
    const at = this.#buffered.indexOf(this.#nonce);
    if (at < HEADER) {
      this.#buffered = this.#buffered.subarray(Math.max(0, this.#buffered.length - HEADER - NONCE));
      return false;
    }
    this.#buffered = this.#buffered.subarray(at - HEADER);
    this.#synced = true;
    return true;
  }
}
