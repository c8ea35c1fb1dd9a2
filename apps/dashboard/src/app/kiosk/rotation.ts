// `rotate=30`: a kiosk turns to the next page every so many seconds. A new spike brings the first screen back and holds it;
// so does nobody's hand: a screen that is frozen stays.

import type { MainPage } from '../../store/address/route.ts';
import type { Session } from '../../store/session/session.ts';

/** Pages that tell something from three metres; settings and lists of runs do not. */
export const ROTATION: readonly MainPage[] = ['overview', 'interrupts', 'tasks', 'cpus', 'matrix', 'causes'];
/** Turns that a new spike is held for. */
const HELD_TURNS = 4;

type Parts = Pick<Session, 'address' | 'screen'>;

export class Rotation {
  readonly #session: Parts;
  #newest: string | undefined;
  #held = 0;

  constructor(session: Parts) {
    this.#session = session;
    this.#newest = session.screen.reading()?.spikes.at(-1)?.id;
  }

  /** Call once a turn. */
  turn(): void {
    const session = this.#session;
    if (session.screen.current !== undefined) return;
    const newest = session.screen.reading()?.spikes.at(-1)?.id;
    if (newest !== this.#newest) this.#held = HELD_TURNS;
    this.#newest = newest;
    const { page } = session.address.view.route;
    if (this.#held > 0) {
      this.#held--;
      if (page !== 'overview') session.address.open({ page: 'overview' });
      return;
    }
    const at = (ROTATION as readonly string[]).indexOf(page);
    session.address.open({ page: ROTATION[(at + 1) % ROTATION.length]! });
  }
}
