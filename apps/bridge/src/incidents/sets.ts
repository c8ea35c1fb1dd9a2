/** Disjoint sets (union-find). */
export class Sets<T> {
  readonly #parents = new Map<T, T>();

  /** Returns the member that represents the set of `member`. */
  of(member: T): T {
    let root = member;
    for (let parent = this.#parents.get(root); parent !== undefined; parent = this.#parents.get(root)) {
      root = parent;
    }
    // Path compression: the next search takes one step.
    for (let at = member; at !== root; ) {
      const parent = this.#parents.get(at)!;
      this.#parents.set(at, root);
      at = parent;
    }
    return root;
  }

  join(a: T, b: T): void {
    const from = this.of(a);
    const to = this.of(b);
    if (from !== to) this.#parents.set(from, to);
  }
}
