/**
 * What must be undone when this process ends, however it ends. The undoing is synchronous (it runs
 * in the `exit` event) and must not throw. Whoever turns signals into an exit (the command line)
 * thereby runs it on SIGINT and SIGTERM; what SIGKILL leaves behind is swept by the next lab.
 */
const pending = new Set<() => void>();
let listening = false;

export interface Undo {
  /** Undoes now; the second time does nothing. */
  now(): void;
  /** It is to stay. */
  forget(): void;
}

export function onExit(undo: () => void): Undo {
  const now = (): void => {
    if (pending.delete(now)) undo();
  };
  pending.add(now);
  if (!listening) {
    listening = true;
    process.on('exit', () => {
      for (const each of [...pending].reverse()) each();
    });
  }
  return { now, forget: () => void pending.delete(now) };
}
