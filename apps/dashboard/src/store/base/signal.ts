// A minimal event, for changes too frequent for React.
export class Signal {
  readonly #listeners = new Set<() => void>();

  /** Returns a function that stops listening. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  emit(): void {
    for (const listener of this.#listeners) listener();
  }
}
