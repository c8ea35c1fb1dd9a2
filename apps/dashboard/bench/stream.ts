// Frames of the synthetic host, made once and sent repeatedly with new times, so that making them takes no time during
// the measurement.
import { type FrameHeader, FrameKind, FrameWriter, readFrame } from '@rtprobe/protocol';
import type { SyntheticHost } from '../tests/synthetic.ts';

function headerBytes(header: FrameHeader): Uint8Array {
  const writer = new FrameWriter();
  writer.begin(header);
  // Without the zero that ends the rows.
  return writer.finish().subarray(0, -1);
}

export class FrameStream {
  readonly #bodies: Uint8Array[] = [];
  readonly #spanUs: number;
  #seq: number;
  #time: number;
  /** Average over all bodies. */
  rowsPerFrame = 0;
  bytesPerFrame = 0;

  /** Makes `count` frames of the host; frames that are sent continue from them. */
  constructor(host: SyntheticHost, spanUs: number, count: number) {
    this.#spanUs = spanUs;
    let rows = 0;
    let last: FrameHeader | undefined;
    for (let i = 0; i < count; i++) {
      const { frame } = host.advance(spanUs);
      readFrame(frame, {
        begin: (header) => {
          last = header;
        },
        row: () => rows++,
      });
      this.#bodies.push(frame.subarray(headerBytes(last!).length));
    }
    this.#seq = last!.seq;
    this.#time = last!.time;
    this.rowsPerFrame = rows / count;
    this.bytesPerFrame = this.#bodies.reduce((sum, body) => sum + body.length, 0) / count;
  }

  get seq(): number {
    return this.#seq;
  }

  /** Returns a keyframe with the totals of the host, which a page needs before the frames. */
  follow(host: SyntheticHost): Uint8Array {
    const frame = host.keyframe();
    readFrame(frame, {
      begin: ({ seq, time }) => {
        this.#seq = seq;
        this.#time = time;
      },
      row: () => {},
    });
    return frame;
  }

  next(): Uint8Array {
    this.#seq++;
    this.#time += this.#spanUs;
    const head = headerBytes({
      kind: FrameKind.delta,
      host: 0,
      seq: this.#seq,
      time: this.#time,
      spanUs: this.#spanUs,
      epoch: 1,
    });
    const body = this.#bodies[this.#seq % this.#bodies.length]!;
    const frame = new Uint8Array(head.length + body.length);
    frame.set(head);
    frame.set(body, head.length);
    return frame;
  }
}
