// Joins the frames of a facts answer. docs/reference/agent-stream.md describes the text.
import { decodeText } from '@rtprobe/abi';

/** The agent's limit is 512 KiB. */
const ANSWER_MAX = 1024 * 1024;

export interface FactsAnswer {
  /** The frames as they arrived. */
  readonly frames: readonly Uint8Array[];
  readonly text: string;
  /** Number of lines and values that exceeded a limit of the agent. */
  readonly leftOut: number;
}

const END = /(?:^|\n)end (\d{1,9})\n$/;

export class AnswerCollector {
  #frames: Uint8Array[] = [];
  #bytes = 0;

  /** Returns the answer after its last frame. An answer without its beginning, or one that is too long, is dropped. */
  add(payload: Uint8Array): FactsAnswer | undefined {
    const text = decodeText(payload);
    if (text.startsWith('begin\n')) this.clear();
    else if (this.#frames.length === 0) return undefined;
    this.#frames.push(payload.slice());
    this.#bytes += payload.length;
    const end = END.exec(text);
    if (this.#bytes > ANSWER_MAX) {
      this.clear();
      return undefined;
    }
    if (!end) return undefined;
    const frames = this.#frames;
    this.clear();
    return { frames, text: decodeText(Buffer.concat(frames)), leftOut: Number(end[1]) };
  }

  clear(): void {
    this.#frames = [];
    this.#bytes = 0;
  }
}
