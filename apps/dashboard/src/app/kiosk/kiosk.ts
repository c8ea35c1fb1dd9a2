// Kiosk mode, `?kiosk=1`: large type, no pointer, a display that stays on, and protection against burn-in.

import type { Signal } from '../../store/base/signal.ts';
import type { Session } from '../../store/session/session.ts';
import { keepAwake } from './awake.ts';
import { Rotation } from './rotation.ts';
import { shiftAt } from './shift.ts';

/** A kiosk shows the layout of a screen of this size in CSS pixels. */
const LAID_OUT = { width: 1120, height: 630 };
const SHIFT_EVERY_MS = 20_000;
/** The static parts are dimmed after this time without a new incident. */
const CALM_AFTER_MS = 10 * 60_000;
const POINTER_SHOWN_MS = 3000;
/** Resumes a frozen kiosk after this time, so that it does not show the past forever. */
const RESUME_AFTER_MS = 10 * 60_000;

type Parts = Pick<Session, 'address' | 'screen' | 'notices'>;

interface Kiosk {
  stop(): void;
}

export function followKiosk(window: Window, session: Parts, restyled: Signal): void {
  let running: Kiosk | undefined;
  const apply = () => {
    const { kiosk } = session.address.view;
    if (kiosk === (running !== undefined)) return;
    // Stopping changes the state, which calls this function again.
    const before = running;
    running = undefined;
    before?.stop();
    running = kiosk ? startKiosk(window, session, restyled) : undefined;
    restyled.emit();
  };
  apply();
  session.address.store.subscribe(apply);
}

function startKiosk(window: Window, session: Parts, restyled: Signal): Kiosk {
  const root = window.document.documentElement;
  root.dataset.kiosk = '';
  const ends = new AbortController();
  const { signal } = ends;
  const fit = () => {
    const scale = Math.min(window.innerWidth / LAID_OUT.width, window.innerHeight / LAID_OUT.height);
    root.style.setProperty('--scale', Math.max(1, scale).toFixed(3));
    restyled.emit();
  };
  fit();
  window.addEventListener('resize', fit, { signal });
  const asleep = keepAwake(window, (maySleep) => session.notices.set({ maySleep }));
  const timers = [shift(root), dim(root, session), followPointer(window, session, signal)];
  const { rotate } = session.address.view;
  const rotation = new Rotation(session);
  if (rotate !== undefined) timers.push(window.setInterval(() => rotation.turn(), rotate * 1000));
  return {
    stop: () => {
      ends.abort();
      asleep();
      for (const timer of timers) window.clearInterval(timer);
      for (const name of ['kiosk', 'calm', 'pointer']) delete root.dataset[name];
      for (const name of ['--scale', '--shift-x', '--shift-y']) root.style.removeProperty(name);
      session.notices.set({ maySleep: false });
    },
  };
}

function shift(root: HTMLElement): number {
  let step = Math.floor(Date.now() / SHIFT_EVERY_MS);
  const move = () => {
    const { x, y } = shiftAt(step++);
    root.style.setProperty('--shift-x', `${x}px`);
    root.style.setProperty('--shift-y', `${y}px`);
  };
  move();
  return window.setInterval(move, SHIFT_EVERY_MS);
}

/** Dims the static parts while there is no new incident; a new one restores full brightness. */
function dim(root: HTMLElement, session: Parts): number {
  let newest: string | undefined;
  let since = performance.now();
  return window.setInterval(() => {
    const incident = session.screen.reading()?.incidents.at(-1)?.id;
    if (incident !== newest) since = performance.now();
    newest = incident;
    if (performance.now() - since > CALM_AFTER_MS) root.dataset.calm = '';
    else delete root.dataset.calm;
  }, 5000);
}

/** Shows the pointer only while it moves, and resumes a frozen display that nobody uses. */
function followPointer(window: Window, session: Parts, signal: AbortSignal): number {
  const root = window.document.documentElement;
  let moved = Number.NEGATIVE_INFINITY;
  const touched = () => {
    moved = window.performance.now();
    root.dataset.pointer = '';
  };
  for (const kind of ['pointermove', 'pointerdown', 'keydown']) {
    window.addEventListener(kind, touched, { signal });
  }
  return window.setInterval(() => {
    const since = window.performance.now() - moved;
    if (since > POINTER_SHOWN_MS) delete root.dataset.pointer;
    if (since > RESUME_AFTER_MS && session.screen.current !== undefined) session.screen.resume();
  }, 1000);
}
