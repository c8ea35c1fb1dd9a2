import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { LabError } from '../errors.ts';

/** Commands to a running QEMU (its machine protocol, QMP); one after the other. */
export class Qmp {
  readonly #socket: Socket;
  readonly #lines: AsyncIterator<string>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    // Both the iterator and the next command report an error.
    socket.on('error', () => {});
    this.#lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  }

  /** Connects to a socket that exists. @throws LabError E_BOOT if QEMU ends */
  static async open(path: string): Promise<Qmp> {
    const qmp = new Qmp(connect(path));
    await qmp.run('qmp_capabilities');
    return qmp;
  }

  /** Returns the result of a command. @throws LabError E_BOOT with QEMU's reason */
  async run(execute: string, args: object = {}): Promise<Record<string, unknown>> {
    this.#socket.write(`${JSON.stringify({ execute, arguments: args })}\n`);
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new LabError('E_BOOT', `QEMU ended during ${execute}`, 'try again');
      const message = JSON.parse(value) as { return?: Record<string, unknown>; error?: { desc: string } };
      if (message.error)
        throw new LabError('E_BOOT', `QEMU refuses ${execute}: ${message.error.desc}`, 'see the message');
      // Anything else is the greeting or an event.
      if (message.return) return message.return;
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}
