const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Turns signals into an ordinary exit, whose handlers end guests and remove files. `first` may end
 * things politely; whatever it does, the process is gone within `grace` milliseconds. The result tells
 * whether that has begun: what fails from then on is no failure.
 */
export function exitOnSignals(
  first: () => Promise<void> = async () => {},
  grace = 2500,
): { ending: boolean } {
  const state = { ending: false };
  for (const [name, code] of Object.entries(CODES)) {
    process.on(name, () => {
      if (state.ending) process.exit(code);
      state.ending = true;
      setTimeout(() => process.exit(code), grace).unref();
      first().finally(() => process.exit(code));
    });
  }
  return state;
}
