// What each key does. Keys that a focused control wants for itself are left to it.

import { isSpikeOf, readSubjectSeries } from '../store/reading/chart-subject.ts';
import { chosenMeasure } from '../store/reading/defaults.ts';
import type { Session } from '../store/session/session.ts';

function takesText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLSelectElement ||
    target instanceof HTMLTextAreaElement
  );
}

function jumpToWorst(session: Session): void {
  const reading = session.reading();
  if (reading === undefined) return;
  const subject = session.subject ?? {
    measure: chosenMeasure(session.state.view, reading),
    cpu: session.state.view.cpu,
    source: undefined,
  };
  const candidates = reading.spikes.filter((s) => isSpikeOf(s, subject, session.host));
  const worst = candidates.reduce<(typeof candidates)[number] | undefined>(
    (best, s) => (best === undefined || s.valueNs > best.valueNs ? s : best),
    undefined,
  );
  if (worst !== undefined) {
    session.open(worst.id);
    return;
  }
  const at = readSubjectSeries(reading, session.detail(), subject)?.worstAt;
  if (at !== undefined) session.showAround(at);
}

function closeInnermost(session: Session): void {
  const { help, lostOpen, palette, view } = session.state;
  if (palette) session.store.setState({ palette: false });
  else if (help) session.closeHelp();
  else if (lostOpen) session.store.setState({ lostOpen: false });
  else if (view.spike !== undefined) session.look({ spike: undefined });
  else session.release();
}

const actions: Readonly<Record<string, (session: Session, window: Window) => void>> = {
  ' ': (session) => session.toggleFreeze(),
  '.': (session) => session.step(1),
  ',': (session) => session.step(-1),
  ArrowLeft: (session) => session.pan(-1),
  ArrowRight: (session) => session.pan(1),
  m: jumpToWorst,
  f: (session) => session.release(),
  '+': (session) => session.zoom(0.5),
  '=': (session) => session.zoom(0.5),
  '-': (session) => session.zoom(2),
  o: (session) => {
    const { spike } = session.state.view;
    if (spike !== undefined) session.go({ page: 'spike', id: spike });
  },
  e: (session) => session.exporter?.png(),
  E: (session) => session.exporter?.svg(),
  p: (session) => session.exporter?.perfetto?.(),
  n: (session) => session.beginNote(),
  k: (session) => session.store.setState({ palette: true }),
  l: (session) => session.look({ logLog: !session.state.view.logLog }),
  t: (session) => session.look({ tables: !session.state.view.tables }),
  '/': (session, window) => {
    const field = window.document.querySelector<HTMLInputElement>('input[type=search]');
    if (field === null) session.store.setState({ palette: true });
    else field.focus();
  },
  '?': (session) => {
    if (session.state.help) session.closeHelp();
    else session.store.setState({ help: true });
  },
  Escape: closeInnermost,
};

/** Keys that do not type: they stay when those of a single character are switched off (WCAG 2.1.4), and the way back. */
const ALWAYS: ReadonlySet<string> = new Set(['Escape', 'ArrowLeft', 'ArrowRight', '?']);

export function followKeys(window: Window, session: Session): void {
  window.addEventListener('keydown', (event) => {
    if (event.defaultPrevented) return;
    if ((event.ctrlKey || event.metaKey) && event.key === 'k') {
      event.preventDefault();
      session.store.setState({ palette: true });
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const text = takesText(event.target);
    if (text && event.key === 'Escape') return (event.target as HTMLElement).blur();
    // Space presses a focused button; everywhere else it freezes.
    if (text || (event.key === ' ' && event.target instanceof HTMLButtonElement)) return;
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    if (action === undefined || (session.state.keysOff && !ALWAYS.has(event.key))) return;
    event.preventDefault();
    action(session, window);
  });
}
