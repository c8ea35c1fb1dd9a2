// The smallest event there is: for what happens too often to go through React.
export class Signal {
  readonly #listeners = new Set<() => void>();

  /** Returns the way to stop listening. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  emit(): void {
    for (const listener of this.#listeners) listener();
  }
}
