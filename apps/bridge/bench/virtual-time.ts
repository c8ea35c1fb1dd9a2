// Time that a program advances explicitly: Date.now, performance.now and timers, while it is installed.

interface Timer {
  at: number;
  every: number | undefined;
  run: () => void;
}

export class VirtualTime {
  /** Milliseconds since it was installed. */
  now = 0;
  /** Added to the wall clock of this process, to simulate that it is set. */
  offset = 0;
  readonly #start: number;
  readonly #timers = new Map<number, Timer>();
  #next = 1;
  /** Ids by due time; a heap. Ids of cleared timers stay until they are due. */
  readonly #heap: { at: number; id: number }[] = [];

  readonly #leastMs: number;

  /** `start`: Unix milliseconds. Intervals are at least `leastMs`: otherwise weeks would take hours. */
  constructor(start: number, leastMs: number) {
    this.#start = start;
    this.#leastMs = leastMs;
  }

  /** Unix milliseconds, whatever the wall clock of this process was set to. */
  get unixMs(): number {
    return this.#start + Math.floor(this.now);
  }

  install(): void {
    Date.now = () => this.unixMs + this.offset;
    performance.now = () => this.now;
    const add =
      (every: boolean) =>
      (run: () => void, ms = 0) =>
        this.#add(run, Math.max(ms, every ? this.#leastMs : 1), every);
    const clear = (id: unknown): void => void this.#timers.delete(Number(id));
    const timers = {
      setTimeout: add(false),
      setInterval: add(true),
      clearTimeout: clear,
      clearInterval: clear,
    };
    Object.assign(globalThis, timers);
  }

  #add(run: () => void, ms: number, every: boolean): number {
    const id = this.#next++;
    this.#timers.set(id, { at: this.now + ms, every: every ? ms : undefined, run });
    this.#push(this.now + ms, id);
    return id;
  }

  /** Runs every timer that is due by then. */
  advanceTo(time: number): void {
    while (this.#heap.length > 0 && this.#heap[0]!.at <= time) {
      const { at, id } = this.#pop();
      const timer = this.#timers.get(id);
      if (timer?.at !== at) continue;
      this.now = Math.max(this.now, at);
      if (timer.every === undefined) this.#timers.delete(id);
      else {
        timer.at += timer.every;
        this.#push(timer.at, id);
      }
      timer.run();
    }
    this.now = Math.max(this.now, time);
  }

  get pending(): number {
    return this.#timers.size;
  }

  #push(at: number, id: number): void {
    const heap = this.#heap;
    let i = heap.push({ at, id }) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heap[parent]!.at <= at) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = { at, id };
  }

  #pop(): { at: number; id: number } {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child++;
      if (heap[child]!.at >= last.at) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}
