// Keeps the display on. Browsers grant the lock only to visible, secure pages and release it when the page is hidden,
// so it is requested again each time the page becomes visible.

/** `report` receives whether the display may turn off. */
export function keepAwake(window: Window, report: (maySleep: boolean) => void): () => void {
  const { navigator, document } = window;
  // Missing on plain HTTP from another machine, although the types say otherwise.
  const wakeLock = (navigator as { wakeLock?: WakeLock }).wakeLock;
  let held: WakeLockSentinel | undefined;
  let stopped = false;
  const ask = async () => {
    if (stopped || document.visibilityState !== 'visible' || held?.released === false) return;
    try {
      held = await wakeLock?.request('screen');
      report(held === undefined);
      if (stopped) await held?.release();
    } catch {
      report(true);
    }
  };
  const again = () => void ask();
  document.addEventListener('visibilitychange', again);
  again();
  return () => {
    stopped = true;
    document.removeEventListener('visibilitychange', again);
    void held?.release();
  };
}
