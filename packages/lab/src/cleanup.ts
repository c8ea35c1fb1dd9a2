/**
 * Cleanup when this process ends. It is synchronous (in the `exit` event) and must not throw. The command line turns
 * signals into an exit, so it runs on SIGINT and SIGTERM too; the next lab removes what SIGKILL leaves.
 */
const pending = new Set<() => void>();
let listening = false;

export interface Undo {
  /** Cleans up now; a second call does nothing. */
  now(): void;
  /** Cancels the cleanup. */
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
