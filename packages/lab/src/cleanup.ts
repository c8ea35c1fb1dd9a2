/**
 * What must be undone when this process ends, however it ends. The undoing is synchronous (it runs
 * in the `exit` event) and must not throw. Whoever turns signals into an exit (the command line)
 * thereby runs it on SIGINT and SIGTERM; what SIGKILL leaves behind is swept by the next lab.
 */
const pending = new Set<() => void>();
let listening = false;

/** Returns the function that undoes now (once) and forgets. */
export function onExit(undo: () => void): () => void {
  const once = (): void => {
    if (pending.delete(once)) undo();
  };
  pending.add(once);
  if (!listening) {
    listening = true;
    process.on('exit', () => {
      for (const each of [...pending].reverse()) each();
    });
  }
  return once;
}
