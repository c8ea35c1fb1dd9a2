// Keeps the display from going to sleep. Browsers give the lock to secure pages in view only, and take it back when the
// page is hidden: it is asked for again whenever the page comes back.

/** `report` is told whether the display may go to sleep. */
export function keepAwake(window: Window, report: (maySleep: boolean) => void): () => void {
  const { navigator, document } = window;
  // Absent on plain HTTP from another machine, whatever the types say.
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
