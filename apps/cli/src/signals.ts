const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Turns signals into an ordinary exit, whose handlers stop guests and remove files. `first` may clean up before; the
 * process exits within `grace` milliseconds in any case. The result says whether the exit has begun; later errors are
 * not failures. With `onHangup`, SIGHUP calls it and ends nothing.
 */
export function exitOnSignals(
  first: () => Promise<void> = async () => {},
  onHangup?: () => Promise<void>,
  grace = 2500,
): { ending: boolean } {
  const state = { ending: false };
  for (const [name, code] of Object.entries(CODES)) {
    if (name === 'SIGHUP' && onHangup) {
      process.on(name, () => void onHangup());
      continue;
    }
    process.on(name, () => {
      if (state.ending) process.exit(code);
      state.ending = true;
      setTimeout(() => process.exit(code), grace).unref();
      first().finally(() => process.exit(code));
    });
  }
  return state;
}
