// The player of the recording on screen: plays, pauses, moves it. Its position on the bridge is the same for everybody.
import { createStore, type StoreApi } from 'zustand/vanilla';
import { Signal } from '../base/signal.ts';
import type { Changes } from '../remote/changes.ts';
import { type RemoteError, remoteError } from '../remote/remote.ts';
import type { Host, Replay } from '../stream/host.ts';
import type { CurrentHost } from './current-host.ts';
import type { FrozenScreen } from './frozen-screen.ts';

/** Speeds that the page offers. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64] as const;
/** How far the arrow keys move. */
const MOVE_US = 10e6;
/** Least time between two positions that are sent while a person drags. */
const SEND_EVERY_MS = 400;

interface Parts {
  host: CurrentHost;
  screen: Pick<FrozenScreen, 'resume'>;
  changes: Pick<Changes, 'make'>;
  /** Selects a spike, or none. */
  select(spike: string | undefined): void;
}

interface Answer {
  host: string;
  replay: Replay;
  spike?: string;
}

interface State {
  /** Where a person moved the recording, until the bridge has answered; µs from its beginning. */
  target: number | undefined;
  error: RemoteError | undefined;
  /** There is no further spike in the direction of the last step. */
  noSpike: boolean;
}

export class Player {
  readonly store: StoreApi<State> = createStore<State>(() => ({
    target: undefined,
    error: undefined,
    noSpike: false,
  }));
  /** The bridge moved the recording: what was read over REST is of another time. */
  readonly moved = new Signal();
  readonly #parts: Parts;
  #sending = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Returns whether the host on screen is a recording. */
  get active(): boolean {
    return this.#parts.host()?.info.replay !== undefined;
  }

  toggle(): void {
    const replay = this.#parts.host()?.info.replay;
    if (replay === undefined) return;
    // Plays from the beginning.
    if (replay.ended === true) this.#parts.select(undefined);
    void this.#change('/replay', { paused: !replay.paused });
  }

  setSpeed(speed: number): void {
    void this.#change('/replay', { speed });
  }

  /** Moves to a position, in µs from the beginning. While the bridge is slow, only the newest position is sent. */
  seek(position: number): void {
    const replay = this.#parts.host()?.info.replay;
    if (replay === undefined) return;
    // At another time the spike may not have happened yet.
    this.#parts.select(undefined);
    this.store.setState({ target: Math.max(0, Math.min(Math.round(position), replay.lengthUs)) });
    if (!this.#sending) void this.#send();
  }

  /** Moves by the step of the arrow keys. */
  move(direction: 1 | -1): void {
    const host = this.#parts.host();
    if (host === undefined) return;
    const from = this.store.getState().target ?? host.replayPosition(performance.now()) ?? 0;
    this.seek(from + direction * MOVE_US);
  }

  /** Pauses at the next or previous spike and selects it. */
  async step(to: 'next' | 'previous'): Promise<void> {
    this.#parts.select(undefined);
    const answer = await this.#change('/replay/step', { to });
    if (answer === undefined) return;
    this.store.setState({ noSpike: answer.spike === undefined });
    if (answer.spike !== undefined) this.#parts.select(answer.spike);
  }

  async #send(): Promise<void> {
    this.#sending = true;
    for (let sent: number | undefined; ; ) {
      const { target } = this.store.getState();
      if (target === undefined || target === sent) break;
      sent = target;
      const pause = new Promise((resolve) => setTimeout(resolve, SEND_EVERY_MS));
      const answer = await this.#change('/replay', { positionUs: target });
      if (answer === undefined) break;
      if (this.store.getState().target !== sent) await pause;
    }
    this.#sending = false;
    this.store.setState({ target: undefined });
  }

  /** Returns undefined if the bridge refused. */
  async #change(path: string, change: object): Promise<Answer | undefined> {
    const { host: current, screen, changes } = this.#parts;
    const host = current();
    if (host === undefined) return undefined;
    // A frozen screen would hide what the player does.
    screen.resume();
    this.store.setState({ error: undefined, noSpike: false });
    try {
      const body = { host: host.name, ...change };
      const answer = await changes.make<Answer>({ method: 'POST', path, body });
      host.setInfo({ ...host.info, replay: answer.replay });
      this.moved.emit();
      return answer;
    } catch (error) {
      this.store.setState({ error: remoteError(error) });
      return undefined;
    }
  }
}

/** Returns the position that a player shows, in µs from the beginning. */
export function shownPosition(host: Host, target: number | undefined): number {
  return target ?? host.replayPosition(performance.now()) ?? 0;
}
