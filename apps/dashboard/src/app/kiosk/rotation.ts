// `rotate=30`: a kiosk shows the next page every 30 seconds. A new incident shows the first page for some turns. A frozen
// screen does not rotate.

import type { MainPage } from '../../store/address/route.ts';
import type { Session } from '../../store/session/session.ts';

/** Pages that can be read from three metres; settings and lists of runs cannot. */
export const ROTATION: readonly MainPage[] = ['overview', 'interrupts', 'tasks', 'cpus', 'matrix', 'causes'];
/** Number of turns for which the first page stays after a new incident. */
const HELD_TURNS = 4;

type Parts = Pick<Session, 'address' | 'screen'>;

export class Rotation {
  readonly #session: Parts;
  #newest: string | undefined;
  #held = 0;

  constructor(session: Parts) {
    this.#session = session;
    this.#newest = session.screen.reading()?.incidents.at(-1)?.id;
  }

  /** Shows the next page if it is time to; call once per turn. */
  turn(): void {
    const session = this.#session;
    if (session.screen.current !== undefined) return;
    const newest = session.screen.reading()?.incidents.at(-1)?.id;
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
