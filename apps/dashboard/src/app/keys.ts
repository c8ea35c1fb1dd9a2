// Defines what each key does. Keys that a focused control uses are left to the control.

import { isSpikeOf, readSubjectSeries } from '../store/reading/chart-subject.ts';
import { chosenMeasure } from '../store/reading/defaults.ts';
import type { Session } from '../store/session/session.ts';

function takesText(target: EventTarget | null): boolean {
  return (
    (target instanceof HTMLInputElement && target.type !== 'range') ||
    target instanceof HTMLSelectElement ||
    target instanceof HTMLTextAreaElement
  );
}

function jumpToWorst(session: Session): void {
  const reading = session.reading();
  if (reading === undefined) return;
  const subject = session.subject ?? {
    measure: chosenMeasure(session.address.view, reading),
    cpu: session.address.view.cpu,
    source: undefined,
  };
  const candidates = reading.spikes.filter((s) => isSpikeOf(s, subject, session.host));
  const worst = candidates.reduce<(typeof candidates)[number] | undefined>(
    (best, s) => (best === undefined || s.valueNs > best.valueNs ? s : best),
    undefined,
  );
  if (worst !== undefined) {
    session.spikes.open(worst.id);
    return;
  }
  const at = readSubjectSeries(reading, session.screen.detail(), subject)?.worstAt;
  if (at !== undefined) session.window.showAround(at);
}

function closeInnermost(session: Session): void {
  const { help, losses, palette } = session.overlays.current;
  if (palette) session.overlays.close('palette');
  else if (help) session.overlays.close('help');
  else if (losses) session.overlays.close('losses');
  else if (session.address.view.spike !== undefined) session.address.change({ spike: undefined });
  else session.screen.resume();
}

const actions: Readonly<Record<string, (session: Session, window: Window) => void>> = {
  ' ': (session) => session.screen.toggle(),
  '.': (session) => session.spikes.step(1),
  ',': (session) => session.spikes.step(-1),
  ArrowLeft: (session) => session.window.pan(-1),
  ArrowRight: (session) => session.window.pan(1),
  m: jumpToWorst,
  f: (session) => session.screen.resume(),
  '+': (session) => session.window.zoom(0.5),
  '=': (session) => session.window.zoom(0.5),
  '-': (session) => session.window.zoom(2),
  o: (session) => {
    const { spike } = session.address.view;
    if (spike !== undefined) session.address.open({ page: 'spike', id: spike });
  },
  e: (session) => session.exporter?.png(),
  E: (session) => session.exporter?.svg(),
  p: (session) => session.exporter?.perfetto?.(),
  n: (session) => session.beginNote(),
  k: (session) => session.overlays.open('palette'),
  l: (session) => session.address.change({ logLog: !session.address.view.logLog }),
  t: (session) => session.address.change({ tables: !session.address.view.tables }),
  '/': (session, window) => {
    const field = window.document.querySelector<HTMLInputElement>('input[type=search]');
    if (field === null) session.overlays.open('palette');
    else field.focus();
  },
  '?': (session) => session.overlays.toggle('help'),
  Escape: closeInnermost,
};

/** Keys that move a recording while one is on screen. */
const replayActions: typeof actions = {
  ' ': (session) => session.player.toggle(),
  '.': (session) => void session.player.step('next'),
  ',': (session) => void session.player.step('previous'),
  ArrowLeft: (session) => session.player.move(-1),
  ArrowRight: (session) => session.player.move(1),
};

const actionOf = (session: Session, key: string) => {
  if (session.player.active && Object.hasOwn(replayActions, key)) return replayActions[key];
  return Object.hasOwn(actions, key) ? actions[key] : undefined;
};

/**
 * Keys that work when single-character keys are off (WCAG 2.1.4); one of them opens the help, which turns them on
 * again.
 */
const ALWAYS: ReadonlySet<string> = new Set(['Escape', 'ArrowLeft', 'ArrowRight', '?']);

export function followKeys(window: Window, session: Session): void {
  window.addEventListener('keydown', (event) => {
    if (event.defaultPrevented) return;
    if ((event.ctrlKey || event.metaKey) && event.key === 'k') {
      event.preventDefault();
      session.overlays.open('palette');
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const text = takesText(event.target);
    if (text && event.key === 'Escape') return (event.target as HTMLElement).blur();
    // Space presses a focused button, and freezes the display anywhere else.
    if (text || (event.key === ' ' && event.target instanceof HTMLButtonElement)) return;
    const action = actionOf(session, event.key);
    if (action === undefined || (session.preferences.current.keysOff && !ALWAYS.has(event.key))) return;
    event.preventDefault();
    action(session, window);
  });
}
